"""A business sends: ``accept`` is Meta's 200, the statuses come afterwards."""

from collections import Counter
from dataclasses import dataclass

from . import media_rules, pricing, templating, validation
from .clock import Clock
from .codes import ASYNC, CODES
from .entities import OUTBOUND, Customer, Json, Message, Number
from .errors import Refused
from .ids import OUTBOUND as SENT
from .ids import IdSource
from .limits import Limits
from .media import MediaStore
from .phones import digits_of, is_user_id
from .settings import DAY, Settings
from .world import World

#: Recipients 573000<code> fail with that code (573000131026 with 131026).
MAGIC_PREFIX = "573000"
FIRST_MAGIC = 100_000
REACTION_LIFE = 30 * DAY


@dataclass(frozen=True)
class Accepted:
    """The call's success: the body of the answer, and the message made."""

    answer: Json
    message: Message


class Sending:
    """Validates and accepts messages of a number."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        media: MediaStore,
        limits: Limits,
        settings: Settings,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._media = media
        self._limits = limits
        self._settings = settings
        self._service: Counter[tuple[str, str]] = Counter()

    def accept(
        self, number: Number, payload: Json, version: float | None, seq: int
    ) -> Accepted:
        """Accept a message.  Refused or Unsupported; nothing is kept then."""
        validation.check_head(payload)
        typed = self._recipient(payload)
        if digits_of(typed) == number.display:
            raise Refused(131021, "Recipient phone number cannot be the sender")
        kind, node = validation.check_body(payload)
        text, category = self._content(number, kind, node, version)
        magic = self._magic(typed)
        customer = self._world.ensure_customer(typed, self._ids)
        self._check_limits(number, customer)
        message = Message(
            seq=seq,
            wamid=self._ids.wamid(number.id, customer.key, SENT),
            direction=OUTBOUND,
            number_id=number.id,
            customer=customer.key,
            type=kind,
            payload=node,
            created=self._clock.now(),
            text=text,
            context=(payload.get("context") or {}).get("message_id"),
            opaque=payload.get("biz_opaque_callback_data"),
            category=category,
        )
        self._decide_failure(message, node, magic)
        self._price(message)
        self._world.messages[message.wamid] = message
        return Accepted(self._answer(typed, customer, message), message)

    def _recipient(self, payload: Json) -> str:
        to = payload.get("to")
        if to:
            if not isinstance(to, (str, int)) or digits_of(str(to)) is None:
                raise validation.invalid(f"to: '{to}' is not a phone number")
            return str(to)
        recipient = payload.get("recipient")
        if recipient:
            if not isinstance(recipient, str) or not is_user_id(recipient):
                raise validation.invalid(
                    f"recipient: '{recipient}' is not a business-scoped user id"
                )
            return recipient
        raise validation.missing("to")

    def _content(
        self, number: Number, kind: str, node: Json, version: float | None
    ) -> tuple[str | None, str]:
        if kind == "template":
            name, language = node["name"], node["language"]["code"]
            template = templating.require_sendable(
                self._world.template_of(number.waba_id, name, language), name, language
            )
            text = templating.hydrate(template, node.get("components") or [], version)
            return text, template.category.lower()
        if kind in media_rules.KINDS:
            self._check_media(number, kind, str(node["id"]))
            return node.get("caption"), "service"
        return node.get("body"), "service"

    def _check_media(self, number: Number, kind: str, media_id: str) -> None:
        try:
            self._media.get(media_id, number.id)
        except Refused:
            raise validation.invalid(
                f"{kind}['id']: media '{media_id}' does not exist or has expired"
            ) from None

    def _magic(self, typed: str) -> int | None:
        digits = digits_of(typed) or ""
        tail = digits.removeprefix(MAGIC_PREFIX)
        if tail == digits or len(tail) != 6:
            return None
        code = int(tail)
        if code < FIRST_MAGIC or code not in CODES:
            return None
        if CODES[code].channel != ASYNC:
            raise Refused(code, f"magic recipient {digits}")
        return code

    def _check_limits(self, number: Number, customer: Customer) -> None:
        now = self._clock.now()
        passed = self._limits.throughput(
            number.id, now, count_only=not self._settings.throughput_limit
        )
        if not passed:
            raise Refused(130429, "Cloud API message throughput has been reached.")
        if self._settings.pair_limit and not self._limits.pair(
            number.id, customer.key, now
        ):
            raise Refused(
                131056,
                "Too many messages sent from this phone number to the same phone "
                "number in a short period of time.",
            )

    def _decide_failure(self, message: Message, node: Json, magic: int | None) -> None:
        if magic is not None:
            message.fails_with, message.fails_details = magic, CODES[magic].title
        elif message.type == "reaction":
            self._check_reaction(message, node)
        elif message.type in media_rules.KINDS:
            media = self._media.get(str(node["id"]))
            allowed, _ = media_rules.RULES[message.type]
            if media_rules.bare(media.mime_type) not in allowed:
                message.fails_with = 131053
                message.fails_details = (
                    f"Unsupported {message.type} mime type {media.mime_type}. Please "
                    f"use one of {', '.join(sorted(allowed))}."
                )
        if (
            self._settings.enforce_window
            and not message.fails_with
            and message.type != "template"
            and not self.in_window(message.number_id, message.customer)
        ):
            message.fails_with = 131047
            message.fails_details = (
                "Message failed to send because more than 24 hours have passed since "
                "the customer last replied to this number."
            )

    def _check_reaction(self, message: Message, node: Json) -> None:
        target = self._world.messages.get(node["message_id"])
        if (
            target is None
            or target.type == "reaction"
            or target.created < self._clock.now() - REACTION_LIFE
        ):
            message.fails_with = 131009
            message.fails_details = "reaction['message_id'] is not a valid target"

    def in_window(self, number_id: str, person: str) -> bool:
        """Whether the person wrote to the number in the last 24 hours."""
        last = self._world.last_inbound.get((number_id, person))
        return last is not None and last > self._clock.now() - DAY

    def _price(self, message: Message) -> None:
        now = self._clock.now()
        count = 0
        if message.category == "service":
            key = (message.number_id, pricing.month_of(now))
            self._service[key] += 1
            count = self._service[key]
        message.pricing = pricing.pricing(
            message.category,
            now,
            in_window=self.in_window(message.number_id, message.customer),
            service_count=count,
        )
        message.conversation = pricing.conversation(
            self._ids.hexadecimal("conversation", message.number_id, message.customer),
            message.category,
            now,
        )

    def _answer(self, typed: str, customer: Customer, message: Message) -> Json:
        contact: Json = {"input": typed}
        if is_user_id(typed):
            contact["user_id"] = typed
        else:
            contact["wa_id"] = customer.wa_id
        sent: Json = {"id": message.wamid}
        if message.type == "template":
            sent["message_status"] = "accepted"
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [sent],
        }
