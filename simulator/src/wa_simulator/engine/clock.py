"""Time as the engine sees it: seconds since 1970, UTC, passed in."""

from typing import Protocol

#: Start of a frozen clock: 2026-11-02 15:00:00 UTC, ten in the morning in Bogota.
FROZEN_START = 1_793_631_600.0


class Clock(Protocol):
    """What the engine needs from a clock.  ``frozen`` says whether it runs."""

    frozen: bool

    def now(self) -> float:
        """Seconds since 1970, UTC."""

    def advance(self, seconds: float) -> float:
        """Move forward and return the new time.  ValueError when negative."""


class FrozenClock:
    """A clock that stands still until it is advanced."""

    frozen = True

    def __init__(self, start: float = FROZEN_START) -> None:
        self._now = start

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return self._now

    def advance(self, seconds: float) -> float:
        """Move forward and return the new time.  ValueError when negative."""
        if seconds < 0:
            raise ValueError(f"a clock only goes forward: got {seconds}")
        self._now += seconds
        return self._now
