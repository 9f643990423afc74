"""What changed since a watcher last looked, as frames of the event stream.

Each frame is an object with ``type``; ``journal``, ``messages`` and ``customers``
bring what is new, ``world``, ``faults``, ``clock`` and ``queue`` the whole of it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ..delivery.queue import IN_FLIGHT, PENDING
from ..engine.entities import PRESENCES
from .routes_world import fault_records, set_up_record
from .state import Simulation, message_record

Frame = dict[str, Any]

ROWS_PER_FRAME = 500
#: Messages looked at for a change; older ones are taken as settled.
LATEST = 2_000
#: What a row of the journal leaves to the detail (``GET /_sim/journal``).
LARGE = ("body", "headers", "request", "answer", "query")


def summary(entry: dict[str, Any]) -> dict[str, Any]:
    """A journal entry as a row: all but the large parts, plus what was sent."""
    row = {key: value for key, value in entry.items() if key not in LARGE}
    request = entry.get("request")
    if isinstance(request, dict):
        row["message_type"] = request.get("type")
        row["to"] = request.get("to") or request.get("recipient")
        if request.get("status") == "read":
            row["reads"] = request.get("message_id")
            row["typing"] = bool(request.get("typing_indicator"))
    return row


def _chunks(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), ROWS_PER_FRAME):
        yield rows[start : start + ROWS_PER_FRAME]


class Watch:
    """One watcher's memory.

    :param since: last ``seq`` of the journal that the watcher has.
    :param run: of which run; another run than the present one starts anew.
    """

    def __init__(self, sim: Simulation, since: int = 0, run: str | None = None) -> None:
        self._sim = sim
        self._since = since if run == sim.engine.ids.run else 0
        self._run: str | None = None
        self._messages: dict[str, tuple[Any, ...]] = {}
        self._customers: dict[str, tuple[Any, ...]] = {}
        self._sections: dict[str, str] = {}

    def frames(self) -> list[Frame]:
        """Everything that is new; the first call brings all."""
        found = [*self._hello()]
        for name, section in self._whole():
            written = json.dumps(section, sort_keys=True, default=str)
            if self._sections.get(name) != written:
                self._sections[name] = written
                found.append({"type": name, **section})
        found += [*self._people(), *self._talk(), *self._rows()]
        if found:
            clock = self._sim.engine.clock
            found.append({"type": "clock", "frozen": clock.frozen, "now": clock.now()})
        return found

    def _hello(self) -> Iterator[Frame]:
        run = self._sim.engine.ids.run
        if run == self._run:
            return
        if self._run is not None:
            self._since = 0
        self._run = run
        self._messages, self._customers, self._sections = {}, {}, {}
        yield {
            "type": "hello",
            "run": run,
            "since": self._since,
            "presences": list(PRESENCES),
        }

    def _whole(self) -> Iterator[tuple[str, Frame]]:
        yield "world", set_up_record(self._sim)
        yield "faults", fault_records(self._sim)
        states = Counter(d.state for d in self._sim.queue.open())
        yield (
            "queue",
            {
                "waiting": states[PENDING],
                "in_flight": states[IN_FLIGHT],
                "next_due": self._sim.queue.next_due(),
            },
        )

    def _people(self) -> Iterator[Frame]:
        changed = []
        current = self._sim.engine.world.customers
        for key, customer in current.items():
            sign = tuple(vars(customer).values())
            if self._customers.get(key) != sign:
                self._customers[key] = sign
                changed.append(customer.record())
        yield from ({"type": "customers", "customers": c} for c in _chunks(changed))
        gone = [key for key in self._customers if key not in current]
        if gone:
            for key in gone:
                del self._customers[key]
            yield {"type": "customers", "customers": [], "gone": gone}

    def _talk(self) -> Iterator[Frame]:
        held = self._sim.engine.world.messages
        changed = []
        for wamid in islice(reversed(held), LATEST if self._messages else None):
            message = held[wamid]
            sign = (
                message.status, len(message.statuses), message.read_by_business,
                message.text,
            )  # fmt: skip
            if self._messages.get(wamid) != sign:
                self._messages[wamid] = sign
                changed.append(message_record(self._sim, message))
        changed.reverse()
        yield from ({"type": "messages", "messages": c} for c in _chunks(changed))
        if len(self._messages) > len(held):
            gone = [wamid for wamid in self._messages if wamid not in held]
            for wamid in gone:
                del self._messages[wamid]
            yield {"type": "messages", "messages": [], "gone": gone}

    def _rows(self) -> Iterator[Frame]:
        journal = self._sim.engine.journal
        entries = journal.since(self._since)
        self._since = journal.seq
        for chunk in _chunks(entries):
            yield {
                "type": "journal",
                "entries": [summary(entry) for entry in chunk],
                "dropped": journal.dropped,
            }
