"""A customer writes: the message and its webhook item."""

import base64
import binascii
from datetime import datetime

from .. import envelopes
from ..clock import Clock
from ..emitter import Emitter
from ..entities import INBOUND, Customer, Json, Message, Number
from ..errors import BadRequest
from ..ids import INBOUND as RECEIVED
from ..ids import IdSource
from ..limits import Limits
from ..samples import SAMPLES
from ..world import World
from . import inbound_types, media_rules
from .media import MediaStore
from .system_messages import System

#: The year 2100.
LAST_MOMENT = 4_102_444_800


def moment(given: object, name: str = "timestamp") -> float:
    """Seconds since 1970, of a number or of ISO 8601 with an offset.  BadRequest."""
    try:
        seconds = float(str(given))
    except ValueError:
        return _iso(given, name)
    if not 0 <= seconds < LAST_MOMENT:
        raise BadRequest(f"{name}: expected seconds since 1970, got {given!r}")
    return seconds


def _iso(given: object, name: str) -> float:
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        raise BadRequest(
            f"{name}: expected seconds since 1970 or ISO 8601, got {given!r}"
        ) from None
    if found.tzinfo is None:
        raise BadRequest(f"{name} {given!r}: needs an offset, e.g. +00:00")
    return found.timestamp()


class Inbound:
    """Builds inbound messages of every type."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        media: MediaStore,
        limits: Limits,
        emitter: Emitter,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._media = media
        self._limits = limits
        self._emitter = emitter
        self._system = System(world, ids, emitter)

    def write(
        self, key: str, body: Json, seq: int, upload: tuple[bytes, str, str] | None
    ) -> Message:
        """A customer writes.

        :param body: ``type`` and its node or shorthands, ``to`` (number id or
            display digits; default the first number), ``timestamp`` (seconds since
            1970, or ISO 8601), ``context`` (a wamid, or Meta's node), ``forwarded``,
            ``frequently_forwarded``, ``referred_product``, ``referral``, ``profile``
            (a name, or Meta's node), ``message`` (merged over all).
        :param upload: bytes, MIME type and file name of a medium.
        :raises BadRequest: expected, got, nearest.
        """
        kind = inbound_types.check_keys(body)
        self._check_date(kind, body)
        number = self._world.number_of(body.get("to"))
        known = self._world.customer_of(key)
        if known and self._world.business.is_blocked(number.id, known.key):
            raise BadRequest(f"{number.id} has blocked '{key}': nothing arrives")
        group = self._world.groups.get(str(body.get("group_id")))
        if group and (known is None or known.key not in group.participants):
            raise BadRequest(f"'{key}' is not in group {group.id}")
        moment = self._moment(body.get("timestamp"))
        customer = self._world.ensure_customer(key, self._ids)
        self._profile(customer, body)
        content = self._content(kind, body, number, customer, upload)
        context = inbound_types.context(
            body, self._context(number, body.get("context"))
        )
        node = self._node(kind, body, number, customer, moment)
        if context:
            node["context"] = context
        node.update(content)
        node.update(body.get("message") or {})
        self._limits.throughput(number.id, self._clock.now(), count_only=True)
        message = Message(
            seq=seq,
            wamid=str(node["id"]),
            direction=INBOUND,
            number_id=number.id,
            customer=customer.key,
            type=str(node["type"]),
            payload=self._payload(node, kind),
            created=moment,
            text=inbound_types.summary(kind, node.get(kind)),
            context=context.get("id"),
            status="received",
            group_id=str(body.get("group_id") or ""),
        )
        self._keep(message, number, customer, node)
        shown = None if kind == "system" else customer
        value = envelopes.inbound_value(number, shown, node, self._emitter.holds)
        self._emitter.person(
            number,
            customer.key,
            value,
            kind="message",
            wamid=message.wamid,
            type=message.type,
        )
        if kind == "system":
            self._system.apply(customer, node["system"])
        return message

    def _check_date(self, kind: str, body: Json) -> None:
        """BadRequest for a type that Meta sends no more."""
        withdrawn = kind == "request_welcome" and not self._emitter.holds(kind)
        if withdrawn and "message" not in body:
            raise BadRequest(
                "Meta no longer sends request_welcome (since 2026-03-27); the form "
                "'request_welcome' brings it back"
            )

    def _node(
        self, kind: str, body: Json, number: Number, customer: Customer, moment: float
    ) -> Json:
        """What every message has: who, id, when, and the ad it came from."""
        node: Json = {}
        envelopes.identify(node, customer, self._emitter.holds, "from", "from_")
        if body.get("group_id"):
            node["group_id"] = body["group_id"]
        node["id"] = self._ids.wamid(number.id, customer.key, RECEIVED)
        node.update({"timestamp": str(int(moment)), "type": kind})
        if isinstance(body.get("referral"), dict):
            node["referral"] = body["referral"]
        return node

    @staticmethod
    def _payload(node: Json, kind: str) -> Json:
        inner = node.get(kind)
        return inner if isinstance(inner, dict) else {kind: inner} if inner else {}

    def _moment(self, given: object) -> float:
        return self._clock.now() if given is None else moment(given)

    def _profile(self, customer: Customer, body: Json) -> None:
        profile = body.get("profile")
        if isinstance(profile, dict):
            profile = profile.get("name", "")
        if profile is not None:
            customer.name = str(profile) or None

    def _context(self, number: Number, given: object) -> Json:
        """``context`` of a reply; ``from`` is filled in, clients require it."""
        if given is None:
            return {}
        node = given if isinstance(given, dict) else {"id": str(given)}
        if "id" not in node or "from" in node:
            return node
        quoted = self._world.messages.get(str(node["id"]))
        if quoted is not None and quoted.direction == INBOUND:
            return {"from": quoted.customer, **node}
        # What is not known is most likely a message of the business of another run.
        return {"from": number.display, **node}

    def _content(
        self,
        kind: str,
        body: Json,
        number: Number,
        customer: Customer,
        upload: tuple[bytes, str, str] | None,
    ) -> Json:
        if kind in media_rules.KINDS:
            return {kind: self._medium(kind, body, number, customer, upload)}
        if upload is not None:
            raise BadRequest(f"a {kind} message takes no file")
        if kind == "system":
            return {"system": self._system.node(body, customer)}
        builder = inbound_types.BUILDERS.get(kind)
        content = builder(body) if builder else {}
        if not self._emitter.holds("unsupported_type"):
            content.pop("unsupported", None)
        return content

    def _medium(
        self,
        kind: str,
        body: Json,
        number: Number,
        customer: Customer,
        upload: tuple[bytes, str, str] | None,
    ) -> Json:
        node = inbound_types.node_of(kind, body)
        mime_type, filename, content = SAMPLES[kind]
        data = node.pop("data", None)
        if upload is not None:
            content, mime_type, filename = upload
        elif data is not None:
            try:
                content = base64.b64decode(str(data), validate=True)
            except binascii.Error as exc:
                raise BadRequest(f"data: expected base64, {exc}") from exc
        mime_type = node.pop("mime_type", mime_type)
        filename = node.pop("filename", filename)
        media = self._media.receive(
            number.id, customer.key, content, mime_type, filename
        )
        result: Json = {"caption": node.pop("caption")} if "caption" in node else {}
        if kind == "document":
            result["filename"] = filename
        result.update(
            {
                "mime_type": mime_type,
                "sha256": base64.b64encode(media.sha256).decode(),
                "id": media.id,
            }
        )
        if self._emitter.holds("media_url"):
            result["url"] = self._media.url(media, source="webhook")
        if kind == "audio":
            result["voice"] = True
        if kind == "sticker":
            result["animated"] = False
        return {**result, **node}

    def _keep(
        self, message: Message, number: Number, customer: Customer, node: Json
    ) -> None:
        self._world.messages[message.wamid] = message
        if message.type == "system":
            return
        pair = (number.id, customer.key)
        last = self._world.last_inbound.get(pair, message.created)
        self._world.last_inbound[pair] = max(last, message.created)
        if "referral" in node:
            self._world.last_referral[pair] = message.created
            click = node["referral"].get("ctwa_clid")
            if isinstance(click, str):
                self._world.clicks[click] = customer.key
