"""Test 1: the first message of an unknown number."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Activity, SourceLock
from tests.drivers.simulator import FakeMeta, Written


@given(
    parsers.parse('Usuario nuevo envía "{text}" por WhatsApp'),
    target_fixture="written",
)
def _(
    meta: FakeMeta,
    line: Line,
    numbers: NumberBook,
    text: str,
    note: Callable[[str], None],
) -> Written:
    written = meta.writes(numbers.fresh(), line.phone_number_id, text)
    note(f"escribe {written.number.e164} a la línea «{line.name}»")
    assert written.wamid
    return written


@when("Webhook recibe el mensaje")
def _(meta: FakeMeta, office: Office, written: Written) -> None:
    assert meta.answers_to(written) == [200]
    assert office.director.arrival_of(written) == "done"


@then("Se crea discuss.channel con gateway_channel_token = número normalizado")
def _(office: Office, line: Line, written: Written) -> None:
    """Normalised here means E.164 without plus, which is Meta's `wa_id`: OCA sends to
    the token as it stands, and the answer must go to the id that wrote."""
    assert office.director.tokens_on(line) == [written.number.wa_id]


@then("Se crea crm.lead con mobile = número normalizado")
def _(office: Office, written: Written, note: Callable[[str], None]) -> None:
    """E.164 with plus, in `mobile`; Odoo 19 has no such field on leads: `phone`."""
    leads = office.director.leads_of(written.number)
    note(f"leads {[lead.id for lead in leads]}, campo {office.director.number_field}")
    assert [lead.number for lead in leads] == [written.number.e164]


@then("Lead se asigna a asesor comercial (round-robin)")
def _(office: Office, line: Line, written: Written) -> None:
    """Nobody has had a turn on this line yet: it is the first adviser's."""
    lead = office.director.assigned_lead_of(written.number)
    assert lead.adviser == line.advisers[0].name


@then(parsers.parse('Se crea actividad "{summary}" en el lead'))
def _(office: Office, written: Written, summary: str) -> None:
    lead = office.director.assigned_lead_of(written.number)
    activities = office.adviser_of(lead).activities_on(lead)
    assert activities == [Activity(summary, lead.adviser)]


@then(parsers.parse('Lead aparece en etapa "{stage}"'))
def _(office: Office, written: Written, stage: str) -> None:
    lead = office.director.assigned_lead_of(written.number)
    assert office.adviser_of(lead).lead(lead.id).stage == stage


@then(parsers.parse('Fuente del lead es "{source}" (bloqueada)'))
def _(office: Office, written: Written, source: str) -> None:
    lead = office.director.assigned_lead_of(written.number)
    assert lead.source == source
    assert office.try_source_lock(lead) == SourceLock()
