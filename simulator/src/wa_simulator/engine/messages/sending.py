"""A business sends: ``accept`` is Meta's 200, the statuses come afterwards."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .. import forms
from ..clock import Clock
from ..codes import ASYNC, CODES
from ..entities import OUTBOUND, Customer, Json, Message, Number, Template
from ..errors import Refused
from ..ids import OUTBOUND as SENT
from ..ids import IdSource, country_prefix
from ..limits import Limits
from ..phones import digits_of, is_user_id
from ..settings import DAY, Settings
from ..templates import rendering as templating
from ..world import World
from . import (
    contact_cards,
    interactive,
    media_rules,
    message_media,
    pricing,
    unsettled,
    validation,
)
from .media import MediaStore

#: Recipients 573000<code> fail with that code (573000131026 with 131026).
MAGIC_PREFIX = "573000"
FIRST_MAGIC = 100_000
MESSAGES = "messages"
#: What a template with a max price bears; the second is the older spelling.
MAX_PRICE_KEYS = frozenset({"optimization_spec", "bid_spec"})
REACTION_LIFE = 30 * DAY
CLOSED_WINDOW = (
    "Message failed to send because more than 24 hours have passed since "
    "the customer last replied to this number."
)


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
        self,
        number: Number,
        payload: Json,
        version: float | None,
        seq: int,
        edge: str = MESSAGES,
    ) -> Accepted:
        """Accept a message.  Refused or Unsupported; nothing is kept then.

        :param edge: of the path, ``messages`` or ``marketing_messages``.
        """
        validation.check_head(payload)
        if payload.get("recipient_type") == "group":
            raise validation.invalid("recipient_type: groups take /messages only")
        typed = self._recipient(payload)
        person = self._person(number, typed)
        self._check_number(number, person)
        kind, node = validation.check_body(payload)
        unsettled.check(kind, node, self._settings)
        text, template = self._content(number, kind, node, version)
        category = template.category.lower() if template else "service"
        if category == "authentication" and is_user_id(person):
            raise Refused(
                131062,
                "Authentication templates cannot be sent to a business-scoped user id",
            )
        if template:
            self._check_max_price(template, person, edge)
        magic = self._magic(person)
        self._check_window(number, person, kind)
        customer = self._world.ensure_customer(person, self._ids)
        self._check_limits(number, customer)
        message = Message(
            seq=seq,
            wamid=self._ids.wamid(number.id, customer.key, SENT),
            direction=OUTBOUND,
            number_id=number.id,
            customer=customer.key,
            type=kind,
            payload=node if isinstance(node, dict) else {kind: node},
            created=self._clock.now(),
            text=text,
            context=(payload.get("context") or {}).get("message_id"),
            opaque=payload.get("biz_opaque_callback_data"),
            category=category,
        )
        self._decide_failure(message, node, magic)
        self._check_identity(message, customer, payload)
        self._price(message)
        self._world.messages[message.wamid] = message
        state = self._hold(message, template)
        return Accepted(self._answer(typed, customer, message, state), message)

    def compose(
        self, number: Number, payload: Json, version: float | None
    ) -> tuple[str, Json, str | None, Template | None]:
        """Type, node, words and template of a message, checked.  Refused."""
        kind, node = validation.check_body(payload)
        text, template = self._content(number, kind, node, version)
        return kind, node if isinstance(node, dict) else {kind: node}, text, template

    def group_price(self, number_id: str, category: str, people: int) -> Json:
        """The ``pricing`` of a message to a group: one unit per participant."""
        now = self._clock.now()
        key = (number_id, pricing.month_of(now))
        if category == "service":
            self._service[key] += people
        count = self._service[key]
        return pricing.pricing(
            category, now, in_window=False, service_count=count, group=True
        )

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

    def _person(self, number: Number, typed: str) -> str:
        """The key of a recipient: Meta's page completes digits without a plus."""
        bare = typed.strip()
        if (
            not self._settings.prepend_country_code
            or bare.startswith("+")
            or is_user_id(bare)
        ):
            return typed
        return country_prefix(number.display) + (digits_of(bare) or "")

    def _check_number(self, number: Number, person: str) -> None:
        """Refused when this number cannot send, or not to that person."""
        if self._world.business.number(number.id).status != "CONNECTED":
            raise Refused(133010, "The phone number is not registered on the Cloud API")
        digits = digits_of(person)
        if digits == number.display:
            raise Refused(131021, "Recipient phone number cannot be the sender")
        allowed = self._settings.allowed_recipients
        if allowed and digits not in allowed:
            raise Refused(
                131030,
                "Recipient phone number not in allowed list: Add recipient phone "
                "number to recipient list and try again.",
            )

    def _content(
        self, number: Number, kind: str, node: Any, version: float | None
    ) -> tuple[str | None, Template | None]:
        """The words a person reads, and the template."""
        message_media.check_ids(
            self._media, number.id, message_media.references(kind, node)
        )
        if kind == "template":
            name, language = node["name"], node["language"]["code"]
            template = templating.require_sendable(
                self._world.template_of(number.waba_id, name, language), name, language
            )
            text = templating.hydrate(
                template,
                node.get("components") or [],
                version,
                self._settings.bad_parameter_code,
            )
            return text, template
        if kind == "interactive":
            return interactive.summary(node), None
        if kind == "contacts":
            return contact_cards.summary(node), None
        if kind in media_rules.KINDS:
            return node.get("caption"), None
        return node.get("body"), None

    def _check_max_price(self, template: Template, person: str, edge: str) -> None:
        """Templates with a max price: one edge only, and no business-scoped ids."""
        extras = self._world.business.template(template.id).extras
        if not MAX_PRICE_KEYS & extras.keys():
            return
        if edge == MESSAGES:
            raise Refused(
                131061,
                f"template ({template.name}) has a max price: send it by "
                "/marketing_messages",
            )
        if is_user_id(person):
            raise Refused(
                131062,
                "Templates with a max price cannot be sent to a business-scoped user "
                "id",
            )

    def _check_window(self, number: Number, person: str, kind: str) -> None:
        """The switch ``window_error: sync``: a closed window is an answer."""
        settings = self._settings
        if (
            not settings.enforce_window
            or settings.window_error != "sync"
            or kind == "template"
        ):
            return
        known = self._world.customer_of(person)
        if known is None or not self.in_window(number.id, known.key):
            raise Refused(131047, CLOSED_WINDOW)

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

    def _decide_failure(self, message: Message, node: Any, magic: int | None) -> None:
        """What Meta finds out after its 200."""
        if magic is not None:
            message.fails_with, message.fails_details = magic, CODES[magic].title
            return
        if message.type == "reaction":
            self._check_reaction(message, node)
        found = message_media.references(message.type, node)
        words = message_media.failure(self._media, found, links=False)
        if words:
            message.fails_with, message.fails_details = 131053, words
        if message.fails_with:
            return
        customer = self._world.customers[message.customer]
        if self._world.business.is_blocked(message.number_id, message.customer):
            message.fails_with = 131026
            message.fails_details = "The recipient is blocked by this business."
        elif message.category == "marketing" and not customer.marketing:
            message.fails_with = 131050
            message.fails_details = CODES[131050].title
        elif (
            self._settings.enforce_window
            and message.type != "template"
            and not self.in_window(message.number_id, message.customer)
        ):
            message.fails_with, message.fails_details = 131047, CLOSED_WINDOW

    @staticmethod
    def _check_identity(message: Message, customer: Customer, payload: Json) -> None:
        """A hash that is not the person's (any more) fails afterwards: 137000."""
        given = payload.get("recipient_identity_key_hash")
        if given and not message.fails_with and given != customer.identity_key_hash:
            message.fails_with, message.fails_details = 137000, CODES[137000].title

    def _hold(self, message: Message, template: Template | None) -> str:
        """Pacing: a held message waits for its template; ``message_status``."""
        if template is None or message.fails_with:
            return "accepted"
        state = self._world.business.template(template.id)
        if not state.paced:
            return "accepted"
        state.held.append(message.wamid)
        return "held_for_quality_assessment"

    def links(self, message: Message) -> list[str]:
        """Addresses that must be fetched before the message can go on."""
        if message.fails_with:
            return []
        found = message_media.references(message.type, message.payload)
        links = dict.fromkeys(each.link for each in found if each.link)
        return [link for link in links if not self._media.is_fresh(link)]

    def settle_links(self, message: Message) -> None:
        """Judge the media by link once they have been fetched, or not: 131053."""
        if message.fails_with:
            return
        found = message_media.references(message.type, message.payload)
        words = message_media.failure(self._media, found, links=True)
        if words:
            message.fails_with, message.fails_details = 131053, words

    def is_held(self, message: Message) -> bool:
        """Whether pacing holds a message."""
        return any(
            message.wamid in state.held
            for state in self._world.business.setup.templates.values()
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

    def _free_entry(self, number_id: str, person: str, now: float) -> bool:
        """Whether all is free; the first answer to an ad within a day begins it.

        Sources: pricing page as mirrored 2025-12-11 (72 h from the answer), changelog
        of 2026-09-28 (up to seven days).
        """
        pair = (number_id, person)
        asked = self._world.last_referral.pop(pair, None)
        if asked is not None and now - asked < DAY:
            week = forms.holds("free_entry_week", now, self._settings.forms)
            self._world.free_until[pair] = now + (7 if week else 3) * DAY
        return self._world.in_free_entry(number_id, person, now)

    def _price(self, message: Message) -> None:
        now = self._clock.now()
        count = 0
        # Reactions are free for all and not counted (Meta's page of 2026-09).
        if message.category == "service" and message.type != "reaction":
            key = (message.number_id, pricing.month_of(now))
            self._service[key] += 1
            count = self._service[key]
        scope = (message.number_id, message.customer)
        free = self._free_entry(*scope, now)
        message.pricing = pricing.pricing(
            message.category,
            now,
            in_window=self.in_window(message.number_id, message.customer),
            service_count=count,
            in_free_entry=free,
            paid_exempt=self._settings.paid_exempt,
        )
        message.conversation = pricing.conversation(
            self._conversation_id(message, now),
            message.category,
            now,
            shown=forms.holds("conversation", now, self._settings.forms),
            free_until=self._world.free_until[scope] if free else None,
        )

    def _conversation_id(self, message: Message, now: float) -> str:
        """One per 24 h and category until pricing per message, then one each."""
        scope = (message.number_id, message.customer)
        key = (*scope, message.category)
        known, until = self._world.conversations.get(key, ("", 0.0))
        if now < pricing.PMP_SINCE and now < until:
            return known
        made = self._ids.hexadecimal("conversation", *scope)
        if now < pricing.PMP_SINCE:
            self._world.conversations[key] = (made, now + DAY)
        return made

    def _answer(
        self, typed: str, customer: Customer, message: Message, state: str
    ) -> Json:
        contact: Json = {"input": typed}
        if is_user_id(typed):
            contact["user_id"] = typed
        else:
            contact["wa_id"] = customer.wa_id
        sent: Json = {"id": message.wamid}
        if message.type == "template":
            sent["message_status"] = state
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [sent],
        }
