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
    """A person.  ``wa_id`` is None when the person hides the phone."""

    wa_id: str | None
    user_id: str
    name: str | None
    presence: str = ONLINE

    @property
    def key(self) -> str:
        """Phone digits, else the business-scoped user id."""
        return self.wa_id or self.user_id

    def record(self) -> Json:
        """What the control API shows."""
        return {
            "key": self.key,
            "wa_id": self.wa_id,
            "user_id": self.user_id,
            "name": self.name,
            "presence": self.presence,
        }


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
    """Where webhooks of a scope go.  ``scope`` is app, waba or number."""

    scope: str
    id: str
    callback_url: str
    verify_token: str

    def record(self) -> Json:
        """What the control API shows."""
        return {
            "scope": self.scope,
            "id": self.id,
            "callback_url": self.callback_url,
            "verify_token": self.verify_token,
        }


@dataclass(frozen=True)
class WebhookItem:
    """One change for one person; a delivery carries one or more of them.

    :param order: items of equal ``order`` are delivered first in, first out.
    :param kind: ``message`` or ``status``.
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
