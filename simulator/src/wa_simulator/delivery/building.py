"""Makes deliveries out of items, and lets faults spoil them."""

from dataclasses import replace
from urllib.parse import urlsplit

from ..engine.engine import Engine
from ..engine.entities import Subscription, WebhookItem
from ..engine.envelopes import envelope, merged
from ..faults import (
    Call,
    DelayDelivery,
    DuplicateDelivery,
    FaultBook,
    Fired,
    ReorderDelivery,
    Rewrite,
    Sign,
)
from ..faults.base import POSTED, WEBHOOK
from .delivery import Delivery
from .wire import headers, serialise, sign

#: Meta's limit of a body.
MAX_BODY = 3 * 1024 * 1024
NO_SECRET = "a secret nobody has"


class Builder:
    """Bytes and signature of what is posted."""

    def __init__(self, engine: Engine, faults: FaultBook) -> None:
        self._engine = engine
        self._faults = faults

    def faults_on(self, item: WebhookItem, target: Subscription, stage: str) -> Fired:
        """What strikes an item on its way to a subscriber."""
        if self._faults.idle:
            return Fired()
        call = Call(
            direction=WEBHOOK,
            path=urlsplit(target.callback_url).path,
            number=item.number_id or None,
            to=item.order.partition("/")[2],
            type=item.type,
            waba=item.waba_id,
            types=frozenset({item.kind, item.field}),
            stage=stage,
        )
        return self._faults.consult(call)

    def build(
        self,
        items: tuple[WebhookItem, ...],
        target: Subscription,
        fired: Fired | None = None,
    ) -> list[Delivery]:
        """Deliveries of some items: one; more when the body is too large, or when a
        fault copies it."""
        joined = merged(items) if self._engine.settings.batch_merge else items
        body = serialise(envelope(joined))
        if len(body) > MAX_BODY and len(items) > 1:
            half = len(items) // 2
            return [
                *self.build(items[:half], target),
                *self.build(items[half:], target),
            ]
        now = self._engine.clock.now()
        delivery = Delivery(
            id=items[0].id,
            run=self._engine.ids.run,
            url=target.callback_url,
            body=body,
            headers={**headers(), **self._sign(body, target)},
            items=items,
            created=now,
            due=now,
            target=target,
        )
        return self._strike(delivery, fired, now) if fired else [delivery]

    def _strike(self, delivery: Delivery, fired: Fired, now: float) -> list[Delivery]:
        made = [delivery]
        for _, rule, effect in fired.effects:
            delivery.faults.append(rule)
            if isinstance(effect, DelayDelivery):
                delivery.due = now + effect.seconds
            elif isinstance(effect, ReorderDelivery):
                delivery.due, delivery.behind = now + effect.wait, effect.count
            elif isinstance(effect, DuplicateDelivery):
                made += self._copies(delivery, effect)
        return made

    def _sign(self, body: bytes, target: Subscription) -> dict[str, str]:
        secret = self._engine.world.secret_of(target)
        return sign(body, secret, sha1=self._engine.settings.sha1_signature)

    @staticmethod
    def _copies(delivery: Delivery, effect: DuplicateDelivery) -> list[Delivery]:
        return [
            replace(
                delivery,
                id=f"{delivery.id}_copy{n}",
                due=delivery.created + n * effect.apart,
                alone=effect.at_once,
                attempts=[],
                faults=list(delivery.faults),
            )
            for n in range(1, effect.count + 1)
        ]

    def dress(self, delivery: Delivery) -> None:
        """Let faults change the coming POST: other signature, other bytes."""
        delivery.posted, delivery.posted_by = None, []
        if not delivery.items or delivery.target is None:
            return
        fired = self.faults_on(delivery.items[0], delivery.target, POSTED)
        if not fired.effects:
            return
        body, told = delivery.body, dict(delivery.headers)
        for _, _, effect in fired.effects:
            if isinstance(effect, Rewrite):
                body = effect.change(body)
            elif isinstance(effect, Sign):
                sha1 = self._engine.settings.sha1_signature
                made = sign(body, effect.secret or NO_SECRET, sha1=sha1)
                told = {k: v for k, v in told.items() if not k.startswith("X-Hub")}
                told.update(made if effect.headers else {})
        delivery.posted, delivery.posted_by = (body, told), fired.names
