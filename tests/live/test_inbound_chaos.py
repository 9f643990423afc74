"""A storm of webhooks against four workers, one of them killed in the middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.rpc import Row
from tests.drivers.simulator import FakeMeta
from tests.drivers.waiting import wait_until
from tests.live.records import Records
from tests.live.storm import HUGE_BYTES, Customer, Shot, Storm
from tests.live.volley import break_off, post
from tests.live.workers import Workers

pytestmark = [pytest.mark.live, pytest.mark.slow]
LANES = 6
#: Every country, each with people in order and not.
PEOPLE = 12
WEBHOOKS = 3
ANSWERED = 3
SHAPES = 3


@pytest.fixture
def answers(
    office: Office, meta: FakeMeta, line: Line, numbers: NumberBook
) -> list[str]:
    """wamids of answers that Meta has taken and not confirmed yet."""
    for index in range(ANSWERED):
        number = numbers.fresh()
        meta.confirms_nothing(number)
        office.write_in(number, line, "Buenas tardes, ¿me ayudan?")
        lead = office.director.assigned_lead_of(number)
        text = f"Con gusto le ayudamos, cliente {index}"
        office.answer_by(office.adviser_of(lead).opens_composer(lead), text)
        meta.wait_text(line.phone_number_id, text)
    return [str(one["wamid"]) for one in meta.accepted(line.phone_number_id)]


@pytest.mark.A2
@pytest.mark.A3
@pytest.mark.A6
@pytest.mark.A10
@pytest.mark.A20
def test_a_storm_leaves_every_message_once_and_in_order(
    office: Office,
    meta: FakeMeta,
    line: Line,
    chance: Random,
    answers: list[str],
    workers: Workers,
) -> None:
    storm = Storm(chance, meta, line, [[] for _ in range(LANES)])
    storm.people(PEOPLE, WEBHOOKS)
    odd = storm.strange()
    storm.statuses(answers)
    storm.strange_statuses(6)
    storm.strangers(4)
    storm.refuse()

    with ThreadPoolExecutor(LANES + 1) as pool:
        killed = pool.submit(workers.kill_who_works)
        answered = list(pool.map(lambda lane: _post_all(line, lane), storm.lanes))

    assert killed.result()
    assert [one for lane in answered for one in lane] == []
    records = Records(office.director.session, line)
    journal = _settled(records, storm)
    _expect_journal(journal, storm)
    order = {row["external_id"]: row["id"] for row in journal}
    for customer in storm.customers:
        if customer is not odd:
            _expect_customer(records, customer, order)
    _expect_odd(records, odd)
    states = records.states_of(answers)
    assert states == dict.fromkeys(answers, "read")


def _post_all(line: Line, lane: Sequence[Shot]) -> list[str]:
    """Answers that are not as expected."""
    wrong = []
    for shot in lane:
        if shot.answer is None:
            break_off(line.callback_url, shot.webhook)
            continue
        try:
            answer = post(line.callback_url, shot.webhook)
        except ConnectionError:
            # Odoo may hang up before all of a huge body was read.
            if len(shot.webhook.body) < HUGE_BYTES:
                raise
            continue
        if answer != shot.answer:
            body = shot.webhook.body[:60]
            wrong.append(f"{answer} en vez de {shot.answer}: {body!r}")
    return wrong


def _settled(records: Records, storm: Storm) -> list[Row]:
    """The journal, once nothing but strange statuses waits."""
    unknown = storm.expected_states()["pending"]
    return wait_until(
        "la bitácora trabajada hasta el final",
        records.journal,
        lambda rows: (
            len(rows) >= len(storm.stored)
            and not any(row["state"] == "posted" for row in rows)
            and sum(row["state"] == "pending" for row in rows) == unknown
            and all(row["attempts"] for row in rows if row["state"] == "pending")
        ),
        limit=300,
        nearest=lambda: Counter(
            (row["kind"], row["state"], row["error"]) for row in records.journal()
        ),
    )


def _expect_journal(journal: list[Row], storm: Storm) -> None:
    found = {
        (row["kind"], row["external_id"], row["status"]): row["state"]
        for row in journal
    }
    missing = {key: state for key, state in storm.stored.items() if key not in found}
    assert missing == {}
    different = {
        key: (found[key], state)
        for key, state in storm.stored.items()
        if found[key] != state
    }
    assert different == {}
    shapes = [row for row in journal if row["kind"] == "change"]
    # Nobody can read them: kept with the reason, and tried no more.
    assert [row["state"] for row in shapes] == ["failed"] * SHAPES
    # What was written before the storm, to be answered.
    before = ANSWERED
    assert len(journal) == len(storm.stored) + SHAPES + before


def _expect_customer(
    records: Records, customer: Customer, order: dict[str, int]
) -> None:
    """One conversation, one lead, each message once in both, in order."""
    [channel] = records.channels_of(customer.forms)
    arrived = sorted(customer.texts, key=lambda wamid: order[wamid])
    if customer.in_order:
        assert arrived == list(customer.texts)
    expected = [customer.texts[wamid] for wamid in arrived]
    assert records.said_in("discuss.channel", channel["id"]) == expected
    assert channel["lead_id"], customer
    lead_id = channel["lead_id"][0]
    assert records.leads_of(channel["id"]) == [lead_id]
    assert records.said_in("crm.lead", lead_id) == expected


def _expect_odd(records: Records, odd: Customer) -> None:
    """What is like nothing known is there, without what no database stores."""
    [channel] = records.channels_of(odd.forms)
    said = records.said_in("discuss.channel", channel["id"])
    assert len(said) == len(odd.texts)
    assert said[:2] == ["con nulo \ufffd dentro", "medio emoji \ufffd solo"]
    assert records.said_in("crm.lead", channel["lead_id"][0]) == said
