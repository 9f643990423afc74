"""The simulator's world and its rules, one object, no transport.

Callers pass time, ids and chance in; what must be sent out is drained from the
outbox.  Not thread-safe: the server calls it from one loop.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from .accounts.signups import Signups
from .calls.calls import BY_CALL, Calls
from .clock import Clock
from .conversions.conversions import Conversions
from .emitter import Emitter
from .entities import INBOUND, Customer, Json, Media, Message, Number, WebhookItem
from .errors import BadRequest, NotFound, Refused, unknown_object
from .fields import Fields
from .flows.entities import Flow
from .flows.flows import Flows
from .groups.groups import Groups
from .groups.sending import BY_GROUP, GroupSending
from .ids import IdSource
from .journal import Journal
from .limits import Limits
from .management import make_management
from .messages.coexistence import Coexistence
from .messages.inbound import Inbound
from .messages.media import MediaStore
from .messages.sending import MESSAGES, Accepted, Sending
from .messages.status_anomalies import AnomalousStatuses
from .messages.statuses import BY_TIMER, Statuses
from .nearest import nearest
from .people import People
from .phones import is_user_id
from .routing.routing import Routing
from .scripts import BY_SCRIPT, Scripts
from .settings import Settings
from .templates.templates import BY_TEMPLATE
from .timers import Timer, Timers
from .world import World, default_templates, default_world


@dataclass(frozen=True)
class Reset:
    """What a reset leaves to others: the numbers whose deliveries are dropped."""

    run: str
    numbers: frozenset[str]


class Engine:
    """Facade over sending, receiving, statuses, media and time."""

    def __init__(
        self, clock: Clock, ids: IdSource, settings: Settings | None = None
    ) -> None:
        self.clock = clock
        self.ids = ids
        self.settings = settings or Settings()
        self._profile = self.settings.record()
        self.outbox: list[WebhookItem] = []
        self.journal = Journal(clock, lambda: self.world.shown_secrets())
        self._seq = 0
        self._build(default_world())

    def _build(self, world: World) -> None:
        self.world = world
        self.timers = Timers()
        limits = Limits()
        emitter = Emitter(self.clock, self.ids, self.settings, self.outbox)
        self.media = MediaStore(world, self.clock, self.ids, self.settings)
        scripts = Scripts(world, self.clock, self.timers)
        self.statuses = Statuses(world, self.clock, self.timers, emitter, scripts)
        self.emitter = emitter
        self.fields = Fields(world, self.clock, self.ids, emitter)
        self.coexistence = Coexistence(world, self.clock, self.ids, emitter)
        self.people = People(world, self.clock, self.ids, self.statuses)
        self.sending = Sending(
            world, self.clock, self.ids, self.media, limits, self.settings
        )
        self.inbound = Inbound(world, self.clock, self.ids, self.media, limits, emitter)
        self.management = make_management(
            world, self.clock, self.ids, self.timers, self.fields, self.statuses,
            self.settings,
        )  # fmt: skip
        self.routing = Routing(world, self.clock, self.ids, emitter, self.settings)
        emitter.route = self.routing.route
        self.groups = Groups(world, self.clock, self.ids, emitter, self.settings)
        self.group_sending = GroupSending(
            world, self.clock, self.ids, self.timers, emitter, self.sending
        )
        self.signups = Signups(world, self.ids)
        self.conversions = Conversions(world, self.clock, self.ids)
        self.flows = Flows(
            world, self.clock, self.ids, self.settings,
            lambda waba_id, value: self.fields.emit(
                "flows", value, waba_id=waba_id, free=True
            ),
        )  # fmt: skip
        self.calls = Calls(
            world, self.clock, self.ids, self.timers, emitter, self.settings,
            self.management.numbers, self.write,
        )  # fmt: skip

        #: kind of a timer -> what it does.
        self._on_timer: dict[str, Callable[..., object]] = {
            BY_TIMER: self.statuses.on_timer,
            BY_SCRIPT: self._answer_by_script,
            BY_CALL: self.calls.on_timer,
            BY_GROUP: self.group_sending.on_timer,
            BY_TEMPLATE: self.management.templates.on_timer,
        }

    @property
    def seq(self) -> int:
        """Number of the last message."""
        return self._seq

    def adopt(self, world: World, seq: int) -> None:
        """Take the world of a snapshot; what waited in this one is forgotten."""
        self.outbox.clear()
        self._seq = seq
        self._build(world)

    def _answer_by_script(self, key: str, body: str) -> None:
        """A customer's script writes; a body that makes no sense is journalled."""
        given = json.loads(body)
        try:
            self.write(key, given)
        except (BadRequest, NotFound) as exc:
            self.journal.add("script", customer=key, request=given, error=str(exc))

    # Time

    def tick(self) -> int:
        """Run what is due now; returns how many timers ran."""
        ran = 0
        while timer := self.timers.pop_due(self.clock.now()):
            self._on_timer[timer.kind](*timer.args)
            ran += 1
        return ran

    def drain(self) -> list[WebhookItem]:
        """Take what must be delivered."""
        items = list(self.outbox)
        self.outbox.clear()
        return items

    # The business's side

    def authorise(self, token: str | None) -> None:
        """Meta's 190 for a missing or wrong token; real-looking ones are refused."""
        if not token:
            raise Refused(
                190,
                message="An access token is required to request this resource.",
            )
        if token.startswith("EAA"):
            raise Refused(
                190,
                message="This is a simulator, not Meta: it refuses tokens that look "
                "real (EAA…) and does not store them. Use "
                f"{self.world.credentials.token}.",
            )
        if token not in self.world.tokens():
            raise Refused(
                190, message="Invalid OAuth access token - Cannot parse access token"
            )

    def number(self, number_id: str) -> Number:
        """A number by id; Refused (100/33)."""
        if number_id not in self.world.numbers:
            raise unknown_object(number_id)
        return self.world.numbers[number_id]

    def accept(
        self,
        number_id: str,
        payload: Json,
        version: float | None = None,
        *,
        edge: str = MESSAGES,
        app: str | None = None,
    ) -> Accepted:
        """A business sends.  Call ``answered`` once the answer is out.

        :param edge: of the path, ``messages`` or ``marketing_messages``.
        :param app: who sends; the first app by default.
        """
        number = self.number(number_id)
        sender = app or self.world.credentials.app_id
        self.routing.check_send(number, sender, payload)
        self.calls.permissions.check_request(number, payload)
        self.flows.check_send(number, payload)
        accepted = self.sending.accept(number, payload, version, self._seq + 1, edge)
        self._seq += 1
        self.calls.permissions.note_request(number, payload)
        self.routing.note_send(number, sender, accepted.message, payload)
        return accepted

    def accept_in_group(
        self, number_id: str, payload: Json, version: float | None = None
    ) -> Json:
        """A business writes in a group; statuses of its participants follow."""
        return self.group_sending.accept(self.number(number_id), payload, version)

    def answered(
        self, message: Message, anomaly: AnomalousStatuses | None = None
    ) -> None:
        """The answer of a send has left (or was lost): statuses may follow.

        :param anomaly: what a fault brings instead of the usual ones.
        """
        self.world.business.fetching.discard(message.wamid)
        if message.wamid not in self.world.messages or self.sending.is_held(message):
            return
        self.sending.settle_links(message)
        self.statuses.plan(message, anomaly)

    def fetching(self, message: Message) -> list[str]:
        """Addresses of a message that must be fetched before ``answered``.

        ``media.fetched`` and ``media.not_fetched`` take what came of it.
        """
        links = self.sending.links(message)
        if links:
            self.world.business.fetching.add(message.wamid)
        return links

    def send_as(self, app: str, number_id: str, person: str, text: str) -> Message:
        """A responder writes to a person; its statuses follow.  Refused."""
        key = "recipient" if is_user_id(person) else "to"
        body = {"messaging_product": "whatsapp", key: person, "text": {"body": text}}
        accepted = self.accept(number_id, {**body, "type": "text"}, app=app)
        self.answered(accepted.message)
        return accepted.message

    def flow_asset(self, flow: Flow) -> Media:
        """The JSON of a flow as a file that can be downloaded."""
        number = next(
            n for n in self.world.numbers.values() if n.waba_id == flow.waba_id
        )
        content = flow.flow_json.encode()
        return self.media.receive(
            number.id, number.id, content, "application/json", "flow.json"
        )

    def set_number_settings(self, number: Number, body: Json) -> None:
        """``POST /{number}/settings``; those of calls are announced."""
        self.management.numbers.set_settings(number, body)
        if "calling" in body:
            self.calls.announce_settings(number)

    def mark_read(self, number_id: str, wamid: object) -> None:
        """A business reads an inbound message.  Refused when it is not one."""
        number = self.number(number_id)
        message = self.world.messages.get(str(wamid))
        if (
            message is None
            or message.direction != INBOUND
            or message.number_id != number.id
        ):
            raise Refused(100, message="(#100) Invalid parameter", details="message_id")
        for other in self.world.messages.values():
            same = (other.direction, other.number_id, other.customer) == (
                INBOUND,
                number.id,
                message.customer,
            )
            if same and other.seq <= message.seq:
                other.read_by_business = True

    # The customer's side

    def write(
        self, key: str, body: Json, upload: tuple[bytes, str, str] | None = None
    ) -> Message:
        """A customer writes; see ``Inbound.write``."""
        message = self.inbound.write(key, body, self._seq + 1, upload)
        self._seq += 1
        self.calls.permissions.take_reply(message)
        return message

    def reply_to_call_request(
        self, key: str, number: Number, response: str, *, permanent: bool = False
    ) -> Message:
        """A customer allows calls of a number (``accept``) or not (``reject``)."""
        body = self.calls.reply_to_request(number, response, permanent=permanent)
        return self.write(key, body)

    def echo(self, key: str, body: Json) -> Message:
        """The business writes on its own phone; see ``Coexistence.echo``."""
        message = self.coexistence.echo(key, body, self._seq + 1)
        self._seq += 1
        return message

    def read(self, key: str, wamid: str | None = None) -> list[Message]:
        """A customer reads.  NotFound names the nearest customer or message."""
        customer = self.customer(key)
        if wamid is not None:
            self.message(wamid)
        return self.statuses.read(customer, wamid)

    def customer(self, key: str) -> Customer:
        """A known customer.  NotFound."""
        found = self.world.customer_of(key)
        if found is None:
            close = nearest(key, self.world.customers)
            hint = f"nearest '{close}'" if close else "nobody has written yet"
            raise NotFound(f"customer '{key}' is not known: {hint}")
        return found

    def set_customer(self, key: str, changes: Json) -> Customer:
        """Make or change a customer; see ``people.KEYS``."""
        return self.people.change(key, changes)

    def message(self, wamid: str) -> Message:
        """A known message.  NotFound."""
        if wamid not in self.world.messages:
            close = nearest(wamid, self.world.messages)
            raise NotFound(f"message '{wamid}' is not known; nearest: {close}")
        return self.world.messages[wamid]

    # The tester's side

    def add_number(
        self, number_id: str, waba_id: str, display: str, verified_name: str
    ) -> Number:
        """Add a number, and its account with the default templates when new."""
        if number_id in self.world.numbers:
            raise BadRequest(f"number '{number_id}' exists already")
        if waba_id not in self.world.wabas:
            for template in default_templates(waba_id):
                self.world.templates[template.id] = template
        number = Number(number_id, waba_id, display, verified_name)
        self.world.add_number(number)
        return number

    def reset(
        self,
        scope: str | None = None,
        scope_id: str | None = None,
        *,
        everything: bool = False,
    ) -> Reset:
        """Forget traffic and begin a new run.

        Kept: accounts, numbers, templates, subscriptions, switches (an integrator's
        set-up).  ``everything`` goes back to the first start.  With a scope (waba or
        number) only its traffic is forgotten and the run goes on.
        """
        if scope is not None:
            numbers = self._numbers_in(scope, scope_id)
            self.world.clear_traffic(set(numbers))
            self.timers.keep(lambda timer: self._concerns_others(timer, numbers))
            return Reset(self.ids.run, numbers)
        old = self.world
        world = default_world() if everything else World(old.credentials)
        if everything:
            self.settings.update(deepcopy(self._profile))
        else:
            world.wabas, world.numbers, world.apps = old.wabas, old.numbers, old.apps
            world.templates, world.subscriptions = old.templates, old.subscriptions
            world.subscribed_wabas = old.subscribed_wabas
            world.routing, world.flows = old.routing, old.flows
            world.datasets = old.datasets
            for held in world.subscriptions.values():
                held.failures, held.disabled = 0, False
            world.business = old.business.kept()
        self.outbox.clear()
        self.journal.clear()
        self.ids.restart()
        self._build(world)
        return Reset(self.ids.run, frozenset(old.numbers))

    def _concerns_others(self, timer: Timer, numbers: frozenset[str]) -> bool:
        """Whether a timer survives the reset of some numbers."""
        if timer.kind == BY_SCRIPT:
            return json.loads(timer.args[1]).get("to") not in numbers
        return timer.kind != BY_TIMER or timer.args[0] in self.world.messages

    def _numbers_in(self, scope: str, scope_id: str | None) -> frozenset[str]:
        if scope == "number":
            return frozenset({self.world.number_of(scope_id).id})
        if scope != "waba":
            raise BadRequest(f"scope: expected waba or number, got '{scope}'")
        found = {n.id for n in self.world.numbers.values() if n.waba_id == scope_id}
        if not found:
            raise NotFound(
                f"waba '{scope_id}': expected one of {list(self.world.wabas)}"
            )
        return frozenset(found)
