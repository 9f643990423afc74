"""Ctrl-C asks the work to stop between two batches; a second one stops it at once."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from .screen import Screen

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnRequest:
    """Within ``with``: ``wanted()`` tells whether somebody asked to stop."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopOnRequest:
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wanted(self) -> bool:
        return self._asked

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self._asked:
            # What was not committed is gone; what was, is whole.
            raise KeyboardInterrupt
        self._asked = True
        self._screen.complain(
            "Stopping after this batch. Press Ctrl-C again to stop at once; either way"
            " nothing is lost, and the same command goes on."
        )
