"""Calls of both directions: a state machine per call, no media.

Sources: calling pages as read of 2025-12 and 2026-06 (docs/fidelity.md).  An SDP is
taken as it is; whoever needs audio needs Meta.
"""

import base64
from collections.abc import Callable

from .. import envelopes
from ..accounts.numbers import Numbers
from ..clock import Clock
from ..codes import CODES
from ..emitter import Emitter
from ..entities import Customer, Json, Number, WebhookItem
from ..errors import BadRequest, NotFound, Refused, bad_parameter
from ..ids import IdSource
from ..nearest import nearest, unknown
from ..settings import Settings
from ..timers import Timers
from ..world import World
from .entities import (
    ACCEPTED,
    BUSINESS_INITIATED,
    ENDED,
    PRE_ACCEPTED,
    RINGING,
    USER_INITIATED,
    PhoneCall,
)
from .permissions import CallPermissions

BY_CALL = "call"
FIELD = "calls"
MAX_CONCURRENT = 1000
MAX_OPAQUE = 512
#: What stands for a session description where a tester gives none.
SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=wa-simulator\r\nt=0 0\r\n"
#: What a person may do with a call.
USER_ACTIONS = ("accept", "reject", "hang_up")

Write = Callable[[str, Json], object]


class Calls:
    """Rings, is answered, ends.

    :param write: makes a person write (permission replies, voicemail).
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        timers: Timers,
        emitter: Emitter,
        settings: Settings,
        numbers: Numbers,
        write: Write,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._timers = timers
        self._emitter = emitter
        self._settings = settings
        self._numbers = numbers
        self._write = write
        self.permissions = CallPermissions(world, clock, settings)

    # The business's side

    def connect(self, number: Number, body: Json) -> PhoneCall:
        """``action: connect``: call a person.  Refused."""
        self._require_graph_calls(number)
        sdp = _sdp(body, "offer")
        person = self._person(body)
        if person is not None and not person.on_whatsapp:
            raise Refused(138001, CODES[138001].title)
        self.permissions.require(number.id, person.key if person else "")
        if person is None:
            raise Refused(138006, CODES[138006].title)
        open_calls = [c for c in self._world.calls.values() if c.open]
        if any(
            (c.number_id, c.customer) == (number.id, person.key) for c in open_calls
        ):
            raise Refused(138003, CODES[138003].title)
        if sum(c.number_id == number.id for c in open_calls) >= MAX_CONCURRENT:
            raise Refused(138002, CODES[138002].title)
        call = self._begin(number, person, BUSINESS_INITIATED, sdp)
        call.opaque = _opaque(body)
        self._emit_status(call, "RINGING")
        return call

    def pre_accept(self, number: Number, body: Json) -> None:
        """``action: pre_accept``: media may be prepared before the answer."""
        call = self._incoming(number, body)
        call.answer_sdp = _sdp(body, "answer")
        call.state = PRE_ACCEPTED

    def accept(self, number: Number, body: Json) -> None:
        """``action: accept``: the business picks up."""
        call = self._incoming(number, body)
        sdp = _sdp(body, "answer")
        if call.state == PRE_ACCEPTED and call.answer_sdp != sdp:
            raise bad_parameter("session.sdp must equal that of pre_accept.")
        call.opaque = _opaque(body)
        call.answer_sdp = sdp
        self._pick_up(call)

    def reject(self, number: Number, body: Json) -> None:
        """``action: reject``: the business does not take the call."""
        self._end(self._incoming(number, body), "business")

    def terminate(self, number: Number, body: Json) -> None:
        """``action: terminate``: the business hangs up, or gives up calling."""
        self._require_graph_calls(number)
        call = self._world.calls.get(str(body.get("call_id")))
        if call is None or call.number_id != number.id or not call.open:
            raise bad_parameter("Param call_id is not a call that is going on.")
        self._end(call, "business")

    def describe_permission(self, number: Number, key: str | None) -> Json:
        """``GET /call_permissions``.  Refused without a person."""
        if not key:
            raise bad_parameter("One of user_wa_id, recipient is required.")
        person = self._world.customer_of(key)
        return self.permissions.describe(number.id, person.key if person else key)

    # The person's side

    def call_business(self, key: str, body: Json) -> PhoneCall:
        """A person calls.

        :param body: ``to`` (number id or display digits), ``sdp``,
            ``deeplink_payload``, ``cta_payload``.
        :raises BadRequest: calling is off at that number.
        """
        number = self._world.number_of(body.get("to"))
        if not self.enabled(number):
            raise BadRequest(
                f"calling is not enabled on {number.id}: POST /{number.id}/settings "
                '{"calling": {"status": "ENABLED"}}, or PUT /_sim/numbers/'
                f"{number.id}/calling"
            )
        person = self._world.ensure_customer(key, self._ids)
        call = self._begin(number, person, USER_INITIATED, body.get("sdp") or SDP)
        node = self._node(call, "connect")
        node["session"] = {"sdp_type": "offer", "sdp": call.sdp}
        for name in ("deeplink_payload", "cta_payload"):
            if body.get(name):
                node[name] = str(body[name])
        self._emit(call, {"calls": [node]})
        self._refresh_window(call)
        self._grant_callback(number, person)
        return call

    def act(self, call_id: str, action: str) -> PhoneCall:
        """A person does something with a call.

        :raises NotFound: no such call.
        :raises BadRequest: no such action, or not in this state.
        """
        call = self.find(call_id)
        if action not in USER_ACTIONS:
            raise BadRequest(unknown("action", action, USER_ACTIONS))
        ours = call.direction == BUSINESS_INITIATED and call.state == RINGING
        if not call.open or (action != "hang_up" and not ours):
            raise BadRequest(f"a person cannot {action} a call that is {call.state}")
        if action == "accept":
            self._accepted_by_person(call)
        elif action == "reject":
            self._emit_status(call, "REJECTED")
            self.permissions.not_answered(call.number_id, call.customer)
            self._end(call, "user")
        else:
            self._end(call, "user")
        return call

    def leave_voicemail(self, call: PhoneCall) -> None:
        """A missed call's message: an audio on ``messages`` with the call's id."""
        number = self._world.numbers[call.number_id]
        self._write(
            call.customer,
            {"type": "audio", "to": number.id, "message": {"id": call.id}},
        )

    def reply_to_request(
        self, number: Number, response: str, *, permanent: bool
    ) -> Json:
        """What a person writes to allow calls (``accept``) or not (``reject``)."""
        body = self.permissions.reply_body(
            response, permanent=permanent, automatic=False
        )
        asked = next(
            (
                m.wamid
                for m in reversed(self._world.messages.values())
                if m.number_id == number.id
                and m.payload.get("type") == "call_permission_request"
            ),
            None,
        )
        context = {"context": asked} if asked else {}
        return {**body, **context, "to": number.id}

    def find(self, call_id: str) -> PhoneCall:
        """A known call.  NotFound."""
        if call_id not in self._world.calls:
            close = nearest(call_id, self._world.calls)
            raise NotFound(f"call '{call_id}' is not known; nearest: {close}")
        return self._world.calls[call_id]

    # What happens by itself

    def on_timer(self, call_id: str) -> None:
        """Nobody has answered in time."""
        call = self._world.calls.get(call_id)
        if call is None or call.state not in (RINGING, PRE_ACCEPTED):
            return
        if call.direction == BUSINESS_INITIATED:
            self.permissions.not_answered(call.number_id, call.customer)
        self._end(call, "timeout")

    def enabled(self, number: Number) -> bool:
        """Whether calls are switched on (``POST /settings``)."""
        held = self._numbers.settings_of(number)["calling"]
        return bool(held.get("status") == "ENABLED")

    def announce_settings(self, number: Number) -> None:
        """Settings of calls have changed: the account hears of it."""
        calling = self._numbers.settings_of(number)["calling"]
        self._emitter.account(
            number.waba_id,
            "account_settings_update",
            {
                "messaging_product": "whatsapp",
                "timestamp": str(int(self._clock.now())),
                "type": "phone_number_settings",
                "phone_number_settings": {
                    "phone_number_id": number.id,
                    "calling": calling,
                },
            },
            number,
        )

    def _begin(
        self, number: Number, person: Customer, direction: str, sdp: object
    ) -> PhoneCall:
        raw = self._ids.digits("call", number.id, person.key)
        call = PhoneCall(
            id="wacid." + base64.b64encode(f"{person.key}/{raw}".encode()).decode(),
            number_id=number.id,
            customer=person.key,
            direction=direction,
            created=self._clock.now(),
            sdp=str(sdp),
        )
        self._world.calls[call.id] = call
        self._timers.plan(
            call.created + self._settings.call_ring_time, BY_CALL, call.id
        )
        return call

    def _accepted_by_person(self, call: PhoneCall) -> None:
        self._pick_up(call)
        call.answer_sdp = SDP
        self._emit_status(call, "ACCEPTED")
        node = self._node(call, "connect")
        node["session"] = {"sdp_type": "answer", "sdp": call.answer_sdp}
        self._emit(call, {"calls": [node]})
        self._refresh_window(call)

    def _pick_up(self, call: PhoneCall) -> None:
        call.state, call.answered = ACCEPTED, self._clock.now()
        self.permissions.connected(
            call.number_id,
            call.customer,
            by_business=call.direction == BUSINESS_INITIATED,
        )

    def _end(self, call: PhoneCall, by: str) -> None:
        call.state, call.ended, call.ended_by = ENDED, self._clock.now(), by
        node = self._node(call, "terminate")
        if call.answered is None:
            node["status"] = self._settings.missed_call_status
        else:
            node["status"] = "COMPLETED"
            node["start_time"] = str(int(call.answered))
            node["end_time"] = str(int(call.ended))
            node["duration"] = int(call.ended) - int(call.answered)
        self._emit(call, {"calls": [node]})

    def _grant_callback(self, number: Number, person: Customer) -> None:
        """``callback_permission_status``: who calls may be called back."""
        calling = self._numbers.settings_of(number)["calling"]
        held = self.permissions.known(number.id, person.key)
        wanted = calling.get("callback_permission_status") == "ENABLED"
        if wanted and not held.holds(self._clock.now()):
            body = self.permissions.reply_body(
                "accept", permanent=False, automatic=True
            )
            self._write(person.key, {**body, "to": number.id})

    def _refresh_window(self, call: PhoneCall) -> None:
        self._world.last_inbound[(call.number_id, call.customer)] = self._clock.now()

    def _require_graph_calls(self, number: Number) -> None:
        calling = self._numbers.settings_of(number)["calling"]
        if calling.get("status") != "ENABLED":
            raise Refused(138000, CODES[138000].title)
        sip = calling.get("sip")
        if isinstance(sip, dict) and sip.get("status") == "ENABLED":
            raise Refused(131055, "Calls of this number go by SIP, not by Graph")

    def _incoming(self, number: Number, body: Json) -> PhoneCall:
        """The ringing call of a person, by ``call_id``, else by ``to``."""
        self._require_graph_calls(number)
        ringing = [
            c
            for c in self._world.calls.values()
            if c.number_id == number.id
            and c.direction == USER_INITIATED
            and c.state in (RINGING, PRE_ACCEPTED)
        ]
        if "call_id" in body:
            found = [c for c in ringing if c.id == body["call_id"]]
        else:
            person = self._person(body)
            found = [c for c in ringing if person and c.customer == person.key]
        if not found:
            raise bad_parameter("Param call_id is not a call that is ringing.")
        return found[-1]

    def _person(self, body: Json) -> Customer | None:
        key = body.get("to") or body.get("recipient")
        if not isinstance(key, (str, int)) or not str(key):
            raise bad_parameter("One of to, recipient is required.")
        return self._world.customer_of(str(key))

    # Webhooks

    def _has(self, form: str) -> bool:
        return self._emitter.holds("call_user_ids" if form == "user_ids" else form)

    def _node(self, call: PhoneCall, event: str) -> Json:
        number = self._world.numbers[call.number_id]
        person = self._world.customers[call.customer]
        node: Json = {"id": call.id}
        if call.direction == USER_INITIATED:
            envelopes.identify(node, person, self._has, "from", "from_")
            node["to"] = number.display
        else:
            node["from"] = number.display
            envelopes.identify(node, person, self._has, "to", "to_")
        node.update(
            event=event,
            timestamp=str(int(self._clock.now())),
            direction=call.direction,
        )
        if call.opaque is not None:
            node["biz_opaque_callback_data"] = call.opaque
        return node

    def _emit_status(self, call: PhoneCall, status: str) -> None:
        person = self._world.customers[call.customer]
        node: Json = {
            "id": call.id,
            "type": "call",
            "status": status,
            "timestamp": str(int(self._clock.now())),
        }
        envelopes.identify(node, person, self._has, "recipient_id", "recipient_")
        if call.opaque is not None:
            node["biz_opaque_callback_data"] = call.opaque
        contacts = self._emitter.holds("call_status_contacts")
        self._emit(call, {"statuses": [node]}, contacts=contacts)

    def _emit(
        self, call: PhoneCall, lists: Json, *, contacts: bool = True
    ) -> WebhookItem:
        number = self._world.numbers[call.number_id]
        person = self._world.customers[call.customer]
        value = envelopes.head(number)
        if contacts:
            value["contacts"] = [envelopes.contact(person, self._has)]
        value.update(lists)
        return self._emitter.person(
            number,
            person.key,
            value,
            kind="field",
            wamid=call.id,
            type=FIELD,
            field=FIELD,
        )


def _sdp(body: Json, kind: str) -> str:
    """The session description: any text.  Refused (100)."""
    session = body.get("session")
    if not isinstance(session, dict):
        raise bad_parameter("The parameter session is required.")
    if session.get("sdp_type") != kind:
        raise bad_parameter(f"Param session['sdp_type'] must be {kind}.")
    sdp = session.get("sdp")
    if not isinstance(sdp, str) or not sdp.strip():
        raise bad_parameter("Param session['sdp'] must be a session description.")
    return sdp


def _opaque(body: Json) -> str | None:
    opaque = body.get("biz_opaque_callback_data")
    if opaque is None:
        return None
    if not isinstance(opaque, str) or len(opaque) > MAX_OPAQUE:
        raise bad_parameter(
            f"Param biz_opaque_callback_data must be at most {MAX_OPAQUE} characters."
        )
    return opaque
