"""What the logs must not hold, after everything that a conversation can bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import logs
from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead
from tests.drivers.simulator import FakeMeta
from tests.live.volley import Webhook, ask, fire, message_webhook

pytestmark = [pytest.mark.live, pytest.mark.A2, pytest.mark.A16]


@pytest.fixture
def busy(
    office: Office, meta: FakeMeta, line: Line, numbers: NumberBook, assigned_lead: Lead
) -> None:
    """A forged webhook, a wrong handshake, an answer, an outage."""
    genuine = message_webhook(meta, line, numbers.fresh(), "Un mensaje falsificado")
    forged = Webhook(genuine.body, {**genuine.headers, "X-Hub-Signature-256": "sha256"})
    assert fire(line.callback_url, [forged]) == [403]
    assert ask(line.callback_url, **{"hub.verify_token": "otra-palabra"}) == 403
    adviser = office.adviser_of(assigned_lead)
    answer = "Claro que sí, se la envío hoy"
    office.answer_by(adviser.opens_composer(assigned_lead), answer)
    assert office.confirmed_state(line, assigned_lead, answer)[0] == "sent"
    meta.troubles.goes_down(line.phone_number_id)
    office.answer_by(adviser.opens_composer(assigned_lead), "¿La recibió bien?")
    office.administrator.after_failures(adviser.outbox_of(assigned_lead)[-1], 1)


@pytest.mark.usefixtures("busy")
def test_no_log_has_a_traceback_a_secret_or_a_message(
    log_starts: dict[Path, int], meta: FakeMeta, line: Line
) -> None:
    if not log_starts:
        pytest.skip("las bitácoras de un Odoo ajeno no se pueden leer desde aquí")
    secrets = [str(meta.world[key]) for key in ("token", "app_secret", "verify_token")]
    unwanted = [*secrets, line.callback_url.split("/")[-2]]

    written = logs.written_since(log_starts)

    assert "werkzeug" in written["odoo.log"]
    for name, text in written.items():
        assert logs.tracebacks(text) == [], name
        assert logs.lines_with(text, unwanted) == [], name
        assert logs.lines_with(text, meta.spoken) == [], name
