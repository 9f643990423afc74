"""States of an outbound message: what may follow what, and who plans it."""

from .. import envelopes
from ..clock import Clock
from ..emitter import Emitter
from ..entities import OUTBOUND, PRESENCES, Customer, Json, Message
from ..errors import BadRequest
from ..scripts import Scripts
from ..timers import Timers
from ..world import World
from .status_anomalies import ERRORS, AnomalousStatuses

STATES = ("sent", "delivered", "read", "played", "failed")

#: status -> what may come next by itself.  Oddities go through ``force``.
MOVES: dict[str, frozenset[str]] = {
    "accepted": frozenset({"sent", "delivered", "read", "failed"}),
    "sent": frozenset({"delivered", "read", "failed"}),
    "delivered": frozenset({"read", "played"}),
    "read": frozenset({"played"}),
    "played": frozenset(),
    "failed": frozenset(),
}
BY_TIMER = "status"
FORCED = "forced"
#: A person who blocks the business sees nothing; Meta says ``sent`` and no more.
BLOCKED = ("sent",)
NOT_ON_WHATSAPP = 131026


class Statuses:
    """Plans statuses by presence and emits them."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        timers: Timers,
        emitter: Emitter,
        scripts: Scripts,
    ) -> None:
        self._world = world
        self._clock = clock
        self._timers = timers
        self._emitter = emitter
        self._scripts = scripts

    def plan(self, message: Message, anomaly: AnomalousStatuses | None = None) -> None:
        """Plan what the customer's presence brings, from now on.

        :param anomaly: what a fault brings instead, in its order, possible or not.
        """
        now = self._clock.now()
        if anomaly is not None:
            message.fails_with = anomaly.code
            message.fails_details = anomaly.details
            for status in anomaly.statuses:
                self._timers.plan(now, BY_TIMER, message.wamid, status, FORCED)
            return
        customer = self._world.customers[message.customer]
        if not customer.on_whatsapp and not message.fails_with:
            message.fails_with = NOT_ON_WHATSAPP
            message.fails_details = "The recipient is not on WhatsApp."
        if message.fails_with:
            self._timers.plan(now, BY_TIMER, message.wamid, "failed")
            return
        for status in BLOCKED if customer.blocks else PRESENCES[customer.presence]:
            if message.type == "reaction" and status != "sent":
                break
            self._timers.plan(now, BY_TIMER, message.wamid, status)

    def on_timer(self, wamid: str, status: str, forced: str = "") -> None:
        """Emit a planned status unless it has become impossible."""
        message = self._world.messages.get(wamid)
        if message is None:
            return
        if status == ERRORS:
            self._emit_errors(message)
        elif forced or status in MOVES[message.status]:
            self.emit(message, status)

    def _emit_errors(self, message: Message) -> None:
        number = self._world.numbers[message.number_id]
        code = message.fails_with or 131000
        self._emitter.person(
            number,
            message.customer,
            envelopes.errors_value(number, code, message.fails_details),
            kind="field",
            wamid="",
            type=ERRORS,
        )

    def catch_up(self, customer: Customer) -> None:
        """A customer changed presence: plan what their waiting messages lack."""
        for message in self._world.messages.values():
            if message.direction == OUTBOUND and message.customer == customer.key:
                self.plan(message)

    def read(self, customer: Customer, wamid: str | None = None) -> list[Message]:
        """The customer reads one message, or all that are unread."""
        touched = []
        for message in list(self._world.messages.values()):
            if message.direction != OUTBOUND or message.customer != customer.key:
                continue
            if wamid is not None and message.wamid != wamid:
                continue
            if message.type == "reaction" or "read" not in MOVES[message.status]:
                continue
            for status in ("sent", "delivered", "read"):
                if status in MOVES[message.status]:
                    self.emit(message, status)
            touched.append(message)
        return touched

    def set(
        self, message: Message, status: str, code: int, details: str, *, force: bool
    ) -> None:
        """Emit a status by hand.  BadRequest when it cannot follow."""
        if status not in STATES:
            raise BadRequest(f"status: expected one of {STATES}, got '{status}'")
        if message.direction != OUTBOUND:
            raise BadRequest(f"{message.wamid} is inbound: it has no statuses")
        if not force and status not in MOVES[message.status]:
            allowed = ", ".join(sorted(MOVES[message.status])) or "nothing"
            raise BadRequest(
                f"'{status}' cannot follow '{message.status}': expected {allowed}; "
                "force it to simulate Meta's oddities"
            )
        if status == "played" and message.type != "audio" and not force:
            raise BadRequest(
                f"'played' is for voice messages, this one is a {message.type}; "
                "force it to send it all the same"
            )
        if status == "failed":
            message.fails_with, message.fails_details = code, details
        self.emit(message, status)

    def emit(self, message: Message, status: str) -> None:
        """Record a status and put its webhook into the outbox."""
        now = self._clock.now()
        number = self._world.numbers[message.number_id]
        customer = self._world.customers[message.customer]
        if message.pricing and status != "failed":
            priced_later = {"delivered", "read"} & message.priced
            if status == "sent" or (status != "played" and not priced_later):
                message.priced.add(status)
        if status == "failed" or status in MOVES[message.status]:
            message.status = status
        record: Json = {"status": status, "timestamp": int(now)}
        if status == "failed":
            record["code"] = message.fails_with
        message.statuses.append(record)
        value = envelopes.status_value(
            number, customer, message, status, int(now), self._emitter.holds
        )
        self._emitter.person(
            number,
            customer.key,
            value,
            kind="status",
            wamid=message.wamid,
            status=status,
            type=status,
        )
        if status == "delivered":
            self._scripts.delivered(message)
