"""Meta's rate limits, on the engine's clock.  Off unless switched on.

Source: "About the platform" as mirrored 2025-12-11: 80 messages per second and
number, both directions; one message per 6 s to the same person, with a burst
of 45 borrowed from the future.
"""

from collections import deque

THROUGHPUT = 80
PAIR_INTERVAL = 6.0
PAIR_BURST = 45


class Limits:
    """Counts what passed; says whether one more may."""

    def __init__(self) -> None:
        self._passed: dict[str, deque[float]] = {}
        self._pairs: dict[tuple[str, str], float] = {}

    def throughput(self, number_id: str, now: float, *, count_only: bool) -> bool:
        """One more message of a number in the last second."""
        passed = self._passed.setdefault(number_id, deque())
        while passed and passed[0] <= now - 1:
            passed.popleft()
        if len(passed) >= THROUGHPUT and not count_only:
            return False
        passed.append(now)
        return True

    def pair(self, number_id: str, person: str, now: float) -> bool:
        """One more message to a person: a leaky bucket with a burst."""
        key = (number_id, person)
        theoretical = max(self._pairs.get(key, now), now)
        if theoretical - now > (PAIR_BURST - 1) * PAIR_INTERVAL:
            return False
        self._pairs[key] = theoretical + PAIR_INTERVAL
        return True
