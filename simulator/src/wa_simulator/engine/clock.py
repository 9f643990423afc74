"""Time as the engine sees it: seconds since 1970, UTC, passed in."""

from typing import Protocol

#: Start of a frozen clock: 2026-11-02 15:00:00 UTC, ten in the morning in Bogota.
FROZEN_START = 1_793_631_600.0


class Clock(Protocol):
    """What the engine needs from a clock."""

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""

    def now(self) -> float:
        """Seconds since 1970, UTC."""

    def advance(self, seconds: float) -> float:
        """Move forward and return the new time.  ValueError when negative."""

    def set(self, now: float) -> None:
        """Go to a moment, even back: for restoring a snapshot only."""

    def freeze(self) -> None:
        """Stand still from now on."""

    def run(self) -> None:
        """Run on from here.  ValueError for a clock that cannot."""


def forward(seconds: float) -> float:
    """The same; ValueError when negative."""
    if seconds < 0:
        raise ValueError(f"a clock only goes forward: got {seconds}")
    return seconds


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
        self._now += forward(seconds)
        return self._now

    def set(self, now: float) -> None:
        """Go to a moment, even back."""
        self._now = now

    def freeze(self) -> None:
        """It never runs."""

    def run(self) -> None:
        """ValueError: it knows no other time to run by."""
        raise ValueError("this clock only moves by advance; a server's clock can run")
