"""Who gets a webhook, who may answer: conversation routing of September 2026.

A number with fewer than two responders is not routed: everything is as before.
Sources and what they leave open: docs/fidelity.md.
"""

from collections.abc import Iterator
from dataclasses import replace

from .. import envelopes
from ..clock import Clock
from ..codes import CODES
from ..emitter import Emitter
from ..entities import OUTBOUND, Customer, Json, Message, Number, WebhookItem
from ..errors import BadRequest, Refused, bad_parameter
from ..ids import IdSource
from ..nearest import unknown
from ..phones import is_user_id
from ..settings import DAY, Settings
from ..world import World
from .entities import (
    AI_AGENT,
    CALLS,
    CTWA,
    CUSTOMER_SERVICE,
    ESCALATION,
    MARKETING,
    ROLES,
    THREAD_ROLES,
    UTILITY,
    Responder,
    Thread,
)

MESSAGES, STANDBY, HANDOVERS = "messages", "standby", "messaging_handovers"
MAX_METADATA = 2000
IMPLICIT_TAKE = "Control taken via service message"
ACTIONS = ("pass", "take", "release")
#: Category of the template that a person answers -> role of the entry point.
ENTRY_POINTS = {"marketing": MARKETING, "utility": UTILITY}


class Routing:
    """Routes webhooks, keeps owners, hands threads over."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        emitter: Emitter,
        settings: Settings,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._emitter = emitter
        self._settings = settings

    def configure(self, number: Number, responders: list[Responder]) -> None:
        """Set the responders of a number; an empty list ends routing.

        :raises BadRequest: an unknown role, or two responders for one.
        """
        taken: dict[str, str] = {}
        for each in responders:
            for role in each.roles:
                if role not in ROLES:
                    raise BadRequest(unknown("role", role, ROLES))
                if role in taken:
                    raise BadRequest(
                        f"role '{role}': expected one responder, got "
                        f"'{taken[role]}' and '{each.app}'"
                    )
                taken[role] = each.app
        self._world.routing[number.id] = {each.app: each for each in responders}

    def active(self, number_id: str) -> bool:
        """Whether a number is routed: it has more than one responder."""
        return len(self._responders(number_id)) > 1

    def thread(self, number_id: str, person: str) -> Thread:
        """The thread as it is now: idle 24 hours after the person's last message."""
        held = self._world.threads.get((number_id, person), Thread())
        if held.owner and held.last_user <= self._clock.now() - DAY:
            return Thread(last_user=held.last_user)
        return held

    # Webhooks

    def route(self, item: WebhookItem) -> list[WebhookItem]:
        """One item for each app that Meta would tell, in that app's form."""
        if not self.active(item.number_id):
            return [item]
        if item.field == "calls" or _is_call_permission(item):
            return list(self._to(item, self._primary(item.number_id, CALLS)))
        if item.field != MESSAGES or self._in_group(item):
            return [item]
        if item.kind == "status":
            message = self._world.messages[item.wamid]
            owner: str | None = self._sender(message)
        else:
            owner = self._receive(item)
        copies = self._copies(item, owner)
        return [*self._to(item, owner), *copies]

    def _in_group(self, item: WebhookItem) -> bool:
        """Groups have no owner: nothing of the kind is documented."""
        message = self._world.messages.get(item.wamid)
        return message is None or bool(message.group_id)

    def _receive(self, item: WebhookItem) -> str | None:
        """The owner of a thread that a person writes on; it is claimed when idle."""
        person = item.order.partition("/")[2]
        thread = self.thread(item.number_id, person)
        if thread.owner is None:
            role = self._entry_point(item, person)
            thread = Thread(self._primary(item.number_id, role), role)
            self._world.threads[item.number_id, person] = thread
        thread.last_user = self._clock.now()
        return thread.owner

    def _entry_point(self, item: WebhookItem, person: str) -> str:
        """The role that a person's message on an idle thread is for."""
        number_id = item.number_id
        if self._primary(number_id, AI_AGENT):
            return AI_AGENT
        (node,) = item.value.get("messages") or [{}]
        role = CUSTOMER_SERVICE
        if node.get("referral"):
            role = CTWA
        else:
            answered = self._answered(number_id, person, node)
            if answered is not None:
                role = ENTRY_POINTS.get(answered.category, CUSTOMER_SERVICE)
        return role if self._primary(number_id, role) else CUSTOMER_SERVICE

    def _answered(self, number_id: str, person: str, node: Json) -> Message | None:
        """The message a person answers: the quoted one, else our last of a day."""
        quoted = self._world.messages.get(str(node.get("context", {}).get("id")))
        if quoted is not None and quoted.direction == OUTBOUND:
            return quoted
        since = self._clock.now() - DAY
        for message in reversed(self._world.messages.values()):
            if (message.number_id, message.customer) == (number_id, person):
                if message.direction == OUTBOUND and message.created > since:
                    return message
                if message.wamid != node.get("id"):
                    return None
        return None

    def _to(self, item: WebhookItem, app: str | None) -> Iterator[WebhookItem]:
        if app and self._world.has_app(app):
            yield replace(item, app=app)

    def _copies(self, item: WebhookItem, owner: str | None) -> list[WebhookItem]:
        lists: Json = {
            name: item.value[name]
            for name in ("contacts", "messages", "statuses")
            if name in item.value and (name != "contacts" or "messages" in item.value)
        }
        return self._standby(item, owner, lists)

    def _standby(
        self, item: WebhookItem, owner: str | None, lists: Json
    ) -> list[WebhookItem]:
        number = self._world.numbers[item.number_id]
        value = {**envelopes.head(number), STANDBY: lists}
        return [
            replace(
                item,
                id=self._ids.webhook(item.order),
                kind="field",
                field=STANDBY,
                type=STANDBY,
                value=value,
                time=int(self._clock.now()),
                app=each.app,
            )
            for each in self._responders(item.number_id).values()
            if each.standby and each.app != owner and self._world.has_app(each.app)
        ]

    # Sending

    def check_send(self, number: Number, app: str, payload: Json) -> None:
        """Before a send.  Refused (131070): a service message on another's thread."""
        person = self._recipient(payload)
        if not self.active(number.id) or person is None or not _is_service(payload):
            return
        thread = self.thread(number.id, person.key)
        if thread.owner in (None, app) or self._is(number.id, app, ESCALATION):
            return
        raise Refused(
            131070,
            "Another responder owns this thread. Send a template, wait until the "
            "thread is idle, or take control as escalation partner.",
        )

    def note_send(self, number: Number, app: str, message: Message, body: Json) -> None:
        """After an accepted send: who sent it, what that does to the thread."""
        message.app = app
        if not self.active(number.id):
            return
        person = message.customer
        if _is_service(body):
            thread = self.thread(number.id, person)
            if thread.owner is None and self._settings.idle_send_claims:
                roles = self._responders(number.id).get(app, Responder(app)).roles
                role = next(iter(roles), CUSTOMER_SERVICE)
                now = self._clock.now()
                self._world.threads[number.id, person] = Thread(app, role, now)
            elif thread.owner not in (None, app):
                self._take(number, person, thread, app, IMPLICIT_TAKE)
        self._echo(number, app, message, body)

    def _echo(self, number: Number, app: str, message: Message, body: Json) -> None:
        node: Json = {
            "id": message.wamid,
            "timestamp": str(int(message.created)),
            "message": body,
        }
        template = self._template(number, body)
        if template is not None:
            node["template"] = template
        order = f"{number.id}/{message.customer}"
        item = WebhookItem(
            self._ids.webhook(order), number.waba_id, number.id, order, "field",
            message.wamid, STANDBY, {},
        )  # fmt: skip
        for copy in self._standby(item, app, {"message_echoes": [node]}):
            self._emitter.put(copy)

    def _template(self, number: Number, body: Json) -> Json | None:
        if body.get("type") != "template":
            return None
        node = body["template"]
        found = self._world.template_of(
            number.waba_id, node["name"], node["language"]["code"]
        )
        if found is None:
            return None
        names = ("id", "name", "language", "category", "status", "components")
        return {name: getattr(found, name) for name in names}

    def require_call_primary(self, number: Number, app: str) -> None:
        """Refused (138038) unless the app may act on calls of a number."""
        if self.active(number.id) and self._primary(number.id, CALLS) not in (
            None,
            app,
        ):
            raise Refused(138038, CODES[138038].title)

    # Handing over

    def control(self, number: Number, app: str, body: Json) -> Json:
        """``POST /thread_control``.  Refused (100, 2494191)."""
        if body.get("messaging_product") != "whatsapp":
            raise bad_parameter("The parameter messaging_product is required.")
        if ("to" in body) == ("recipient" in body):
            raise bad_parameter("Exactly one of to, recipient is required.")
        person = self._recipient(body)
        if "recipient" in body and not is_user_id(str(body["recipient"])):
            raise bad_parameter("Param recipient is not a business-scoped user id.")
        metadata = body.get("metadata")
        if metadata is not None and (
            not isinstance(metadata, str) or len(metadata) > MAX_METADATA
        ):
            raise bad_parameter(f"Param metadata must be at most {MAX_METADATA} long.")
        if not self.active(number.id):
            raise bad_parameter("Conversation routing is not active on this number.")
        if person is None:
            raise bad_parameter("No thread with this person.")
        target = self._target(body)
        self.act(number, person, app, str(body.get("action")), target, metadata)
        answer: Json = {"messaging_product": "whatsapp"}
        if self._emitter.holds("thread_control_request_id"):
            answer["request_id"] = self._ids.hexadecimal("request", number.id)
        return answer

    def act(
        self,
        number: Number,
        person: Customer,
        app: str,
        action: str,
        target_role: str | None = None,
        metadata: str | None = None,
        summary: str | None = None,
    ) -> None:
        """A responder passes, takes or releases a thread.  Refused."""
        thread = self.thread(number.id, person.key)
        if action == "pass":
            self._pass(number, person, thread, app, target_role, metadata, summary)
        elif action == "take":
            if not self._is(number.id, app, ESCALATION):
                raise Refused(2494191, CODES[2494191].title)
            self._take(number, person.key, thread, app, metadata)
        elif action == "release":
            if thread.owner not in (None, app):
                raise bad_parameter("Only the owner can release a thread.")
            self._world.threads[number.id, person.key] = Thread(
                last_user=thread.last_user
            )
        else:
            raise bad_parameter(f"Param action must be one of {', '.join(ACTIONS)}.")

    def _pass(
        self,
        number: Number,
        person: Customer,
        thread: Thread,
        app: str,
        target_role: str | None,
        metadata: str | None,
        summary: str | None,
    ) -> None:
        if thread.owner is None:
            raise bad_parameter("The thread is idle: nobody can pass it.")
        if thread.owner != app:
            raise bad_parameter("Only the owner can pass a thread.")
        role = target_role or ESCALATION
        target = self._primary(number.id, role)
        if target is None:
            raise bad_parameter(f"No responder has the role {role}.")
        if target == app:
            raise bad_parameter(f"The role {role} owns the thread already.")
        node = self._handover(thread.role, role, metadata)
        reads_along = self._responders(number.id)[target].standby
        if summary is not None and not reads_along:
            node["conversation_context"] = {
                "type": "summary",
                "summary": {"text": summary},
            }
        self._world.threads[number.id, person.key] = replace(
            thread, owner=target, role=role
        )
        self._emit_handover(number, person, target, "control_passed", node)

    def _take(
        self,
        number: Number,
        person: str,
        thread: Thread,
        app: str,
        metadata: str | None,
    ) -> None:
        last_user = thread.last_user or self._clock.now()
        self._world.threads[number.id, person] = Thread(app, ESCALATION, last_user)
        if thread.owner in (None, app):
            return
        node = self._handover(thread.role, ESCALATION, metadata)
        customer = self._world.customers[person]
        self._emit_handover(number, customer, thread.owner, "control_taken", node)

    def _handover(self, before: str, after: str, metadata: str | None) -> Json:
        roles = self._emitter.holds("handover_roles")
        node: Json = {}
        if roles:
            node = {"previous_owner_role": before, "new_owner_role": after}
        elif before == AI_AGENT:
            node = {"previous_owner_app_role": "meta_business_agent"}
        if metadata is not None:
            node["metadata"] = metadata
        return node

    def _emit_handover(
        self, number: Number, person: Customer, app: str | None, kind: str, node: Json
    ) -> None:
        if app is None or not self._world.has_app(app):
            return
        sender: Json = {}
        if person.shown_wa_id:
            sender["phone_number"] = person.shown_wa_id
        if self._settings.handover_user_ids:
            sender["user_id"] = person.user_id
        value: Json = {
            "messaging_product": "whatsapp",
            "sender": sender,
            "recipient": envelopes.metadata(number),
            "type": kind,
            "timestamp": str(int(self._clock.now())),
            kind: node,
        }
        self._emitter.person(
            number,
            person.key,
            value,
            kind="field",
            wamid="",
            type=HANDOVERS,
            field=HANDOVERS,
            app=app,
        )

    @staticmethod
    def _target(body: Json) -> str | None:
        given = body.get("control_pass")
        if given is None:
            return None
        if body.get("action") != "pass":
            raise bad_parameter("control_pass goes with the action pass only.")
        role = given.get("target_role") if isinstance(given, dict) else None
        if role is not None and role not in THREAD_ROLES:
            roles = ", ".join(THREAD_ROLES)
            raise bad_parameter(f"control_pass.target_role must be one of {roles}.")
        return role

    def _responders(self, number_id: str) -> dict[str, Responder]:
        return self._world.routing.get(number_id, {})

    def _primary(self, number_id: str, role: str) -> str | None:
        held = self._responders(number_id).values()
        return next((each.app for each in held if role in each.roles), None)

    def _is(self, number_id: str, app: str, role: str) -> bool:
        return self._primary(number_id, role) == app

    def _sender(self, message: Message) -> str:
        return message.app or self._world.credentials.app_id

    def _recipient(self, payload: Json) -> Customer | None:
        key = payload.get("to") or payload.get("recipient")
        return self._world.customer_of(str(key)) if key else None


def _is_service(payload: Json) -> bool:
    """Free-form messages; templates need no thread."""
    return payload.get("type") != "template" and payload.get("category") not in (
        "utility", "authentication",
    )  # fmt: skip


def _is_call_permission(item: WebhookItem) -> bool:
    nodes = item.value.get("messages") or [{}]
    return "call_permission_reply" in nodes[0].get("interactive", {})
