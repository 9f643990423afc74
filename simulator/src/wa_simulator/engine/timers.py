"""Things that will happen, as data, on the engine's clock."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(order=True, frozen=True)
class Timer:
    """Something due.  ``kind`` names the engine's handler, ``args`` its input."""

    due: float
    seq: int
    kind: str = field(compare=False)
    args: tuple[str, ...] = field(compare=False)


class Timers:
    """A heap of timers; equal times keep the order of planning."""

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._seq = 0

    def plan(self, due: float, kind: str, *args: str) -> None:
        """Plan one."""
        self._seq += 1
        heapq.heappush(self._heap, Timer(due, self._seq, kind, args))

    def pop_due(self, now: float) -> Timer | None:
        """Take the next timer that is due; None when there is none."""
        if self._heap and self._heap[0].due <= now:
            return heapq.heappop(self._heap)
        return None

    def pending(self) -> list[Timer]:
        """What is planned, in order."""
        return sorted(self._heap)

    def keep(self, wanted: Callable[[Timer], bool]) -> None:
        """Forget what is not wanted."""
        self._heap = [timer for timer in self._heap if wanted(timer)]
        heapq.heapify(self._heap)

    def next_due(self) -> float | None:
        """When the next one is due."""
        return self._heap[0].due if self._heap else None

    def clear(self) -> None:
        """Forget all."""
        self._heap.clear()
