"""One POST body on its way, with its attempts."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..engine.entities import Subscription, WebhookItem

PENDING = "pending"
IN_FLIGHT = "in_flight"
DELIVERED = "delivered"
DROPPED = "dropped"
ENDED = (DELIVERED, DROPPED)


@dataclass
class Attempt:
    """One POST.  ``status`` None: no answer, ``error`` says why.

    :param faults: rules that changed this POST.
    """

    at: float
    status: int | None
    error: str | None
    duration_ms: int
    answer: str = ""
    faults: list[str] = field(default_factory=list)


@dataclass
class Delivery:
    """One POST body; ``due`` is None when nothing is planned.

    :param body: what Meta means to send; ``posted`` what a fault makes of it.
    :param seq: place in the line of its people.
    :param behind: how many later ones overtake it yet.
    :param alone: stands in no line: goes beside the others.
    :param faults: rules that struck when it was queued.
    :param stamp: invalidates older places in the schedule.
    """

    id: str
    run: str
    url: str
    body: bytes
    headers: dict[str, str]
    items: tuple[WebhookItem, ...]
    created: float
    due: float | None
    state: str = PENDING
    retry: bool = True
    attempts: list[Attempt] = field(default_factory=list)
    replays: int = 0
    seq: int = 0
    behind: int = 0
    alone: bool = False
    faults: list[str] = field(default_factory=list)
    posted: tuple[bytes, dict[str, str]] | None = None
    posted_by: list[str] = field(default_factory=list)
    target: Subscription | None = None
    stamp: int = 0

    @cached_property
    def orders(self) -> frozenset[str]:
        """Lines (number and person) this delivery stands in."""
        if self.alone:
            return frozenset()
        return frozenset(item.order for item in self.items)

    @property
    def numbers(self) -> set[str]:
        """Numbers it is about."""
        return {item.number_id for item in self.items if item.number_id}

    def as_posted(self) -> "Delivery":
        """What goes over the wire this time."""
        if self.posted is None:
            return self
        body, headers = self.posted
        return replace(self, body=body, headers=headers)

    def record(self) -> dict[str, Any]:
        """What the control API shows and ``wait`` matches."""
        first = self.items[0] if self.items else None
        return {
            "id": self.id,
            "state": self.state,
            "kind": first.kind if first else "raw",
            "field": first.field if first else None,
            "type": first.type if first else None,
            "status": first.status if first else None,
            "wamid": (first.wamid or None) if first else None,
            "wamids": [item.wamid for item in self.items if item.wamid],
            "number": (first.number_id or None) if first else None,
            "waba": first.waba_id if first else None,
            "person": first.order.partition("/")[2] if first else None,
            "items": len(self.items),
            "faults": self.faults,
            "url": self.url,
            "created": self.created,
            "due": self.due,
            "attempts": [vars(attempt) for attempt in self.attempts],
            "body": self.body.decode("ascii", "replace"),
            "headers": self.headers,
        }
