"""A group and what is written in it, as values."""

from dataclasses import dataclass, field

from ..entities import Json

AUTO, APPROVAL = "auto_approve", "approval_required"


@dataclass
class Group:
    """A group of a number.

    :param participants: keys of customers, in the order they joined.
    :param requests: join request id -> key of a customer and time.
    :param pinned: wamids, oldest first.
    """

    id: str
    number_id: str
    subject: str
    created: float
    description: str = ""
    approval: str = AUTO
    invite: str = ""
    suspended: bool = False
    participants: list[str] = field(default_factory=list)
    requests: dict[str, tuple[str, float]] = field(default_factory=dict)
    pinned: list[str] = field(default_factory=list)
    picture: str | None = None

    @property
    def invite_link(self) -> str:
        """Where people join."""
        return f"https://chat.whatsapp.com/{self.invite}"

    def record(self) -> Json:
        """What the control API shows."""
        return {**vars(self), "invite_link": self.invite_link}


@dataclass
class GroupMessage:
    """A message of the business in a group.

    :param statuses: person -> names of statuses so far.
    """

    wamid: str
    group_id: str
    number_id: str
    type: str
    payload: Json
    created: float
    text: str | None = None
    opaque: str | None = None
    category: str = "service"
    pricing: Json = field(default_factory=dict)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    app: str = ""

    def record(self) -> Json:
        """What the control API shows."""
        return dict(vars(self))
