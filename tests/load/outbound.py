"""Outbound: answers to customers, while Meta takes 150 ms for each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median

from tests.drivers.rpc import OdooSession
from tests.drivers.waiting import wait_until
from tests.load.places import Place, Places
from wa_simulator.client import SimulatorClient

LATENCY_SECONDS = 0.15
#: People who answer at the same time.
DESKS = 2
_OUTBOX_JOB = [
    ["module", "=", "crm_whatsapp_gateway"],
    ["name", "=", "ir_cron_outbound"],
]


@dataclass(frozen=True)
class Sending:
    """Median seconds that a user waits; messages per second that Meta took."""

    click: float
    sent: float


def sendings(
    places: Places, simulator_url: str, people: list[str], answers: int
) -> dict[str, Sending]:
    """By place: answers in the conversations of these people, who wrote before."""
    found = {}
    with closing(SimulatorClient(simulator_url)) as meta, _slow(meta):
        _open_windows(meta, people)
        for place in (places.oca, places.bridge):
            name = "bridge" if place.bridge else "oca"
            found[name] = _send(place, meta, people, answers)
    return found


@dataclass(frozen=True)
class Drain:
    """A full outbox is sent: messages, and how many Meta took per second."""

    messages: int
    sent: float


def drain(places: Places, simulator_url: str, people: list[str]) -> Drain:
    """One message waits in each of these conversations; then the outbox is sent."""
    place = places.bridge
    with closing(SimulatorClient(simulator_url)) as meta, _slow(meta):
        _open_windows(meta, people)
        session = _session(place)
        job = session.call("ir.model.data", "search_read", _OUTBOX_JOB, ["res_id"])
        job_id = job[0]["res_id"]
        session.call("ir.cron", "write", [job_id], {"active": False})
        domain = [["gateway_channel_token", "in", people]]
        channels = session.call("discuss.channel", "search", domain)
        session.close()
        with ThreadPoolExecutor(DESKS) as pool:
            list(pool.map(lambda part: _write(place, part), _halves(channels)))
        session = _session(place)
        before = len(meta.messages(direction="outbound"))
        start = time.monotonic()
        session.call("whatsapp.message.queue", "process_due")
        wait_until(
            f"{len(channels)} mensajes en Meta",
            lambda: len(meta.messages(direction="outbound")) - before,
            lambda count: count >= len(channels),
            limit=180,
        )
        spent = time.monotonic() - start
        session.call("ir.cron", "write", [job_id], {"active": True})
        session.close()
    return Drain(len(channels), len(channels) / spent)


def _session(place: Place) -> OdooSession:
    return OdooSession(place.url, place.database, place.login, place.user_password)


def _halves(channels: list[int]) -> list[list[int]]:
    return [channels[number::DESKS] for number in range(DESKS)]


def _write(place: Place, channels: list[int]) -> None:
    session = _session(place)
    for channel in channels:
        session.call(
            "discuss.channel",
            "message_post",
            [channel],
            body="Con gusto",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
    session.close()


def _open_windows(meta: SimulatorClient, people: list[str]) -> None:
    """They write, so that they may be answered; no webhook comes of any of it."""
    meta.unsubscribe()
    for person in people:
        meta.set_customer(person, presence="manual")
        meta.customer_message(person, body="Hola")


@contextmanager
def _slow(meta: SimulatorClient) -> Iterator[None]:
    rule = meta.set_fault(
        "latency", params={"seconds": LATENCY_SECONDS}, match={"path": "/messages$"}
    )
    try:
        yield
    finally:
        meta.remove_fault(rule["id"])


def _send(
    place: Place, meta: SimulatorClient, people: list[str], answers: int
) -> Sending:
    sessions = [_session(place) for _ in range(DESKS)]
    domain = [["gateway_channel_token", "in", people]]
    channels = sessions[0].call("discuss.channel", "search", domain)
    jobs = (channels * answers)[: len(people) * answers]
    before = len(meta.messages(direction="outbound"))
    start = time.monotonic()

    def click(number: int) -> float:
        session, began = sessions[number % DESKS], time.monotonic()
        session.call(
            "discuss.channel",
            "message_post",
            [jobs[number]],
            body=f"Con gusto, respuesta {number}",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return time.monotonic() - began

    with ThreadPoolExecutor(DESKS) as pool:
        clicks = list(pool.map(click, range(len(jobs))))
    wait_until(
        f"{len(jobs)} mensajes en Meta",
        lambda: len(meta.messages(direction="outbound")) - before,
        lambda count: count >= len(jobs),
        limit=180,
    )
    spent = time.monotonic() - start
    for session in sessions:
        session.close()
    return Sending(click=median(clicks), sent=len(jobs) / spent)
