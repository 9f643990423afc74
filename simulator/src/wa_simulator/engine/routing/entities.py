"""Responders of a number and owners of its threads, as values."""

from dataclasses import dataclass, field

from ..entities import Json

CUSTOMER_SERVICE, MARKETING, UTILITY = "customer_service", "marketing", "utility"
CTWA, AI_AGENT, ESCALATION, CALLS = "ctwa", "ai_agent", "escalation", "calls"
#: Roles that can own a thread; ``calls`` is about calls only.
THREAD_ROLES = (CUSTOMER_SERVICE, MARKETING, UTILITY, CTWA, AI_AGENT, ESCALATION)
ROLES = (*THREAD_ROLES, CALLS)


@dataclass
class Responder:
    """An app that answers on a number, or only reads along (``standby``).

    :param app: id of an app of the world, or any word for a partner outside it.
    """

    app: str
    roles: list[str] = field(default_factory=list)
    standby: bool = False


@dataclass
class Thread:
    """Who owns the thread of a number and a person; owner None: idle.

    :param last_user: time of the person's last message.
    """

    owner: str | None = None
    role: str = ""
    last_user: float = 0.0

    def record(self) -> Json:
        """What the control API shows."""
        return dict(vars(self))
