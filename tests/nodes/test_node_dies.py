"""Webhooks to two servers in turn, answers meanwhile; one server is killed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

import pytest

from tests.drivers.numbers import Number, NumberBook
from tests.drivers.odoo import Desk
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.rpc import Row
from tests.drivers.simulator import FakeMeta
from tests.drivers.waiting import wait_until
from tests.live.records import Records
from tests.live.volley import Webhook, message_webhook
from tests.nodes.nodes import DURABLE, Nodes
from wa_simulator.client import SimulatorClient

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.A36]
QUEUE = "whatsapp.message.queue"
LANES = 4
#: Of each lane, and what each writes.
CUSTOMERS, TEXTS = 3, 8
#: Conversations with an adviser, and what is answered in each.
CHATS, ANSWERS = 4, 6
#: Messages that come one by one while nothing else happens.
QUIET = 6
#: While both nodes live nothing waits for Odoo's poll, which comes every 60 to 70 s.
QUIET_SECONDS = 5.0
#: What a dead node held is found by the next webhook; when none comes, by that poll, or
#: by queue_job, which looks for dead jobs once a minute.
PAUSE_SECONDS = 90.0
#: Waits and time limits of the outbox, in seconds.
QUICK = {"uncertain_grace": "2", "read_timeout": "2", "connect_timeout": "1"}
FIELDS = ["state", "preview", "error_message"]
Say = Callable[[str], None]


@pytest.fixture
def say(pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]) -> Say:
    """A line of evidence, below the name of the test."""
    writer = pytestconfig.get_terminal_writer()

    def line(text: str) -> None:
        with capfd.disabled():
            writer.line(f"\n    {text}")

    return line


@pytest.fixture
def quick(office: Office) -> Iterator[None]:
    session = office.administrator.session
    for name, value in QUICK.items():
        key = f"crm_whatsapp_gateway.{name}"
        session.call("ir.config_parameter", "set_param", key, value)
    yield
    for name in QUICK:
        key = f"crm_whatsapp_gateway.{name}"
        session.call("ir.config_parameter", "set_param", key, False)


@dataclass
class Customer:
    """A person and what they write, in this order."""

    number: Number
    webhooks: dict[str, Webhook] = field(default_factory=dict)


@dataclass
class Chat:
    """What an adviser writes to a customer, in this order."""

    number: Number
    desk: Desk
    channel: int
    texts: list[str]


@pytest.fixture
def lanes(meta: FakeMeta, line: Line, numbers: NumberBook) -> list[list[Customer]]:
    """New customers, those of a lane write one after the other."""
    found = []
    for _lane in range(LANES):
        customers = [Customer(numbers.fresh()) for _ in range(CUSTOMERS)]
        for customer in customers:
            for turn in range(TEXTS):
                text = f"Mensaje {turn} de {customer.number.national}"
                webhook = message_webhook(meta, line, customer.number, text)
                customer.webhooks[text] = webhook
        found.append(customers)
    return found


@pytest.fixture
def chats(office: Office, line: Line, numbers: NumberBook, quick: None) -> list[Chat]:
    found = []
    for index in range(CHATS):
        number = numbers.fresh()
        office.write_in(number, line, "Hola, quisiera más información")
        lead = office.director.assigned_lead_of(number)
        texts = [f"Respuesta {n} para el cliente {index}" for n in range(ANSWERS)]
        found.append(Chat(number, office.adviser_of(lead), lead.conversation_id, texts))
    return found


def test_nothing_is_lost_doubled_or_late_when_a_node_dies(
    office: Office,
    meta: FakeMeta,
    line: Line,
    numbers: NumberBook,
    nodes: Nodes,
    chats: list[Chat],
    lanes: list[list[Customer]],
    say: Say,
) -> None:
    durability = nodes.durability()
    say(f"PostgreSQL: {durability}")
    assert durability == dict.fromkeys(DURABLE, "on")
    records = Records(office.director.session, line)
    quiet = _write_quietly(meta, line, numbers, nodes, records)
    say(f"de uno en uno: a lo más {max(quiet):.2f} s")
    assert max(quiet) < QUIET_SECONDS

    _slow_down(meta, line)
    repeated = _storm(meta, line, nodes, lanes, chats)
    say(f"webhooks repetidos porque el nodo no respondió: {repeated}")

    customers = [customer for lane in lanes for customer in lane]
    expected = CHATS + QUIET + len(customers) * TEXTS
    journal = _settled(records, expected)
    assert Counter(row["state"] for row in journal) == {"done": expected}
    for customer in customers:
        _expect_conversation(records, customer)
    _expect_answers(office, meta, line, records, chats, say)
    _expect_prompt(nodes, line, say)
    if nodes.queue_job:
        jobs = nodes.jobs()
        say(f"trabajos de queue_job: {jobs}")
        assert jobs["done"]
        assert "failed" not in jobs


def _write_quietly(
    meta: FakeMeta, line: Line, numbers: NumberBook, nodes: Nodes, records: Records
) -> list[float]:
    """Seconds that messages waited which came alone, to both servers in turn."""
    before = len(records.journal())
    number = numbers.fresh()
    for turn in range(1, QUIET + 1):
        webhook = message_webhook(meta, line, number, f"Mensaje suelto {turn}")
        nodes.deliver(line, webhook)
        _settled(records, before + turn)
    return nodes.shown_after(line)[before:]


def _slow_down(meta: FakeMeta, line: Line) -> None:
    """Each call takes a moment, so that the killed server has some under way."""
    match = {"number": line.phone_number_id, "path": "/messages$"}
    with SimulatorClient(meta.url) as client:
        client.set_fault("latency", params={"seconds": 0.3}, match=match)


def _storm(
    meta: FakeMeta,
    line: Line,
    nodes: Nodes,
    lanes: Sequence[Sequence[Customer]],
    chats: Sequence[Chat],
) -> int:
    """All at once; a server dies after a third. How often a webhook came again."""
    delivered, lock, third = 0, Lock(), Event()
    total = LANES * CUSTOMERS * TEXTS

    def write(lane: Sequence[Customer]) -> int:
        nonlocal delivered
        again = 0
        for turn in zip(*(one.webhooks.values() for one in lane), strict=True):
            for webhook in turn:
                again += nodes.deliver(line, webhook) - 1
                with lock:
                    delivered += 1
                    if delivered > total // 3:
                        third.set()
        return again

    def answer() -> None:
        for turn in range(ANSWERS):
            for chat in chats:
                meta.spoken.append(chat.texts[turn])
                chat.desk.discuss.writes(chat.channel, chat.texts[turn])

    def kill() -> int:
        assert third.wait(60)
        return nodes.kill_one_at_work()

    with ThreadPoolExecutor(LANES + 2) as pool:
        killed, answered = pool.submit(kill), pool.submit(answer)
        again = sum(pool.map(write, lanes))
    answered.result()
    assert killed.result()
    return again


def _settled(records: Records, expected: int) -> list[Row]:
    """The messages of the journal, once all have been worked."""

    def messages() -> list[Row]:
        return [row for row in records.journal() if row["kind"] == "message"]

    return wait_until(
        f"{expected} mensajes trabajados",
        messages,
        lambda rows: (
            len(rows) >= expected
            and not any(row["state"] in ("pending", "posted") for row in rows)
        ),
        limit=120,
        nearest=lambda: Counter((row["state"], row["error"]) for row in messages()),
    )


def _expect_conversation(records: Records, customer: Customer) -> None:
    """One conversation, one lead, each message once in both, in order."""
    [channel] = records.channels_of(customer.number.wa_ids)
    texts = list(customer.webhooks)
    assert records.said_in("discuss.channel", channel["id"]) == texts
    lead_id = channel["lead_id"][0]
    assert records.leads_of(channel["id"]) == [lead_id]
    assert records.said_in("crm.lead", lead_id) == texts


def _expect_prompt(nodes: Nodes, line: Line, say: Say) -> None:
    """Nobody rested while something waited."""
    shown, leads = nodes.shown_after(line), nodes.lead_after(line)
    pause, called = nodes.longest_pause(line), nodes.called_after(line)
    say(
        f"{len(shown)} mensajes, el más lento {max(shown):.2f} s; {len(leads)} leads,"
        f" el más lento {max(leads):.2f} s; pausa más larga con mensajes en espera"
        f" {pause:.2f} s; respuestas, la más lenta {max(called):.0f} s"
    )
    assert pause < PAUSE_SECONDS


def _expect_answers(
    office: Office,
    meta: FakeMeta,
    line: Line,
    records: Records,
    chats: Sequence[Chat],
    say: Say,
) -> None:
    """Meta took each text once and in order, but for what a person had to decide."""
    rows = _sent(records, {"success", "uncertain", "failed"})
    states = Counter(str(row["state"]) for row in rows)
    taken = [str(one["text"]) for one in meta.accepted(line.phone_number_id)]
    say(f"respuestas: {dict(states)}, recibidas por Meta {len(taken)}")
    assert len(taken) == len(set(taken))
    by_person: dict[str, list[str]] = defaultdict(list)
    for one in meta.accepted(line.phone_number_id):
        by_person[str(one["to"])].append(str(one["text"]))
    for chat in chats:
        own = by_person[chat.number.wa_id]
        assert own == [text for text in chat.texts if text in own]
    session = office.director.session
    for row in rows:
        if row["state"] == "uncertain":
            there = row["preview"] in taken
            action = "action_mark_sent" if there else "action_send_again"
            session.call(QUEUE, action, [row["id"]])
    _sent(records, {"success"})
    everything = sorted(text for chat in chats for text in chat.texts)
    finally_ = meta.accepted(line.phone_number_id)
    assert sorted(str(one["text"]) for one in finally_) == everything


def _sent(records: Records, states: set[str]) -> list[Row]:
    """The rows of the outbox, once all are in one of these states."""
    return wait_until(
        f"toda la cola en {sorted(states)}",
        lambda: records.queue(FIELDS),
        lambda rows: (
            len(rows) == CHATS * ANSWERS and {row["state"] for row in rows} <= states
        ),
        limit=150,
        nearest=lambda: [
            (row["state"], row["error_message"])
            for row in records.queue(FIELDS)
            if row["state"] not in states
        ],
    )
