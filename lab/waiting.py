"""Waits on conditions, never for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from lab.console import Progress

POLL_SECONDS = 0.05


def wait_until(
    title: str,
    ready: Callable[[], bool],
    *,
    alive: Callable[[], bool],
    failure: Exception,
    limit: float = 120.0,
    detail: Callable[[], str] = lambda: "",
) -> None:
    """Return once `ready()`; raise `failure` when the thing dies or time is over."""
    end = time.monotonic() + limit
    with Progress(title) as progress:
        while not ready():
            if not alive() or time.monotonic() > end:
                raise failure
            progress.update(detail())
            time.sleep(POLL_SECONDS)
