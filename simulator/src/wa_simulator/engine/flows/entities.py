"""A flow, as a value."""

from dataclasses import dataclass, field

from ..entities import Json

DRAFT, PUBLISHED, DEPRECATED = "DRAFT", "PUBLISHED", "DEPRECATED"
BLOCKED, THROTTLED = "BLOCKED", "THROTTLED"
STATUSES = (DRAFT, PUBLISHED, DEPRECATED, BLOCKED, THROTTLED)


@dataclass
class Flow:
    """One flow of an account.

    :param flow_json: as uploaded; empty while there is none.
    :param sent: times of sends while throttled.
    """

    id: str
    waba_id: str
    name: str
    categories: list[str]
    status: str = DRAFT
    flow_json: str = ""
    endpoint_uri: str | None = None
    application_id: str | None = None
    updated: float = 0.0
    sent: list[float] = field(default_factory=list)

    def record(self) -> Json:
        """What the control API shows."""
        return dict(vars(self))
