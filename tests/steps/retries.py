"""Test 5: Meta is down. Each wait is read from what Odoo stored, then brought
forward by an administrator: nobody waits 21 minutes for a test."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead, QueueRow
from tests.drivers.simulator import FakeMeta

TEXT = "Le confirmo su cita de mañana"


@given("WhatsApp Business API está caído")
def _(meta: FakeMeta, line: Line) -> None:
    """Every call for this line has a 503; customers' messages still come in."""
    meta.troubles.goes_down(line.phone_number_id)
    assert meta.troubles.is_down(line.phone_number_id)


@when("Se intenta enviar mensaje", target_fixture="row")
def _(office: Office, assigned_lead: Lead) -> QueueRow:
    adviser = office.adviser_of(assigned_lead)
    office.answer_by(adviser.opens_composer(assigned_lead), TEXT)
    [row] = adviser.outbox_of(assigned_lead)
    assert row.text == TEXT
    return row


@then("Mensaje entra en cola de reintentos")
def _(office: Office, row: QueueRow) -> None:
    failed = office.administrator.after_failures(row, 1)
    assert (failed.state, failed.retry_count) == ("pending", 1)


@then(
    parsers.re(r"Retry (?P<retry>\d): después de (?P<minutes>\d+) minutos?"),
    converters={"retry": int, "minutes": int},
)
def _(
    office: Office,
    row: QueueRow,
    retry: int,
    minutes: int,
    note: Callable[[str], None],
) -> None:
    """The wait as planned after failure number `retry`; the retry before is brought
    forward first, if there is one."""
    if retry > 1:
        office.administrator.brings_forward(row)
    failed = office.administrator.after_failures(row, retry)
    assert (failed.state, failed.wait_seconds) == ("pending", minutes * 60)
    note(f"falló {failed.failed_at:%H:%M:%S}, reintento {failed.next_retry:%H:%M:%S}")


@then(parsers.parse("Si falla {times:d} veces → alerta al administrador"))
def _(
    office: Office,
    meta: FakeMeta,
    line: Line,
    row: QueueRow,
    times: int,
    note: Callable[[str], None],
) -> None:
    """The message, its three retries, and then nothing: given up, one alert."""
    office.administrator.brings_forward(row)
    failed = office.administrator.after_failures(row, times + 1)
    alerts = office.administrator.alerts_about(line)
    note(f"alerta: {alerts}")
    calls = len(meta.send_calls(line.phone_number_id))
    assert (failed.state, calls, len(alerts)) == ("failed", times + 1, 1)
