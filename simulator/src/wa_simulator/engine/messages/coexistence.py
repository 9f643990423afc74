"""Coexistence: the business also uses the app on its phone.

What the app sends comes as ``smb_message_echoes``, its address book as
``smb_app_state_sync``, its past as ``history`` in chunks.  Source: webhook
reference as mirrored 2025-12-11 and the coexistence notes of November 2025.
"""

from collections.abc import Iterable

from .. import envelopes
from ..clock import Clock
from ..emitter import Emitter
from ..entities import INBOUND, OUTBOUND, Json, Message, Number, WebhookItem
from ..errors import BadRequest
from ..ids import OUTBOUND as SENT
from ..ids import IdSource
from ..samples import SAMPLES
from ..world import World
from . import inbound_types, media_rules
from .inbound import moment

DAY = 86_400
#: Meta's phases: the last day, up to 90 days, up to 180 days.
PHASES = ((0, 1 * DAY), (1, 90 * DAY), (2, 180 * DAY))
DECLINED = 2593109
ACTIONS = ("add", "remove")


class Coexistence:
    """Builds what the business's own app brings about."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, emitter: Emitter
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._emitter = emitter

    def echo(self, key: str, body: Json, seq: int) -> Message:
        """The business writes on its phone: ``smb_message_echoes``.

        :param key: the customer who gets it.
        :param body: as a customer's message; ``to`` is the business's number.
        """
        kind = inbound_types.check_keys(body)
        number = self._world.number_of(body.get("to"))
        customer = self._world.ensure_customer(key, self._ids)
        node: Json = {"from": number.display}
        envelopes.identify(node, customer, self._emitter.holds, "to", "to_")
        node["id"] = self._ids.wamid(number.id, customer.key, SENT)
        node.update({"timestamp": str(int(self._clock.now())), "type": kind})
        builder = inbound_types.BUILDERS.get(kind)
        node.update(builder(body) if builder else self._medium(kind, body, number))
        node.update(body.get("message") or {})
        inner = node.get(kind)
        message = Message(
            seq=seq,
            wamid=str(node["id"]),
            direction=OUTBOUND,
            number_id=number.id,
            customer=customer.key,
            type=kind,
            payload=inner if isinstance(inner, dict) else {kind: inner},
            created=self._clock.now(),
            text=inbound_types.summary(kind, inner),
            status="sent",
        )
        self._world.messages[message.wamid] = message
        value = {**envelopes.head(number), "message_echoes": [node]}
        self._emit(number, "smb_message_echoes", value, customer.key, message.wamid)
        return message

    def _medium(self, kind: str, body: Json, number: Number) -> Json:
        if kind not in media_rules.KINDS:
            return {}
        mime_type = SAMPLES[kind][0]
        media_id = self._ids.digits("media", number.id, "echo")
        given = inbound_types.node_of(kind, body)
        given.pop("data", None)
        return {kind: {"mime_type": mime_type, "id": media_id, **given}}

    def sync_contact(
        self, key: str, number_id: str | None, action: str = "add"
    ) -> WebhookItem:
        """The address book of the app changes: ``smb_app_state_sync``."""
        if action not in ACTIONS:
            raise BadRequest(f"action: expected add or remove, got {action!r}")
        number = self._world.number_of(number_id)
        customer = self._world.ensure_customer(key, self._ids)
        person: Json = {"phone_number": customer.key}
        if action == "add":
            name = customer.name or customer.key
            person = {"full_name": name, "first_name": name.split()[0], **person}
        row = {
            "type": "contact",
            "contact": person,
            "action": action,
            "metadata": {"timestamp": str(int(self._clock.now()))},
        }
        value = {**envelopes.head(number), "state_sync": [row]}
        return self._emit(number, "smb_app_state_sync", value, customer.key)

    def history(
        self,
        number_id: str | None,
        *,
        chunk: int = 100,
        declined: bool = False,
        threads: list[Json] | None = None,
    ) -> list[WebhookItem]:
        """The past of a number: ``history`` in chunks of so many messages.

        Without ``threads`` it is what the world knows.  Media come as
        ``media_placeholder``, then once more as messages of their own.  Who
        declined to share gets 2593109.
        """
        number = self._world.number_of(number_id)
        if chunk < 1:
            raise BadRequest(f"chunk: expected 1 or more, got {chunk}")
        if declined:
            words = "History sharing is turned off by the business"
            error = {**envelopes.error_node(DECLINED, words), "title": words}
            error["message"] = words
            rows: list[Json] = [{"errors": [error]}]
            value = {**envelopes.head(number), "history": rows}
            return [self._emit(number, "history", value)]
        made = []
        for row in self._chunks(self._phases(number, threads), chunk):
            value = {**envelopes.head(number), "history": [row]}
            made.append(self._emit(number, "history", value))
        if threads is None:
            made += self._media_of(number)
        return made

    def _phases(
        self, number: Number, threads: list[Json] | None
    ) -> list[tuple[int, list[tuple[str, Json]]]]:
        """Messages with their thread, by phase."""
        now = self._clock.now()
        past = list(self._past(number, threads))
        found: dict[int, list[tuple[str, Json]]] = {phase: [] for phase, _ in PHASES}
        for thread, node in past:
            age = now - moment(node.get("timestamp", now))
            phase = next((p for p, limit in PHASES if age <= limit), None)
            if phase is not None:
                found[phase].append((thread, node))
        return [(phase, nodes) for phase, nodes in found.items() if nodes]

    def _past(
        self, number: Number, threads: list[Json] | None
    ) -> Iterable[tuple[str, Json]]:
        for thread in threads or []:
            if not isinstance(thread, dict):
                raise BadRequest(f"threads: expected objects, got {thread!r}")
            rows = thread.get("messages", [])
            if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
                raise BadRequest(f"threads: 'messages' expects objects, got {rows!r}")
            for node in rows:
                yield str(thread.get("id", "")), node
        if threads is not None:
            return
        for message in self._world.messages.values():
            if message.number_id == number.id:
                yield message.customer, self._node(number, message)

    def _node(self, number: Number, message: Message) -> Json:
        inbound = message.direction == INBOUND
        node: Json = {"from": message.customer if inbound else number.display}
        if not inbound:
            node["to"] = message.customer
        medium = message.type in media_rules.KINDS
        kind = "media_placeholder" if medium else message.type
        node.update(
            {
                "id": message.wamid,
                "timestamp": str(int(message.created)),
                "type": kind,
                "history_context": {"status": _HISTORY.get(message.status, "ERROR")},
            }
        )
        if not medium:
            node[kind] = message.payload
        return node

    def _chunks(
        self, phases: list[tuple[int, list[tuple[str, Json]]]], size: int
    ) -> Iterable[Json]:
        """``metadata`` and ``threads`` of each chunk; progress ends at 100."""
        cut = [
            (phase, order, nodes[start : start + size])
            for phase, nodes in phases
            for order, start in enumerate(range(0, len(nodes), size), 1)
        ]
        for done, (phase, order, nodes) in enumerate(cut, 1):
            threads: dict[str, list[Json]] = {}
            for thread, node in nodes:
                threads.setdefault(thread, []).append(node)
            yield {
                "metadata": {
                    "phase": phase,
                    "chunk_order": order,
                    "progress": 100 * done // len(cut),
                },
                "threads": [
                    {"id": thread, "messages": rows} for thread, rows in threads.items()
                ],
            }

    def _media_of(self, number: Number) -> list[WebhookItem]:
        made = []
        for message in self._world.messages.values():
            if message.number_id != number.id or message.type not in media_rules.KINDS:
                continue
            node = {**self._node(number, message), "type": message.type}
            node[message.type] = message.payload
            value = {**envelopes.head(number), "messages": [node]}
            made.append(
                self._emit(number, "history", value, message.customer, message.wamid)
            )
        return made

    def _emit(
        self,
        number: Number,
        field: str,
        value: Json,
        person: str = "coexistence",
        wamid: str = "",
    ) -> WebhookItem:
        return self._emitter.person(
            number, person, value, kind="field", wamid=wamid, type=field, field=field
        )


#: status of a message -> how the history names it.
_HISTORY = {
    "accepted": "PENDING",
    "sent": "SENT",
    "delivered": "DELIVERED",
    "read": "READ",
    "played": "PLAYED",
    "received": "READ",
    "failed": "ERROR",
}
