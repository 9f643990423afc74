"""Which delivery may go next: due first, first in first out per line, so many at
once.  Each step costs the logarithm of what waits, however much that is."""

import heapq
from collections import Counter

from .delivery import IN_FLIGHT, PENDING, Delivery

Place = tuple[float, int, int, Delivery]


class Schedule:
    """DelayDelivery, ready, or parked behind one of the same line.

    A line is a number and a person.  One delivery of a line is in flight at a time,
    and a later one does not overtake an earlier one that is due.
    """

    def __init__(self) -> None:
        self._later: list[Place] = []
        self._ready: list[Place] = []
        self._parked: dict[str, list[Place]] = {}
        self._busy: Counter[str] = Counter()
        self._flying: set[str] = set()

    def put(self, delivery: Delivery, now: float) -> None:
        """Plan a pending delivery by its ``due``; an older place is void."""
        delivery.stamp += 1
        if delivery.due is None:
            return
        if delivery.due > now:
            place = (delivery.due, delivery.seq, delivery.stamp, delivery)
            heapq.heappush(self._later, place)
        else:
            self._push_ready(delivery)

    def _push_ready(self, delivery: Delivery) -> None:
        place = (delivery.seq, delivery.seq, delivery.stamp, delivery)
        heapq.heappush(self._ready, place)

    def take(self, now: float, limit: int) -> list[Delivery]:
        """What may go now; marked as in flight."""
        while self._later and self._later[0][0] <= now:
            *_, stamp, delivery = heapq.heappop(self._later)
            if self._valid(delivery, stamp):
                self._push_ready(delivery)
        taken = []
        while self._ready and len(self._flying) < limit:
            place = heapq.heappop(self._ready)
            *_, stamp, delivery = place
            if not self._valid(delivery, stamp):
                continue
            if self._blocked(delivery):
                for order in delivery.orders:
                    heapq.heappush(self._parked.setdefault(order, []), place)
                continue
            self._busy.update(delivery.orders)
            self._flying.add(delivery.id)
            delivery.state = IN_FLIGHT
            taken.append(delivery)
        return taken

    def release(self, delivery: Delivery) -> None:
        """A delivery has come back: the next ones of its lines may go."""
        if delivery.id not in self._flying:
            return
        self._flying.discard(delivery.id)
        for order in delivery.orders:
            self._busy[order] -= 1
            if self._busy[order] <= 0:
                del self._busy[order]
        for order in delivery.orders:
            self._wake_line(order)

    def _wake_line(self, order: str) -> None:
        """Bring the first of a line back; one of several lines may park again."""
        head = self._head(order)
        if head is None:
            return
        # Its places in all its lines are void now; ``_head`` skips them.
        head.stamp += 1
        self._push_ready(head)

    def _head(self, order: str) -> Delivery | None:
        parked = self._parked.get(order, [])
        while parked and not self._valid(parked[0][3], parked[0][2]):
            heapq.heappop(parked)
        if not parked:
            self._parked.pop(order, None)
            return None
        return parked[0][3]

    def _blocked(self, delivery: Delivery) -> bool:
        for order in delivery.orders:
            if self._busy[order] > 0:
                return True
            head = self._head(order)
            if head is not None and head.seq < delivery.seq:
                return True
        return False

    @staticmethod
    def _valid(delivery: Delivery, stamp: int) -> bool:
        return delivery.stamp == stamp and delivery.state == PENDING

    def next_due(self) -> float | None:
        """When the next one that waits is due."""
        while self._later and not self._valid(self._later[0][3], self._later[0][2]):
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None

    def busy(self, now: float) -> bool:
        """Whether anything is in flight or due now."""
        if self._flying:
            return True
        while self._ready and not self._valid(self._ready[0][3], self._ready[0][2]):
            heapq.heappop(self._ready)
        due = self.next_due()
        return bool(self._ready) or (due is not None and due <= now)

    def forget(self, delivery: Delivery) -> None:
        """It is dropped: its places are void, and it holds nobody up."""
        delivery.stamp += 1
        self.release(delivery)
        for order in delivery.orders:
            if not self._busy[order]:
                self._wake_line(order)
