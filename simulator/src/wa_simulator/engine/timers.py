"""Things that will happen, as data, on the engine's clock."""

import heapq
from dataclasses import dataclass, field
from itertools import count


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
        self._seq = count()

    def plan(self, due: float, kind: str, *args: str) -> None:
        """Plan one."""
        heapq.heappush(self._heap, Timer(due, next(self._seq), kind, args))

    def pop_due(self, now: float) -> Timer | None:
        """Take the next timer that is due; None when there is none."""
        if self._heap and self._heap[0].due <= now:
            return heapq.heappop(self._heap)
        return None

    def next_due(self) -> float | None:
        """When the next one is due."""
        return self._heap[0].due if self._heap else None

    def clear(self) -> None:
        """Forget all."""
        self._heap.clear()
