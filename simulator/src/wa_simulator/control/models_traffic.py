"""Bodies of the routes that make webhooks, keep states and add apps."""

from typing import Any, Literal

from pydantic import Field

from .models import Strict


class FieldBody(Strict):
    """A webhook of any field; ``value`` is merged over the sample.

    ``free``: ``value`` is the whole value, and ``field`` may be any word.
    """

    field: str
    value: dict[str, Any] = Field(default_factory=dict)
    number: str | None = None
    waba: str | None = None
    customer: str | None = None
    free: bool = False


class HistoryBody(Strict):
    """``threads``: Meta's nodes; without them what the simulator knows."""

    number: str | None = None
    chunk: int = Field(default=100, ge=1)
    declined: bool = False
    threads: list[dict[str, Any]] | None = None


class ContactBody(Strict):
    """The business's address book changes."""

    customer: str
    number: str | None = None
    action: Literal["add", "remove"] = "add"


class RedeliverBody(Strict):
    """Some webhooks in the order given, or all that match in an order of choice."""

    ids: list[str] | None = None
    state: str | None = None
    number: str | None = None
    order: Literal["oldest", "newest", "shuffled"] = "oldest"
    seed: int = 1


class EnableBody(Strict):
    """Without ``id``: every disabled subscription."""

    scope: Literal["app", "waba", "number"] | None = None
    id: str | None = None


class AppBody(Strict):
    """A further app with credentials of its own."""

    id: str = Field(pattern=r"^[1-9]\d{5,19}$")
    name: str = "Another app"
    token: str
    app_secret: str
    verify_token: str = "sim-verify"


class SnapshotBody(Strict):
    """What ``GET /_sim/snapshot`` gave.  ``same_run`` keeps ids repeatable."""

    snapshot: dict[str, Any]
    same_run: bool = False
