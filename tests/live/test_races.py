"""Things that happen at the same instant."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.simulator import FakeMeta
from tests.live.volley import fire, message_webhook

pytestmark = pytest.mark.live
CROWD = 8


@pytest.mark.A3
@pytest.mark.A4
@pytest.mark.A6
def test_eight_first_messages_at_once_are_one_conversation(
    office: Office, meta: FakeMeta, line: Line, numbers: NumberBook
) -> None:
    number = numbers.fresh()
    texts = [f"Mensaje {n} de la misma persona" for n in range(1, CROWD + 1)]
    webhooks = [message_webhook(meta, line, number, text) for text in texts]

    assert fire(line.callback_url, webhooks) == [200] * CROWD
    ninth = meta.writes(number, line.phone_number_id, "Mensaje que llega tres veces")
    assert meta.deliver_again(ninth, 2) == [200] * 3

    assert office.director.arrivals_on(line, CROWD + 1) == ["done"] * (CROWD + 1)
    conversations = office.director.conversations_on(line)
    assert [sorted(said) for said in conversations] == [sorted([*texts, ninth.text])]
    lead = office.director.assigned_lead_of(number)
    adviser = office.adviser_of(lead)
    assert sorted(adviser.chatter_of(lead)) == sorted(conversations[0])
    assert len(adviser.activities_on(lead)) == 1


@pytest.mark.A7
@pytest.mark.parametrize("count", [1, 3])
def test_eight_customers_at_once_are_spread_over_the_advisers(
    office: Office, meta: FakeMeta, numbers: NumberBook, count: int
) -> None:
    """One adviser gets all eight: who waits for the pool is not left without."""
    line = office.open_line(f"Ocho a la vez, {count}", office.advisers[:count])
    customers = [numbers.fresh() for _ in range(CROWD)]
    webhooks = [
        message_webhook(meta, line, number, "Hola, ¿quién me atiende?")
        for number in customers
    ]

    assert fire(line.callback_url, webhooks) == [200] * CROWD

    leads = [office.director.assigned_lead_of(number) for number in customers]
    shares = Counter({person.name: 0 for person in line.advisers})
    shares.update(lead.adviser for lead in leads)
    assert len(shares) == len(line.advisers)
    assert max(shares.values()) - min(shares.values()) <= 1
