"""Ctrl-C asks the work to stop between two batches; a second one stops it at once."""

from __future__ import annotations

import signal
from contextlib import suppress
from types import FrameType
from typing import Any

from .screen import Screen

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopOnRequest:
    """Within ``with``: ``wanted()`` tells whether somebody asked to stop."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._asked = False
        self._told = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> StopOnRequest:
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wanted(self) -> bool:
        if self._asked and not self._told:
            self._tell()
        return self._asked

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        if self._asked:
            # What was not committed is gone; what was, is whole.
            raise KeyboardInterrupt
        self._asked = True
        # It may come in the middle of a line of progress: told after this batch then.
        with suppress(RuntimeError):
            self._tell()

    def _tell(self) -> None:
        self._screen.complain(
            "Stopping after this batch. Press Ctrl-C again to stop at once; either way"
            " nothing is lost, and the same command goes on."
        )
        self._told = True
