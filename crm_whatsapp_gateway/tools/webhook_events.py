"""Typed events of a webhook body, and the typed content of a message.

Source of the shapes: Meta, "Webhooks: messages, statuses" and the pages of the other
webhook fields of the WhatsApp Cloud API. They are made by :mod:`webhook`; whoever
works an event reads its attributes and never the JSON again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from .graph_errors import GraphError
from .json_values import Json

# Kinds of events in the journal.
MESSAGE = "message"
STATUS = "status"
CHANGE = "change"


def _(source: str) -> str:
    """Mark a source string, which is translated where it is shown."""
    return source


# Reasons for which an event is refused and kept.
NO_SENDER = _("The message names nobody who wrote it.")
NO_RECIPIENT = _("The message names nobody to whom it was written.")
LONG_ID = _("The id of the message or of the person has more than 250 characters.")
NO_STATUS = _("The status names no message, or no state.")
NOT_A_LIST = _("The webhook has something else where WhatsApp sends a list.")
NOT_AN_OBJECT = _("The webhook has something else where WhatsApp sends an object.")


# --------------------------------------------------------------- message content
@dataclass(frozen=True)
class Text:
    """:ivar body: may be empty or invisible"""

    body: str


@dataclass(frozen=True)
class Media:
    """A file, which is fetched later.

    :ivar kind: ``image``, ``audio``, ``video``, ``document`` or ``sticker``
    :ivar sha256: base64 or hex
    """

    kind: str
    media_id: str
    url: str
    mimetype: str = ""
    sha256: str = ""
    file_name: str = ""
    caption: str = ""
    voice: bool = False


@dataclass(frozen=True)
class Location:
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class ContactCard:
    """One contact of somebody's address book.

    :ivar addresses: street, city, state, zip and country of each
    :ivar vcard: the card itself, where Meta sends it (2026)
    """

    name: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    prefix: str = ""
    suffix: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    addresses: tuple[tuple[str, ...], ...] = ()
    company: str = ""
    title: str = ""
    birthday: str = ""
    vcard: str = ""


@dataclass(frozen=True)
class ContactCards:
    cards: tuple[ContactCard, ...]


@dataclass(frozen=True)
class Reaction:
    """:ivar emoji: ``''`` takes the reaction away"""

    target_id: str
    emoji: str


@dataclass(frozen=True)
class ButtonReply:
    """Choice of a button or of an entry of a list that we sent.

    :ivar payload: our own id of the choice
    """

    title: str
    payload: str = ""
    description: str = ""


@dataclass(frozen=True)
class FlowReply:
    """Answers of a form (WhatsApp Flow).

    :ivar answers: by name of the field; strings, numbers, booleans, lists, objects
    """

    title: str
    answers: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class CallPermission:
    accepted: bool


@dataclass(frozen=True)
class OrderItem:
    code: str
    quantity: str
    price: str
    currency: str


@dataclass(frozen=True)
class Order:
    items: tuple[OrderItem, ...]
    text: str = ""


@dataclass(frozen=True)
class Edit:
    target_id: str
    content: "Content"


@dataclass(frozen=True)
class Revoke:
    target_id: str


@dataclass(frozen=True)
class Notice:
    """System message of WhatsApp about a person.

    :ivar kind: Meta's word, as ``user_changed_number``
    :ivar phone: new ``wa_id``, ``''`` where it is the old one
    :ivar user_id: new business-scoped id, ``''`` where it is the old one
    """

    kind: str
    body: str
    phone: str = ""
    user_id: str = ""


@dataclass(frozen=True)
class Welcome:
    """The customer opened the chat for the first time."""


@dataclass(frozen=True)
class Unsupported:
    """Message that has no text here; the journal keeps its JSON.

    :ivar kind: Meta's type, and the type within ``unsupported``
    """

    kind: str


Content = (
    Text
    | Media
    | Location
    | ContactCards
    | Reaction
    | ButtonReply
    | FlowReply
    | CallPermission
    | Order
    | Edit
    | Revoke
    | Notice
    | Welcome
    | Unsupported
)


@dataclass(frozen=True)
class Referral:
    """Advertisement from which a customer came (Meta, "Click to WhatsApp ads")."""

    headline: str = ""
    body: str = ""
    source_url: str = ""
    source_id: str = ""
    source_type: str = ""
    ctwa_clid: str = ""

    @property
    def label(self) -> str:
        """Return the title of the advertisement, ``''`` without one."""
        return self.headline or self.body or self.source_id


@dataclass(frozen=True)
class Person:
    """Writer or recipient of a message.

    :ivar phone: ``wa_id``, ``''`` for a person who hides the number
    :ivar user_id: business-scoped user id (2026), ``''`` where Meta gave none
    :ivar username: name by which WhatsApp shows a person who hides the number
    :ivar profile: name that the person chose
    """

    phone: str = ""
    user_id: str = ""
    username: str = ""
    profile: str = ""

    @property
    def name(self) -> str:
        """Name to show, ``''`` where there is only a number or an id."""
        return self.profile or self.username


# ------------------------------------------------------------------------ events
@dataclass(frozen=True, kw_only=True, repr=False)
class WebhookEvent:
    """One thing that happened.

    :ivar external_id: wamid, or the hash of the event where it has no usable id
    :ivar status: ``sent``, ``delivered``… of a status, else ``''``
    :ivar person: whose conversation it concerns: ``wa_id`` or business-scoped id in
        canonical form, ``''`` where nobody is meant
    :ivar phone_number_id: number of ours that it concerns, ``''`` if unknown
    :ivar problem: why it cannot be processed, a source string; ``''`` if it can
    :ivar body: the event as a webhook body of its own, which parses to the same event
    """

    kind: ClassVar[str] = CHANGE

    external_id: str
    status: str = ""
    person: str = ""
    phone_number_id: str = ""
    problem: str = ""
    body: Json = field(hash=False)

    def describe_problem(self, translate: Callable[[str], str]) -> str:
        """Why it cannot be processed, ``''`` if it can."""
        return translate(self.problem) if self.problem else ""

    def __repr__(self) -> str:
        # What people write belongs in no log.
        return f"<{type(self).__name__} {self.external_id}>"


@dataclass(frozen=True, kw_only=True, repr=False)
class _Message(WebhookEvent):
    """
    :ivar wamid: Meta's id of the message, ``''`` where there is none
    :ivar at: when it was written (UTC, naive), None where Meta gave no usable time
    :ivar type: Meta's type
    :ivar quoted_id: wamid of the message that is answered
    :ivar product_code: product that the message asks about
    :ivar errors: what WhatsApp reports about the message
    :ivar group_id: group in which it was written
    """

    kind: ClassVar[str] = MESSAGE

    wamid: str
    at: datetime | None
    type: str
    content: Content
    quoted_id: str = ""
    product_code: str = ""
    errors: tuple[GraphError, ...] = ()
    group_id: str = ""

    def time(self, now: datetime) -> datetime:
        """When it was written, never later than now."""
        return min(self.at, now) if self.at else now

    @property
    def written_text(self) -> str:
        """Return the text that the person typed; a pressed button is not typed."""
        if isinstance(self.content, Media):
            return self.content.caption
        return self.content.body if isinstance(self.content, Text) else ""


@dataclass(frozen=True, kw_only=True, repr=False)
class InboundMessage(_Message):
    """Message of a customer."""

    sender: Person
    referral: Referral | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class MessageEcho(_Message):
    """Message that was written on the business's own phone (coexistence)."""


@dataclass(frozen=True, kw_only=True, repr=False)
class StatusUpdate(WebhookEvent):
    """Status of a message that was sent.

    :ivar callback_data: our own id of the message, ``biz_opaque_callback_data``
    :ivar error: why it was not delivered
    """

    kind: ClassVar[str] = STATUS

    wamid: str
    at: datetime | None
    callback_data: str = ""
    error: GraphError | None = None

    def time(self, now: datetime) -> datetime:
        """When it happened, never later than now."""
        return min(self.at, now) if self.at else now


@dataclass(frozen=True)
class MarketingPreference:
    """:ivar wanted: whether the person wants marketing messages"""

    phone: str
    user_id: str
    wanted: bool
    at: datetime | None


@dataclass(frozen=True)
class UserIdChange:
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, repr=False)
class AccountChange(WebhookEvent):
    """Change of templates, number, account, or of what people prefer.

    :ivar field: Meta's name of the webhook field
    :ivar account_id: id of the WhatsApp business account
    :ivar event: Meta's word for what happened, in capitals
    :ivar reason: Meta's own words about it
    :ivar template_id: with name and language, the template that is concerned
    :ivar quality: new quality of a template, in capitals
    :ivar category: new category of a template, in small letters
    """

    field: str
    account_id: str = ""
    event: str = ""
    reason: str = ""
    template_id: str = ""
    template_name: str = ""
    template_language: str = ""
    quality: str = ""
    category: str = ""
    preferences: tuple[MarketingPreference, ...] = ()
    user_ids: tuple[UserIdChange, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class UnknownChange(WebhookEvent):
    """Anything else: kept in the journal and worked by nobody.

    :ivar field: Meta's name of the webhook field, ``''`` where it has none
    """

    field: str = ""
