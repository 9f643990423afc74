"""Waiting for a condition, with a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable

PAUSE = threading.Event()


def until(condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Return as soon as `condition` holds; fail with `what` after the limit."""
    step = 0.05
    for _ in range(int(seconds / step)):
        if condition():
            return
        PAUSE.wait(step)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")
