"""The Conversions API for business messaging: events are kept for assertions.

Sources: automatic events page as mirrored 2025-12 for the request; what Meta answers
to ``dataset`` and ``events`` is general knowledge (docs/fidelity.md).
"""

from dataclasses import dataclass
from typing import Any

from ..clock import Clock
from ..entities import Json
from ..errors import bad_parameter
from ..ids import IdSource
from ..settings import DAY
from ..world import World

MAX_EVENTS = 1000
#: Meta's Conversions API takes events of the last seven days.
MAX_AGE = 7 * DAY


@dataclass(frozen=True)
class Place:
    """Where an event stands, for the words of a refusal."""

    index: int

    def wrong(self, words: str) -> Exception:
        """The refusal."""
        return bad_parameter(f"data[{self.index}]: {words}")


class Conversions:
    """Data sets of accounts, and what was reported to them."""

    def __init__(self, world: World, clock: Clock, ids: IdSource) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids

    def dataset(self, waba_id: str) -> str | None:
        """The data set of an account, if it was made."""
        held = self._world.datasets
        return next((key for key, waba in held.items() if waba == waba_id), None)

    def make_dataset(self, waba_id: str) -> str:
        """The data set of an account, made when new."""
        known = self.dataset(waba_id)
        if known is None:
            known = self._ids.digits("dataset", waba_id)
            self._world.datasets[known] = waba_id
        return known

    def report(self, dataset_id: str, body: Json) -> int:
        """``POST /{dataset}/events``: how many were received.  Refused (100)."""
        events = body.get("data")
        if not isinstance(events, list) or not 0 < len(events) <= MAX_EVENTS:
            raise bad_parameter(f"Param data must have 1 to {MAX_EVENTS} events.")
        rows = [
            self._row(dataset_id, each, Place(index), body.get("partner_agent"))
            for index, each in enumerate(events)
        ]
        self._world.conversions.extend(rows)
        return len(rows)

    def _row(self, dataset_id: str, event: Any, place: Place, agent: Any) -> Json:
        if not isinstance(event, dict):
            raise place.wrong("an event must be an object.")
        if not isinstance(event.get("event_name"), str) or not event["event_name"]:
            raise place.wrong("the parameter event_name is required.")
        at, now = event.get("event_time"), self._clock.now()
        if isinstance(at, bool) or not isinstance(at, (int, float)):
            raise place.wrong("event_time must be seconds since 1970.")
        if not now - MAX_AGE <= at <= now + DAY:
            raise place.wrong("event_time must lie within the last 7 days.")
        for name, wanted in (
            ("action_source", "business_messaging"),
            ("messaging_channel", "whatsapp"),
        ):
            if event.get(name) != wanted:
                raise place.wrong(f"{name} must be {wanted}.")
        user = event.get("user_data")
        clid = user.get("ctwa_clid") if isinstance(user, dict) else None
        if not isinstance(clid, str) or not clid:
            raise place.wrong("user_data.ctwa_clid is required.")
        custom = event.get("custom_data") or {}
        if event["event_name"] == "Purchase" and not (
            isinstance(custom, dict) and {"currency", "value"} <= custom.keys()
        ):
            raise place.wrong("Purchase needs custom_data.currency and value.")
        return {
            "dataset": dataset_id,
            "received": now,
            "customer": self._world.clicks.get(clid),
            "partner_agent": agent,
            "event": event,
        }
