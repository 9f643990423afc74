"""Every fault of a sending, a worker killed while sending: nothing twice, none lost."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.drivers.numbers import Number, NumberBook
from tests.drivers.odoo import Desk
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.rpc import OdooSession, Row
from tests.drivers.simulator import FakeMeta
from tests.drivers.waiting import wait_until
from tests.live.records import Records
from tests.live.workers import Workers
from wa_simulator.client import SimulatorClient

pytestmark = [pytest.mark.live, pytest.mark.slow]
QUEUE = "whatsapp.message.queue"
PEOPLE = 6
EACH = 4
#: So that none of it takes minutes: waits, graces and time limits in seconds.
QUICK = {
    "retry_waits": "1,1,1,2",
    "uncertain_grace": "2",
    "rate_wait": "1",
    "read_timeout": "1",
    "connect_timeout": "1",
    "breaker_threshold": "50",
}
#: Every kind of trouble, before and after Meta has taken the message. Not an HTTP
#: error after it: that is an answer, and says that nothing was taken.
FAULTS = (
    ("error", {"code": 131000}, "before"),
    ("timeout", {"seconds": 2}, "before"),
    ("timeout", {"seconds": 2}, "after"),
    ("reset", {}, "before"),
    ("reset", {}, "after"),
    ("malformed_body", {}, "after"),
    ("truncated_body", {}, "after"),
    ("empty_body", {}, "after"),
    ("rate_limit", {"retry_after": 1}, "before"),
    ("outage", {"mode": "503"}, "before"),
)
FIELDS = ["state", "preview", "recipient", "wamid", "claimed_at", "error_message"]


@pytest.fixture
def quick(office: Office) -> Iterator[None]:
    """Waits in seconds, and everything as it was afterwards."""
    session = office.administrator.session
    names = {name: f"crm_whatsapp_gateway.{name}" for name in QUICK}
    former = {
        key: session.call("ir.config_parameter", "get_param", key)
        for key in names.values()
    }
    for name, key in names.items():
        session.call("ir.config_parameter", "set_param", key, QUICK[name])
    yield
    for key, value in former.items():
        session.call("ir.config_parameter", "set_param", key, value)


@dataclass
class Chat:
    """What an adviser writes to a customer, in this order."""

    number: Number
    desk: Desk
    channel: int
    texts: list[str]


@pytest.fixture
def chats(
    office: Office, meta: FakeMeta, line: Line, numbers: NumberBook
) -> list[Chat]:
    found = []
    for index in range(PEOPLE):
        number = numbers.fresh()
        if index % 2:
            # No status ever tells what became of a message.
            meta.confirms_nothing(number)
        office.write_in(number, line, "Hola, quisiera más información")
        lead = office.director.assigned_lead_of(number)
        texts = [f"Respuesta {n} para el cliente {index}" for n in range(EACH)]
        found.append(Chat(number, office.adviser_of(lead), lead.conversation_id, texts))
    return found


@pytest.mark.A11
@pytest.mark.A12
def test_whatever_fails_no_customer_gets_anything_twice(
    office: Office,
    meta: FakeMeta,
    line: Line,
    chats: list[Chat],
    quick: None,
    workers: Workers,
) -> None:
    records = Records(office.director.session, line)
    _set_faults(meta, line)
    _write_all(meta, chats)

    _look(records, lambda rows: any(row["state"] == "processing" for row in rows))
    assert workers.kill_crons()
    rows = _ended(office, records, {"success", "failed", "uncertain"})

    _expect_every_fault_met(meta, line)
    taken = meta.accepted(line.phone_number_id)
    _expect_once_and_in_order(taken, chats)
    _expect_accounted(taken, rows)
    meta.troubles.end(line.phone_number_id)
    _decide(office.director.session, taken, rows)
    _ended(office, records, {"success"})
    everything = sorted(text for chat in chats for text in chat.texts)
    finally_ = meta.accepted(line.phone_number_id)
    assert sorted(str(one["text"]) for one in finally_) == everything


def _set_faults(meta: FakeMeta, line: Line) -> None:
    """One call in two fails, each in another way; all of them take a moment."""
    match = {"number": line.phone_number_id, "path": "/messages$"}
    with SimulatorClient(meta.url) as client:
        for number, (name, params, phase) in enumerate(FAULTS):
            when = {"nth": 2 + 2 * number}
            client.set_fault(name, params=params, phase=phase, match=match, when=when)
        client.set_fault("latency", params={"seconds": 0.3}, match=match)


def _expect_every_fault_met(meta: FakeMeta, line: Line) -> None:
    """Otherwise less was tried than it seems."""
    with SimulatorClient(meta.url) as client:
        rules = [
            rule
            for rule in client.faults()
            if rule["match"].get("number") == line.phone_number_id
        ]
    assert len(rules) == len(FAULTS) + 1
    assert [rule for rule in rules if not rule["fired"]] == []


def _write_all(meta: FakeMeta, chats: list[Chat]) -> None:
    """All conversations side by side, as several advisers would."""
    for turn in range(EACH):
        for chat in chats:
            meta.spoken.append(chat.texts[turn])
            chat.desk.discuss.writes(chat.channel, chat.texts[turn])


def _look(records: Records, ready: Callable[[list[Row]], bool]) -> list[Row]:
    return wait_until("filas de la cola", lambda: records.queue(FIELDS), ready)


class Patience:
    """Finds rows that nobody works any more, and moves their time.

    Odoo itself waits as long as a live call could last.
    """

    SECONDS = 6.0

    def __init__(self, session: OdooSession) -> None:
        self._session = session
        self._seen: dict[tuple[int, str], float] = {}

    def end(self, rows: list[Row]) -> None:
        now = time.monotonic()
        busy = [row for row in rows if row["state"] == "processing"]
        for row in busy:
            since = self._seen.setdefault((row["id"], str(row["claimed_at"])), now)
            if now - since > self.SECONDS:
                self._move_back(row["id"])

    def _move_back(self, row_id: int) -> None:
        """Run code as administrators may: rows are not written over RPC."""
        call = self._session.call
        values = {
            "name": "claimed long ago",
            "model_id": call("ir.model", "search", [["model", "=", QUEUE]])[0],
            "state": "code",
            "code": "records.sudo().write({'claimed_at': '2020-01-01 00:00:00'})",
        }
        action = int(call("ir.actions.server", "create", values))
        where = {"active_model": QUEUE, "active_id": row_id, "active_ids": [row_id]}
        call("ir.actions.server", "run", [action], context=where)
        call("ir.actions.server", "unlink", [action])


def _ended(office: Office, records: Records, states: set[str]) -> list[Row]:
    """The rows, once all are in one of these states."""
    session = office.administrator.session
    patience = Patience(session)

    def look() -> list[Row]:
        patience.end(records.queue(FIELDS))
        session.call(QUEUE, "process_due")
        return records.queue(FIELDS)

    return wait_until(
        f"toda la cola en {sorted(states)}",
        look,
        lambda rows: (
            len(rows) == PEOPLE * EACH and {row["state"] for row in rows} <= states
        ),
        limit=90,
        nearest=lambda: [
            (row["state"], row["error_message"])
            for row in records.queue(FIELDS)
            if row["state"] not in states
        ],
    )


def _expect_once_and_in_order(taken: list[Row], chats: list[Chat]) -> None:
    """Meta took no text twice, and each person's in the order they were written."""
    by_person: dict[str, list[str]] = defaultdict(list)
    for one in taken:
        by_person[str(one["to"])].append(str(one["text"]))
    for chat in chats:
        own = by_person[chat.number.wa_id]
        assert len(own) == len(set(own))
        assert own == [text for text in chat.texts if text in own]


def _expect_accounted(taken: list[Row], rows: list[Row]) -> None:
    """What Meta took are the rows that succeeded, and some of the uncertain ones."""
    texts = {str(one["text"]) for one in taken}
    states = {str(row["preview"]): str(row["state"]) for row in rows}
    sent = {text for text, state in states.items() if state == "success"}
    uncertain = {text for text, state in states.items() if state == "uncertain"}
    assert sent <= texts
    assert texts - sent <= uncertain
    # Otherwise the faults met nobody.
    assert uncertain


def _decide(session: OdooSession, taken: list[Row], rows: list[Row]) -> None:
    """A person looks at the phone: what is there was sent, what is not is repeated."""
    texts = {str(one["text"]) for one in taken}
    for row in rows:
        if row["state"] == "uncertain":
            there = row["preview"] in texts
            action = "action_mark_sent" if there else "action_send_again"
            session.call(QUEUE, action, [row["id"]])
        elif row["state"] == "failed":
            session.call(QUEUE, "action_retry_now", [row["id"]])
