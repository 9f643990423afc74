"""A stranger at the webhook does no harm to those who come after."""

from __future__ import annotations

import pytest

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.simulator import FakeMeta
from tests.live.volley import ask

pytestmark = [pytest.mark.live, pytest.mark.A2]
#: Often enough to have met each of Odoo's processes.
STRAY_CALLS = 16


def test_messages_arrive_after_a_handshake_with_a_wrong_token(
    office: Office, meta: FakeMeta, line: Line, numbers: NumberBook
) -> None:
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": "no-es-la-palabra",
        "hub.challenge": "1158201444",
    }

    assert [ask(line.callback_url, **query) for _ in range(STRAY_CALLS)] == [
        403
    ] * STRAY_CALLS
    written = [
        meta.writes(numbers.fresh(), line.phone_number_id, f"Después del intruso, {n}")
        for n in range(1, 4)
    ]

    assert [meta.answers_to(one) for one in written] == [[200]] * 3
    assert office.director.arrivals_on(line, 3) == ["done"] * 3
    assert office.director.conversations_on(line) == [[one.text] for one in written]
