"""What must be posted where and when.  No socket; time by the engine's clock."""

from dataclasses import dataclass, field
from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Subscription, WebhookItem
from ..engine.envelopes import envelope
from ..engine.errors import NotFound
from ..engine.nearest import nearest
from .ready import ReadyLine
from .wire import headers, serialise, sign

PENDING = "pending"
IN_FLIGHT = "in_flight"
DELIVERED = "delivered"
DROPPED = "dropped"
ENDED = (DELIVERED, DROPPED)


@dataclass
class Attempt:
    """One POST.  ``status`` None: no answer, ``error`` says why."""

    at: float
    status: int | None
    error: str | None
    duration_ms: int
    answer: str = ""


@dataclass
class Delivery:
    """One POST body with its attempts; ``due`` is None when nothing is planned."""

    id: str
    run: str
    url: str
    body: bytes
    headers: dict[str, str]
    items: tuple[WebhookItem, ...]
    created: float
    due: float | None
    state: str = PENDING
    retry: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    replays: int = 0

    @property
    def orders(self) -> set[str]:
        """Queues (number and person) this delivery stands in."""
        return {item.order for item in self.items}

    def record(self) -> dict[str, Any]:
        """What the control API shows and ``wait`` matches."""
        first = self.items[0] if self.items else None
        return {
            "id": self.id,
            "state": self.state,
            "kind": first.kind if first else "raw",
            "status": first.status if first else None,
            "wamid": first.wamid if first else None,
            "wamids": [item.wamid for item in self.items],
            "number": first.number_id if first else None,
            "person": first.order.partition("/")[2] if first else None,
            "url": self.url,
            "created": self.created,
            "due": self.due,
            "attempts": [vars(attempt) for attempt in self.attempts],
            "body": self.body.decode("ascii", "replace"),
            "headers": self.headers,
        }


class DeliveryQueue:
    """Keeps deliveries; says which may go now; plans retries.

    Items of one person start in order: one is in flight at a time, and a later
    one does not overtake an earlier one that is due.  An item that waits for its
    retry does not hold up the others (Meta promises no order).
    """

    def __init__(self, engine: Engine, limit: int = 10_000) -> None:
        self._engine = engine
        self._limit = limit
        self._all: dict[str, Delivery] = {}
        self._open: dict[str, Delivery] = {}
        self._ready = ReadyLine()
        self._flying: dict[str, Delivery] = {}
        self.forgotten = 0

    def absorb(self) -> list[Delivery]:
        """Turn what the engine put out into deliveries, one per item.

        An item without a subscriber is journalled as ``silent`` and dropped.
        """
        made = []
        for item in self._engine.drain():
            number = self._engine.world.numbers[item.number_id]
            target = self._engine.world.callback_for(number)
            if target is None:
                self._engine.journal.add(
                    "silent",
                    reason="no webhook subscription for this number",
                    number=item.number_id,
                    wamid=item.wamid,
                    status=item.status,
                )
                continue
            made.append(self._add(self._build((item,), target)))
        return made

    def _build(self, items: tuple[WebhookItem, ...], target: Subscription) -> Delivery:
        body = serialise(envelope(items))
        now = self._engine.clock.now()
        secret = self._engine.world.credentials.app_secret
        signed = sign(body, secret, sha1=self._engine.settings.sha1_signature)
        return Delivery(
            id=items[0].id,
            run=self._engine.ids.run,
            url=target.callback_url,
            body=body,
            headers={**headers(), **signed},
            items=items,
            created=now,
            due=now,
        )

    def add_raw(self, url: str, body: bytes, extra: dict[str, str]) -> Delivery:
        """A body given by a tester: one attempt, no retry."""
        now = self._engine.clock.now()
        return self._add(
            Delivery(
                id=self._engine.ids.webhook("raw"),
                run=self._engine.ids.run,
                url=url,
                body=body,
                headers={**headers(), **extra},
                items=(),
                created=now,
                due=now,
                retry=False,
            )
        )

    def _add(self, delivery: Delivery) -> Delivery:
        self._all[delivery.id] = delivery
        self._open[delivery.id] = delivery
        self._ready.put(delivery.id, delivery.due)
        if len(self._all) > self._limit:
            self._forget_oldest()
        return delivery

    def _forget_oldest(self) -> None:
        ended = next((d.id for d in self._all.values() if d.state in ENDED), None)
        if ended is not None:
            del self._all[ended]
            self._ready.forget(ended)
            self.forgotten += 1

    def get(self, delivery_id: str) -> Delivery:
        """A delivery; NotFound names the nearest id."""
        if delivery_id not in self._all:
            close = nearest(delivery_id, self._all)
            raise NotFound(f"webhook '{delivery_id}' is not known; nearest: {close}")
        return self._all[delivery_id]

    def all(self) -> list[Delivery]:
        """All that are remembered, oldest first."""
        return list(self._all.values())

    def open(self) -> list[Delivery]:
        """Those that have not ended, oldest first."""
        return list(self._open.values())

    def claim(self) -> list[Delivery]:
        """Take what may go now; marked as in flight."""
        room = self._engine.settings.parallel - len(self._flying)
        waiting = self._ready.due(self._engine.clock.now())
        if room <= 0 or not waiting:
            return []
        busy: set[str] = set().union(*(d.orders for d in self._flying.values()))
        claimed: list[Delivery] = []
        for delivery_id in waiting:
            delivery = self._open[delivery_id]
            if delivery.orders & busy:
                continue
            busy |= delivery.orders
            claimed.append(delivery)
            if len(claimed) == room:
                break
        for delivery in claimed:
            delivery.state = IN_FLIGHT
            self._ready.remove(delivery.id)
            self._flying[delivery.id] = delivery
        return claimed

    def finish(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record an attempt: done on 200, else the next try or the end.

        The outcome of an old run's delivery changes nothing.
        """
        if self._all.get(delivery.id) is not delivery:
            return
        self._flying.pop(delivery.id, None)
        delivery.attempts.append(attempt)
        if delivery.replays:
            delivery.replays -= 1
        if attempt.status == 200:
            self._end(delivery, DELIVERED)
            return
        self._plan_retry(delivery)

    def _end(self, delivery: Delivery, state: str) -> None:
        if delivery.replays:
            self._plan(delivery, self._engine.clock.now())
            return
        delivery.state, delivery.due = state, None
        self._open.pop(delivery.id, None)

    def _plan_retry(self, delivery: Delivery) -> None:
        settings = self._engine.settings
        waits = settings.retry_schedule
        now = self._engine.clock.now()
        wait = waits[min(len(delivery.attempts), len(waits)) - 1]
        if not delivery.retry or now + wait > delivery.created + settings.retry_horizon:
            self._end(delivery, DROPPED)
            return
        self._plan(delivery, now + wait)

    def _plan(self, delivery: Delivery, due: float) -> None:
        delivery.state, delivery.due = PENDING, due
        self._ready.put(delivery.id, due)

    def redeliver(self, delivery: Delivery, times: int = 1) -> None:
        """Send the same bytes again, whatever came before."""
        delivery.replays += times
        self._open[delivery.id] = delivery
        if delivery.state != IN_FLIGHT:
            self._plan(delivery, self._engine.clock.now())

    def flush(self) -> list[Delivery]:
        """Make everything that waits due now; returns what was waiting."""
        waiting = [d for d in self._open.values() if d.state == PENDING]
        for delivery in waiting:
            self._plan(delivery, self._engine.clock.now())
        return waiting

    def next_due(self) -> float | None:
        """When the next waiting delivery is due."""
        return self._ready.next_due()

    def busy(self) -> bool:
        """Whether anything is in flight or due now."""
        return bool(self._flying) or self._ready.any_due(self._engine.clock.now())

    def drop(self, numbers: frozenset[str] | None = None) -> int:
        """Forget the deliveries of some numbers, or all; returns how many."""
        gone = [
            d.id
            for d in self._all.values()
            if numbers is None or any(i.number_id in numbers for i in d.items)
        ]
        for one in gone:
            self._all.pop(one, None)
            self._open.pop(one, None)
            self._flying.pop(one, None)
            self._ready.forget(one)
        return len(gone)
