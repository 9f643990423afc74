"""The line of what waits: by time what is not due, by age what is."""

import heapq
from itertools import count


class ReadyLine:
    """Ids in the order of their first coming; a look at the front costs nothing.

    An id keeps its place: one that comes back for its retry stands before those
    that came later.
    """

    def __init__(self) -> None:
        self._age = count()
        self._ages: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._later: list[tuple[float, int, str]] = []
        self._line: dict[str, int] = {}
        self._sorted = True

    def put(self, one: str, due: float | None) -> None:
        """Let it wait until ``due``; None: until it is put again."""
        age = self._ages.setdefault(one, next(self._age))
        self._line.pop(one, None)
        if due is None:
            self._due.pop(one, None)
            return
        self._due[one] = due
        heapq.heappush(self._later, (due, age, one))

    def remove(self, one: str) -> None:
        """Take it out of the line; it keeps its place for a return."""
        self._due.pop(one, None)
        self._line.pop(one, None)

    def forget(self, one: str) -> None:
        """It will not come back."""
        self.remove(one)
        self._ages.pop(one, None)

    def due(self, now: float) -> dict[str, int]:
        """What is due, the oldest first."""
        while self._later and self._later[0][0] <= now:
            when, age, one = heapq.heappop(self._later)
            if self._due.get(one) != when or one in self._line:
                continue
            if self._line and age < next(reversed(self._line.values())):
                self._sorted = False
            self._line[one] = age
        if not self._sorted:
            self._line = dict(sorted(self._line.items(), key=lambda pair: pair[1]))
            self._sorted = True
        return self._line

    def any_due(self, now: float) -> bool:
        """Whether something is due."""
        return bool(self.due(now))

    def next_due(self) -> float | None:
        """The earliest time of what waits; None when nothing does."""
        if self._line:
            return self._due[next(iter(self._line))]
        while self._later:
            when, _, one = self._later[0]
            if self._due.get(one) == when:
                return when
            heapq.heappop(self._later)
        return None
