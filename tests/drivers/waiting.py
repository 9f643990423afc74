"""Waits for a condition, with a limit; tells what came instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LIMIT_SECONDS = 60.0
POLL_SECONDS = 0.1


class WaitedInVain(AssertionError):
    """What was waited for did not come in time."""


def wait_until(
    what: str,
    look: Callable[[], T],
    ready: Callable[[T], bool] = bool,
    *,
    limit: float = LIMIT_SECONDS,
    nearest: Callable[[], object] | None = None,
) -> T:
    """What `look()` gives once `ready()` says yes to it.

    :param what: what is waited for, in words of the business (Spanish).
    :param nearest: looked at only in vain: what comes closest to what was wanted.
    :raises WaitedInVain: after `limit` seconds; tells waited for, got, nearest.
    """
    end = time.monotonic() + limit
    while True:
        found = look()
        if ready(found):
            return found
        if time.monotonic() > end:
            break
        time.sleep(POLL_SECONDS)
    lines = [f"No llegó en {limit:.0f} s.", f"  esperado: {what}"]
    lines.append(f"  obtenido: {found!r}")
    if nearest:
        lines.append(f"  lo más cercano: {nearest()!r}")
    raise WaitedInVain("\n".join(lines))
