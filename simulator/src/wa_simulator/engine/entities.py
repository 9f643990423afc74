"""The things of the world."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

INBOUND = "inbound"
OUTBOUND = "outbound"

ONLINE = "online"
READS = "reads"
OFFLINE = "offline"
MANUAL = "manual"

#: What happens by itself to a message for a customer, by presence.
PRESENCES: dict[str, tuple[str, ...]] = {
    ONLINE: ("sent", "delivered"),
    READS: ("sent", "delivered", "read"),
    OFFLINE: ("sent",),
    MANUAL: (),
}


@dataclass
class App:
    """A further app: its own token, secret and webhooks."""

    id: str
    name: str
    token: str
    app_secret: str
    verify_token: str


@dataclass
class Number:
    """A business phone number.  ``display`` is digits without plus."""

    id: str
    waba_id: str
    display: str
    verified_name: str


@dataclass
class Template:
    """A message template in one language, components as Meta writes them."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    components: list[Json]
    status: str = "APPROVED"
    parameter_format: str = "POSITIONAL"


@dataclass
class Customer:
    """A person.  ``wa_id`` is None when the person's phone is not known.

    :param hides_phone: the phone is known but left out of webhooks.
    :param blocks: has blocked the business: messages stay at ``sent``.
    :param on_whatsapp: False fails every message with 131026.
    :param silent: sends nothing by script.
    :param read_after: seconds from delivery to ``read``; None never.
    :param script: rules that answer, see ``scripts.py``.
    :param marketing: False once the person stopped marketing messages.
    """

    wa_id: str | None
    user_id: str
    name: str | None
    presence: str = ONLINE
    username: str | None = None
    parent_user_id: str | None = None
    identity_key_hash: str | None = None
    hides_phone: bool = False
    blocks: bool = False
    on_whatsapp: bool = True
    silent: bool = False
    read_after: float | None = None
    script: list[Json] = field(default_factory=list)
    marketing: bool = True

    @property
    def key(self) -> str:
        """Phone digits, else the business-scoped user id."""
        return self.wa_id or self.user_id

    @property
    def shown_wa_id(self) -> str | None:
        """The phone as webhooks show it."""
        return None if self.hides_phone else self.wa_id

    def record(self) -> Json:
        """What the control API shows."""
        return {"key": self.key, **vars(self)}


@dataclass
class Message:
    """A message in either direction, seen from the business."""

    seq: int
    wamid: str
    direction: str
    number_id: str
    customer: str
    type: str
    payload: Json
    created: float
    text: str | None = None
    context: str | None = None
    opaque: str | None = None
    category: str = "service"
    status: str = "accepted"
    statuses: list[Json] = field(default_factory=list)
    fails_with: int | None = None
    fails_details: str = ""
    #: The app that sent it; empty: the first one.
    app: str = ""
    #: The group it was written in.
    group_id: str = ""
    priced: set[str] = field(default_factory=set)
    pricing: Json | None = None
    conversation: Json | None = None
    read_by_business: bool = False


@dataclass
class Media:
    """Stored bytes."""

    id: str
    number_id: str
    content: bytes
    mime_type: str
    sha256: bytes
    created: float
    expires: float
    filename: str | None = None


@dataclass
class Subscription:
    """Where webhooks of a scope go.  ``scope`` is app, waba or number.

    :param failures: failed attempts since the last success.
    :param disabled: gave too many of them; silent until it is enabled again.
    """

    scope: str
    id: str
    callback_url: str
    verify_token: str
    failures: int = 0
    disabled: bool = False

    def record(self) -> Json:
        """What the control API shows."""
        return {
            "scope": self.scope,
            "id": self.id,
            "callback_url": self.callback_url,
            "verify_token": self.verify_token,
            "failures": self.failures,
            "disabled": self.disabled,
        }


@dataclass(frozen=True)
class WebhookItem:
    """One change for one person; a delivery carries one or more of them.

    :param number_id: empty for what concerns an account.
    :param order: items of equal ``order`` are delivered first in, first out.
    :param kind: ``message``, ``status`` or ``field`` (any other change).
    :param type: of the message; the field's name for ``field``.
    :param time: of the entry; ``messages`` have none.
    :param app: the only app that gets it; empty: every subscriber.
    """

    id: str
    waba_id: str
    number_id: str
    order: str
    kind: str
    wamid: str
    field: str
    value: Json
    status: str | None = None
    type: str | None = None
    time: int | None = None
    app: str = ""
