"""Test 2: a number that is known already, in another notation."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, parsers, then, when

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead
from tests.drivers.simulator import FakeMeta, Written


@given(
    parsers.parse("Lead existente con teléfono {phone}"),
    target_fixture="existing",
)
def _(
    office: Office, numbers: NumberBook, phone: str, note: Callable[[str], None]
) -> Lead:
    """An adviser wrote it down by hand, in the plan's notation; see `NumberBook` for
    the number itself."""
    written = numbers.stand_in(phone).written_like(phone)
    adviser = office.desk(office.adviser("A"))
    lead = office.note_lead(adviser.creates_lead("Visita a la sala de ventas", written))
    note(f"en esta corrida: {written}")
    assert adviser.phone_of(lead) == written
    return lead


@when(
    parsers.parse("Mismo número envía mensaje (formato: {phone})"),
    target_fixture="written",
)
def _(
    meta: FakeMeta,
    office: Office,
    line: Line,
    numbers: NumberBook,
    phone: str,
    note: Callable[[str], None],
) -> Written:
    number = numbers.stand_in(phone)
    note(f"en esta corrida: {number.written_like(phone)}")
    written = meta.writes(number, line.phone_number_id, "Hola, sigo interesado")
    assert office.director.arrival_of(written) == "done"
    return written


@then("NO se crea lead duplicado")
def _(office: Office, existing: Lead, written: Written) -> None:
    leads = office.director.leads_of(written.number)
    assert [lead.id for lead in leads] == [existing.id]


@then("Mensaje se anexa al lead existente")
def _(office: Office, existing: Lead, written: Written) -> None:
    adviser = office.desk(office.adviser("A"))
    assert adviser.chatter_of(existing) == [written.text]


@then("Conversación continúa en mismo canal")
def _(office: Office, line: Line, written: Written) -> None:
    further = office.write_in(written.number, line, "¿A qué hora abren?")
    said = office.director.conversations_on(line)
    assert said == [[written.text, further.text]]
