"""Permission of a person to be called (user call permissions, as read of 2025-12).

Limits: one request in 24 hours and two in seven days, forgotten once a call was
connected; a temporary permission lasts seven days; four calls in a row that nobody
answers end a permission.
"""

from ..clock import Clock
from ..codes import CODES
from ..entities import Customer, Json, Message, Number
from ..errors import Refused
from ..settings import DAY, Settings
from ..world import World
from .entities import CallPermission

REQUEST = "call_permission_request"
REPLY = "call_permission_reply"
LIFE = 7 * DAY
#: Span in seconds -> (Meta's words for it, requests allowed).
REQUEST_LIMITS = {DAY: ("PT24H", 1), 7 * DAY: ("P7D", 2)}
UNANSWERED_LIMIT = 4
NO_PERMISSION = "no_permission"
#: Meta's guide says the keys; its OpenAPI file the values.
OPENAPI_STATUS = {
    NO_PERMISSION: "denied",
    "temporary": "granted",
    "permanent": "granted",
}


class CallPermissions:
    """Asked for, given, used up."""

    def __init__(self, world: World, clock: Clock, settings: Settings) -> None:
        self._world = world
        self._clock = clock
        self._settings = settings

    def of(self, number_id: str, person: str) -> CallPermission:
        """A person's permission for a number, made when new."""
        held = self._world.call_permissions
        return held.setdefault((number_id, person), CallPermission())

    def known(self, number_id: str, person: str) -> CallPermission:
        """The same without making one."""
        return self._world.call_permissions.get((number_id, person), CallPermission())

    def check_request(self, number: Number, payload: Json) -> None:
        """Before a send.  Refused (138017, 138009) when nothing may be asked."""
        person = self._asked(number, payload)
        if person is None:
            return
        held = self.known(number.id, person.key)
        if held.granted and held.permanent:
            raise Refused(138017, CODES[138017].title)
        if self._settings.call_limits and not self._may_ask(held):
            raise Refused(138009, CODES[138009].title)

    def note_request(self, number: Number, payload: Json) -> None:
        """After an accepted send: count a request."""
        person = self._asked(number, payload)
        if person is not None:
            self.of(number.id, person.key).requests.append(self._clock.now())

    def take_reply(self, message: Message) -> None:
        """A person's reply, however it was written."""
        reply = message.payload.get(REPLY)
        if message.type != "interactive" or not isinstance(reply, dict):
            return
        held = self.of(message.number_id, message.customer)
        held.granted = reply.get("response") == "accept"
        held.permanent = held.granted and bool(reply.get("is_permanent"))
        held.unanswered = 0
        expires = str(reply.get("expiration_timestamp", ""))
        limit = float(expires) if expires.isdigit() else self._clock.now() + LIFE
        held.expires = limit if held.granted and not held.permanent else None

    def reply_body(self, response: str, *, permanent: bool, automatic: bool) -> Json:
        """The node of a reply as Meta sends it."""
        node: Json = {"response": response}
        if response == "accept" and not permanent:
            expires = int(self._clock.now() + LIFE)
            text = self._settings.call_expiration_as_string
            node["expiration_timestamp"] = str(expires) if text else expires
        node["is_permanent"] = permanent
        node["response_source"] = "automatic" if automatic else "user_action"
        return {"type": "interactive", REPLY: node}

    def connected(self, number_id: str, person: str, *, by_business: bool) -> None:
        """A call was picked up: requests may be made again."""
        held = self.of(number_id, person)
        held.requests.clear()
        held.unanswered = 0
        if by_business:
            held.connected.append(self._clock.now())

    def not_answered(self, number_id: str, person: str) -> None:
        """A business-initiated call that nobody took."""
        held = self.of(number_id, person)
        held.unanswered += 1
        if held.unanswered >= UNANSWERED_LIMIT:
            held.granted, held.permanent, held.expires = False, False, None

    def require(self, number_id: str, person: str) -> None:
        """Refused (138006, 138012) when the number may not call."""
        now = self._clock.now()
        held = self.known(number_id, person)
        if not held.holds(now):
            raise Refused(138006, CODES[138006].title)
        if self._settings.call_limits and self._calls_today(held) >= self._most_calls():
            raise Refused(138012, CODES[138012].title)

    def describe(self, number_id: str, person: str) -> Json:
        """``GET /call_permissions``."""
        now = self._clock.now()
        held = self.known(number_id, person)
        holds = held.holds(now)
        status = NO_PERMISSION
        if holds:
            status = "permanent" if held.permanent else "temporary"
        openapi = self._settings.call_permission_words == "openapi"
        permission: Json = {"status": OPENAPI_STATUS[status] if openapi else status}
        if status == "temporary" and held.expires is not None:
            permission["expiration_time"] = int(held.expires)
        limited = self._settings.call_limits
        calls = self._calls_today(held)
        return {
            "messaging_product": "whatsapp",
            "permission": permission,
            "actions": [
                {
                    "action_name": "send_call_permission_request",
                    "can_perform_action": not (held.granted and held.permanent)
                    and (self._may_ask(held) or not limited),
                    "limits": [
                        _limit(words, most, held.requests, now, span)
                        for span, (words, most) in REQUEST_LIMITS.items()
                    ],
                },
                {
                    "action_name": "start_call",
                    "can_perform_action": holds
                    and (calls < self._most_calls() or not limited),
                    "limits": [
                        _limit("PT24H", self._most_calls(), held.connected, now, DAY)
                    ],
                },
            ],
        }

    def _most_calls(self) -> int:
        return int(self._settings.connected_calls_per_day)

    def _calls_today(self, held: CallPermission) -> int:
        return len(_since(held.connected, self._clock.now() - DAY))

    def _may_ask(self, held: CallPermission) -> bool:
        now = self._clock.now()
        return all(
            len(_since(held.requests, now - span)) < most
            for span, (_, most) in REQUEST_LIMITS.items()
        )

    def _asked(self, number: Number, payload: Json) -> Customer | None:
        """Whom a message asks for permission; None when it asks nobody."""
        kind = payload.get("type")
        node = payload.get(str(kind))
        if not isinstance(node, dict) or not self._asks(number, str(kind), node):
            return None
        key = payload.get("to") or payload.get("recipient")
        if not isinstance(key, (str, int)):
            return None
        return self._world.customer_of(str(key))

    def _asks(self, number: Number, kind: str, node: Json) -> bool:
        if kind == "interactive":
            return node.get("type") == REQUEST
        language = node.get("language")
        if kind != "template" or not isinstance(language, dict):
            return False
        template = next(
            (
                t
                for t in self._world.templates.values()
                if (t.waba_id, t.name, t.language)
                == (number.waba_id, node.get("name"), language.get("code"))
            ),
            None,
        )
        return template is not None and any(
            str(part.get("type")).upper() == REQUEST.upper()
            for part in template.components
        )


def _since(times: list[float], start: float) -> list[float]:
    return [at for at in times if at > start]


def _limit(words: str, most: int, times: list[float], now: float, span: float) -> Json:
    used = _since(times, now - span)
    row: Json = {
        "time_period": words,
        "max_allowed": most,
        "current_usage": len(used),
    }
    if used:
        row["limit_expiration_time"] = int(used[0] + span)
    return row
