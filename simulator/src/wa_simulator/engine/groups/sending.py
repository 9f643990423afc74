"""The business writes in a group: one message, statuses of each participant."""

from ..clock import Clock
from ..codes import CODES
from ..emitter import Emitter
from ..entities import PRESENCES, Customer, Json, Number
from ..envelopes import head, identify
from ..errors import Refused, bad_parameter
from ..ids import OUTBOUND as SENT
from ..ids import IdSource
from ..messages.media_rules import KINDS
from ..messages.sending import Sending
from ..messages.validation import check_head
from ..timers import Timers
from ..world import World
from .entities import Group, GroupMessage

BY_GROUP = "group"
TYPES = ("text", "template", *KINDS)
MAX_PINNED = 3
MOST_DAYS = 30


class GroupSending:
    """Accepts messages to groups, plans what their readers bring."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        timers: Timers,
        emitter: Emitter,
        sending: Sending,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._timers = timers
        self._emitter = emitter
        self._sending = sending

    def accept(self, number: Number, payload: Json, version: float | None) -> Json:
        """``recipient_type: group``; the answer.  Refused."""
        check_head(payload)
        group = self._group(number, payload)
        if payload.get("type") == "pin":
            return self._answer(group, self._pin(group, payload))
        kind, node, text, template = self._sending.compose(number, payload, version)
        if kind not in TYPES:
            raise bad_parameter(f"Messages of the type {kind} cannot go to a group.")
        category = template.category.lower() if template else "service"
        message = GroupMessage(
            self._ids.wamid(number.id, group.id, SENT),
            group.id,
            number.id,
            kind,
            node,
            self._clock.now(),
            text,
            payload.get("biz_opaque_callback_data"),
            category,
            self._sending.group_price(number.id, category, len(group.participants)),
        )
        self._world.group_messages[message.wamid] = message
        for status in ("sent", "delivered", "read"):
            self._timers.plan(message.created, BY_GROUP, message.wamid, status)
        return self._answer(group, message.wamid)

    def on_timer(self, wamid: str, status: str) -> None:
        """One webhook with the status of everybody who brings it by presence."""
        message = self._world.group_messages.get(wamid)
        group = self._world.groups.get(message.group_id) if message else None
        if message is None or group is None:
            return
        people = [self._world.customers[key] for key in group.participants]
        self.emit(message, status, [p for p in people if _brings(p, status)])

    def emit(self, message: GroupMessage, status: str, people: list[Customer]) -> None:
        """Statuses of several people in one webhook; of nobody: none."""
        if not people:
            return
        rows = []
        for person in people:
            message.statuses.setdefault(person.key, []).append(status)
            rows.append(self._row(message, person, status))
        number = self._world.numbers[message.number_id]
        self._emitter.person(
            number,
            message.group_id,
            {**head(number), "statuses": rows},
            kind="status",
            wamid=message.wamid,
            status=status,
            type=status,
        )

    def _row(self, message: GroupMessage, person: Customer, status: str) -> Json:
        row: Json = {
            "id": message.wamid,
            "status": status,
            "timestamp": str(int(self._clock.now())),
            "recipient_type": "group",
            "recipient_id": message.group_id,
        }
        who: Json = {}
        identify(who, person, self._emitter.holds, "id", "")
        if "id" in who:
            row["participant_recipient_id"] = who["id"]
        if "user_id" in who:
            row["participant_recipient_user_id"] = who["user_id"]
        if message.opaque is not None:
            row["biz_opaque_callback_data"] = message.opaque
        if status in ("sent", "delivered"):
            row["pricing"] = message.pricing
        return row

    def _group(self, number: Number, payload: Json) -> Group:
        group = self._world.groups.get(str(payload.get("to")))
        if group is None or group.number_id != number.id:
            raise bad_parameter("Param to is not a group of this number.")
        if group.suspended:
            raise Refused(131207, CODES[131207].title)
        if not group.participants:
            raise Refused(131020, CODES[131020].title)
        return group

    def _pin(self, group: Group, payload: Json) -> str:
        """Pin or unpin; the id of the pin's own message."""
        node = payload.get("pin")
        given = node if isinstance(node, dict) else {}
        wamid = str(given.get("message_id"))
        mine = self._world.group_messages.get(wamid)
        theirs = self._world.messages.get(wamid)
        known = (mine and mine.group_id == group.id) or (
            theirs is not None and theirs.group_id == group.id
        )
        if given.get("type") not in ("pin", "unpin") or not known:
            raise bad_parameter("Param pin needs type and a message of this group.")
        days = given.get("expiration_days", 7)
        if isinstance(days, bool) or not isinstance(days, int):
            raise bad_parameter("Param pin['expiration_days'] must be 1 to 30.")
        if not 1 <= days <= MOST_DAYS:
            raise bad_parameter("Param pin['expiration_days'] must be 1 to 30.")
        if wamid in group.pinned:
            group.pinned.remove(wamid)
        if given["type"] == "pin":
            if len(group.pinned) >= MAX_PINNED:
                raise bad_parameter(
                    f"A group has {MAX_PINNED} pinned messages at most."
                )
            group.pinned.append(wamid)
        return self._ids.wamid(group.number_id, group.id, SENT)

    @staticmethod
    def _answer(group: Group, wamid: str) -> Json:
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": group.id, "wa_id": group.id}],
            "messages": [{"id": wamid, "group_id": group.id}],
        }


def _brings(person: Customer, status: str) -> bool:
    if not person.on_whatsapp:
        return False
    shown = PRESENCES[person.presence]
    return status in (("sent",) if person.blocks else shown)
