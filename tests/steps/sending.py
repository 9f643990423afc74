"""Test 4: an adviser writes to the customer from the lead."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, then, when

from tests.drivers.composer import Composer
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead
from tests.drivers.simulator import FakeMeta, SendCall

ANSWER = "Con gusto. ¿Le sirve una llamada a las tres?"


@given("Lead con número WhatsApp asignado", target_fixture="lead")
def _(office: Office, assigned_lead: Lead, note: Callable[[str], None]) -> Lead:
    """The customer's phone is off, so that "sent" is still there when it is read."""
    note(f"lead {assigned_lead.id} de {assigned_lead.number}: {assigned_lead.adviser}")
    assert assigned_lead.number.startswith("+57")
    return assigned_lead


@when('Asesor hace clic en "Enviar WhatsApp"', target_fixture="composer")
def _(office: Office, lead: Lead) -> Composer:
    composer = office.adviser_of(lead).opens_composer(lead)
    assert composer.model == "whatsapp.composer"
    return composer


@then("Se abre wizard con número pre-cargado")
def _(line: Line, lead: Lead, composer: Composer) -> None:
    shown = (composer.target, composer.number, composer.gateway_id)
    assert shown == ("new", lead.number, line.gateway_id)


@then("Asesor escribe mensaje y envía")
def _(office: Office, lead: Lead, composer: Composer) -> None:
    office.answer_by(composer, ANSWER)
    assert [row.text for row in office.adviser_of(lead).outbox_of(lead)] == [ANSWER]


@then("Mensaje se envía vía OCA a WhatsApp Business API")
def _(meta: FakeMeta, line: Line, lead: Lead) -> None:
    """Exactly one call, with the gateway's own token, and Meta took it."""
    expected = SendCall(
        to=lead.number.lstrip("+"),
        text=ANSWER,
        authorization=f"Bearer {meta.world['token']}",
        accepted=True,
        status=200,
    )
    assert meta.wait_send_calls(line.phone_number_id) == [expected]


@then("Mensaje se registra en chatter del lead")
def _(office: Office, lead: Lead) -> None:
    """Once, below what the customer wrote."""
    assert office.adviser_of(lead).chatter_of(lead)[1:] == [ANSWER]


@then('Estado se actualiza a "sent"')
def _(office: Office, line: Line, lead: Lead) -> None:
    """Meta has confirmed, Odoo has worked the confirmation, the tick is in the lead;
    and still exactly one call was made."""
    assert office.confirmed_state(line, lead, ANSWER) == ("sent", ["sent"])
    assert len(office.meta.send_calls(line.phone_number_id)) == 1
