"""What must be posted where and when.  No socket; time by the engine's clock."""

from dataclasses import replace

from ..engine.engine import Engine
from ..engine.entities import Subscription, WebhookItem
from ..engine.errors import NotFound
from ..engine.nearest import nearest
from ..faults import Drop, FaultBook, Fired
from ..faults.base import QUEUED
from .batches import Collector
from .building import Builder
from .delivery import (
    DELIVERED,
    DROPPED,
    ENDED,
    IN_FLIGHT,
    PENDING,
    Attempt,
    Delivery,
)
from .schedule import Schedule
from .wire import headers

__all__ = [
    "DELIVERED",
    "DROPPED",
    "ENDED",
    "IN_FLIGHT",
    "PENDING",
    "Attempt",
    "Delivery",
    "DeliveryQueue",
]

#: Why an event was sent to nobody: cause -> reason.
NOBODY, UNSUBSCRIBED, DISABLED, FAULT = "nobody", "unsubscribed", "disabled", "fault"
REASONS = {
    NOBODY: "no webhook subscription for this number",
    UNSUBSCRIBED: "the account is not subscribed",
    DISABLED: "the subscription is disabled after too many failures",
    FAULT: "lost by a fault",
}


class DeliveryQueue:
    """Keeps deliveries; says which may go now; plans retries.

    Items of one person start in order: one is in flight at a time, and a later
    one does not overtake an earlier one that is due.  An item that waits for its
    retry does not hold up the others (Meta promises no order).

    :param faults: rules that strike webhooks.
    :param limit: deliveries remembered; of those that ended the oldest go first.
    """

    def __init__(
        self, engine: Engine, limit: int = 10_000, faults: FaultBook | None = None
    ) -> None:
        self._engine = engine
        self._faults = faults or FaultBook(engine.clock, engine.ids.seed)
        self._limit = limit
        self._all: dict[str, Delivery] = {}
        self._open: dict[str, Delivery] = {}
        self._ended: dict[str, None] = {}
        self._builder = Builder(engine, self._faults)
        self._schedule = Schedule()
        self._collector = Collector(engine.settings)
        self._seq = 0
        #: Whether a fault has put one behind others: spares a look at each finish.
        self._holding = False
        self.forgotten = 0

    # Coming in

    def absorb(self) -> list[Delivery]:
        """Turn what the engine put out into deliveries.

        One item each, unless batches are switched on.  An item without a subscriber
        is journalled as ``silent`` and dropped, and so is one that a fault loses.
        """
        made: list[Delivery] = []
        now = self._engine.clock.now()
        for item in self._engine.drain():
            world = self._engine.world
            targets = world.subscribers(
                item.waba_id, item.number_id, item.field, item.app
            )
            if not targets:
                self._silent(item, self._why_silent(item))
            for index, target in enumerate(targets):
                mine = item if not index else replace(item, id=f"{item.id}_{index}")
                made += self._place(mine, target, now)
        for batch in self._collector.ripe(now):
            made += self._make(tuple(batch.items), batch.target)
        return made

    def _place(
        self, item: WebhookItem, target: Subscription, now: float
    ) -> list[Delivery]:
        """An item for one subscriber: alone, or into a batch."""
        fired = self._builder.faults_on(item, target, QUEUED)
        if any(isinstance(e, Drop) for _, _, e in fired.effects):
            self._silent(item, FAULT, fired.names)
            return []
        if fired.effects or self._engine.settings.batch_size <= 1:
            return self._make((item,), target, fired)
        batch = self._collector.add(item, target, now)
        return self._make(tuple(batch.items), batch.target) if batch else []

    def _why_silent(self, item: WebhookItem) -> str:
        world = self._engine.world
        if item.waba_id not in world.subscribed_wabas:
            return UNSUBSCRIBED
        if any(s.disabled for s in world.subscriptions.values()):
            return DISABLED
        return NOBODY

    def _silent(
        self, item: WebhookItem, cause: str, faults: list[str] | None = None
    ) -> None:
        self._engine.journal.add(
            "silent",
            cause=cause,
            reason=REASONS[cause],
            number=item.number_id or None,
            waba=item.waba_id,
            what=item.kind,
            field=item.field,
            wamid=item.wamid or None,
            status=item.status,
            faults=faults or [],
        )

    def _make(
        self,
        items: tuple[WebhookItem, ...],
        target: Subscription,
        fired: Fired | None = None,
    ) -> list[Delivery]:
        made = self._builder.build(items, target, fired)
        for one in made:
            self._holding = self._holding or bool(one.behind)
            self._add(one)
        return made

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

    def adopt(self, delivery: Delivery) -> None:
        """Take a delivery out of a snapshot."""
        delivery.run = self._engine.ids.run
        if delivery.target is not None:
            key = (delivery.target.scope, delivery.target.id)
            held = self._engine.world.subscriptions
            delivery.target = held.get(key, delivery.target)
        if delivery.state in ENDED:
            self._all[delivery.id] = delivery
            self._ended[delivery.id] = None
            return
        delivery.state = PENDING
        self._add(delivery)

    def _add(self, delivery: Delivery) -> Delivery:
        self._seq += 1
        delivery.seq = self._seq
        self._all[delivery.id] = delivery
        self._open[delivery.id] = delivery
        self._schedule.put(delivery, self._engine.clock.now())
        if len(self._all) > self._limit and self._ended:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            self._all.pop(oldest, None)
            self.forgotten += 1
        return delivery

    # Looking

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

    def moving(self, delivery: Delivery) -> bool:
        """Whether an attempt is under way or due now."""
        if delivery.state == PENDING:
            return delivery.due is not None and delivery.due <= self._engine.clock.now()
        return delivery.state == IN_FLIGHT

    def next_due(self) -> float | None:
        """When the next waiting delivery or batch is due."""
        dues = (self._schedule.next_due(), self._collector.next_due())
        return min((due for due in dues if due is not None), default=None)

    def busy(self) -> bool:
        """Whether anything is in flight or due now."""
        now = self._engine.clock.now()
        batch = self._collector.next_due()
        return self._schedule.busy(now) or (batch is not None and batch <= now)

    # Going out

    def claim(self) -> list[Delivery]:
        """Take what may go now; marked as in flight, dressed for this POST."""
        now = self._engine.clock.now()
        claimed = self._schedule.take(now, int(self._engine.settings.parallel))
        for delivery in claimed:
            self._builder.dress(delivery)
        return claimed

    def finish(self, delivery: Delivery, attempt: Attempt) -> None:
        """Record an attempt: done on 200, else the next try or the end.

        The outcome of an old run's delivery changes nothing.
        """
        self._schedule.release(delivery)
        if self._all.get(delivery.id) is not delivery:
            return
        attempt.faults = delivery.posted_by
        delivery.attempts.append(attempt)
        self._let_pass(delivery)
        if delivery.replays:
            delivery.replays -= 1
        good = self._succeeded(attempt)
        self._judge(delivery, good=good)
        if good:
            self._end(delivery, DELIVERED)
        elif delivery.state != DROPPED:
            self._plan_retry(delivery)

    def _succeeded(self, attempt: Attempt) -> bool:
        if attempt.status is None:
            return False
        if self._engine.settings.only_200:
            return attempt.status == 200
        return 200 <= attempt.status < 300

    def _let_pass(self, passed: Delivery) -> None:
        """One that a fault has put behind others counts who has overtaken it."""
        if not self._holding or len(passed.attempts) > 1:
            return
        now = self._engine.clock.now()
        for held in [d for d in self._open.values() if d.behind]:
            if held.seq < passed.seq and held.numbers & passed.numbers:
                held.behind -= 1
                if not held.behind:
                    held.due = now
                    self._schedule.put(held, now)
        self._holding = any(d.behind for d in self._open.values())

    def _judge(self, delivery: Delivery, *, good: bool) -> None:
        """Count failures in a row; too many disable the subscription."""
        target, limit = delivery.target, self._engine.settings.disable_after
        if target is None:
            return
        target.failures = 0 if good else target.failures + 1
        if not limit or target.failures < limit or target.disabled:
            return
        target.disabled = True
        self._engine.journal.add(
            "disabled",
            reason=f"{target.failures} failed attempts in a row",
            url=target.callback_url,
            scope=target.scope,
            id=target.id,
        )
        for other in [d for d in self._open.values() if d.target is target]:
            if other.state == PENDING or other is delivery:
                self._end(other, DROPPED)

    def _end(self, delivery: Delivery, state: str) -> None:
        if delivery.replays and state == DELIVERED:
            delivery.state, delivery.due = PENDING, self._engine.clock.now()
            self._schedule.put(delivery, delivery.due)
            return
        delivery.state, delivery.due, delivery.replays = state, None, 0
        self._open.pop(delivery.id, None)
        self._ended[delivery.id] = None

    def _plan_retry(self, delivery: Delivery) -> None:
        settings = self._engine.settings
        waits = settings.retry_schedule
        now = self._engine.clock.now()
        wait = waits[min(len(delivery.attempts), len(waits)) - 1]
        if not delivery.retry or now + wait > delivery.created + settings.retry_horizon:
            if delivery.replays:
                wait = 0.0
            else:
                self._end(delivery, DROPPED)
                return
        delivery.state, delivery.due = PENDING, now + wait
        self._schedule.put(delivery, now)

    # The tester's hand

    def redeliver(self, delivery: Delivery, times: int = 1) -> None:
        """Send the same bytes again, whatever came before."""
        delivery.replays += times
        self._open[delivery.id] = delivery
        self._ended.pop(delivery.id, None)
        if delivery.state != IN_FLIGHT:
            delivery.state, delivery.due = PENDING, self._engine.clock.now()
            self._schedule.put(delivery, delivery.due)

    def flush(self) -> list[Delivery]:
        """Make everything that waits due now; returns what was waiting."""
        for batch in self._collector.flush():
            self._make(tuple(batch.items), batch.target)
        waiting = [d for d in self._open.values() if d.state == PENDING]
        now = self._engine.clock.now()
        for delivery in waiting:
            delivery.due, delivery.behind = now, 0
            self._schedule.put(delivery, now)
        return waiting

    def drop(self, numbers: frozenset[str] | None = None) -> int:
        """Forget the deliveries of some numbers, or all; returns how many."""
        self._collector.drop(numbers)
        gone = [
            d
            for d in self._all.values()
            if numbers is None or any(i.number_id in numbers for i in d.items)
        ]
        for one in gone:
            self._all.pop(one.id, None)
            self._open.pop(one.id, None)
            self._ended.pop(one.id, None)
            self._schedule.forget(one)
        return len(gone)
