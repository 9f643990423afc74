"""What Odoo's log must not hold, after everything that a conversation can bring."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead
from tests.drivers.simulator import FakeMeta
from tests.drivers.target import Target
from tests.live.volley import Webhook, ask, fire, message_webhook

#: Where a record of the log begins.
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.M)
#: Jobs of Odoo itself that fail by themselves, each with its reason.
NOT_OURS = (
    # 18.0 asks for leads with NOWAIT while somebody writes them, then stumbles over
    # its own savepoint; it tries again later.
    "Job 'CRM: enrich leads (IAP)'",
)

pytestmark = [pytest.mark.live, pytest.mark.A2, pytest.mark.A16]


@pytest.fixture(scope="module")
def log(target: Target) -> Path:
    if target.odoo_log is None:
        pytest.skip("la bitácora de un Odoo ajeno no se puede leer desde aquí")
    return target.odoo_log


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
def test_the_log_has_no_traceback_no_secret_and_no_message(
    log: Path, log_start: int, meta: FakeMeta, line: Line
) -> None:
    text = log.read_bytes()[log_start:].decode("utf-8", "replace")
    secrets = [str(meta.world[key]) for key in ("token", "app_secret", "verify_token")]
    webhook_key = line.callback_url.split("/")[-2]

    assert "werkzeug" in text
    assert _tracebacks(text) == []
    assert _lines_with(text, [*secrets, webhook_key]) == []
    assert _lines_with(text, meta.spoken) == []


def _tracebacks(text: str) -> list[str]:
    """First and last line of each record that holds one."""
    records = [
        record.strip().splitlines()
        for record in RECORD.split(text)
        if "\nTraceback (most recent call last)" in record
        and not any(job in record.partition("\n")[0] for job in NOT_OURS)
    ]
    return [f"{lines[0]} … {lines[-1]}" for lines in records]


def _lines_with(text: str, unwanted: list[str]) -> list[str]:
    """The first lines of `text` that hold any of `unwanted`."""
    found = [line for line in text.splitlines() if any(x in line for x in unwanted)]
    return found[:5]
