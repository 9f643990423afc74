"""What director and administrator look after."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.firm import Firm
from tests.browser.screen import Screen

pytestmark = [pytest.mark.live]


@pytest.mark.A17
def test_the_gateway_says_how_it_is_and_tests_its_connection(
    administrator: Screen, firm: Firm
) -> None:
    firm.writes("Sara", "Hola")
    administrator.menu("WhatsApp", "Gateways")
    administrator.open_row(firm.line.name)
    health = administrator.page.locator(".alert [name=whatsapp_health]:visible")
    expect(health).to_contain_text("Último webhook")

    administrator.button("action_whatsapp_test_connection").click()
    said = administrator.page.locator(".o_notification", has_text="La conexión")
    expect(said).to_contain_text("La conexión funciona")
    said.locator(".o_notification_close").click()

    administrator.button("action_whatsapp_events").click()
    expect(administrator.page.locator(".o_data_row").first).to_contain_text("Mensaje")


@pytest.mark.A2
def test_the_journal_shows_what_came_in_and_what_became_of_it(
    administrator: Screen, firm: Firm
) -> None:
    name = firm.writes("Tomás", "Hola")
    number = firm.story.number(name).wa_id
    administrator.menu("WhatsApp", "Diario")
    expect(administrator.row(number).first).to_contain_text("Procesado")
    administrator.open_row(number)
    payload = administrator.field("payload_text")

    expect(payload).to_contain_text(number)


@pytest.mark.A7
def test_the_director_reads_why_a_lead_went_to_whom(
    director: Screen, firm: Firm
) -> None:
    name = firm.writes("Olga", "Hola")
    firm.lead(name)
    director.menu("WhatsApp", "Registro de asignación")

    expect(director.row(name)).to_contain_text(f"{firm.adviser.name}: podía tomarlo")


@pytest.mark.A14
def test_the_director_sees_messages_and_answers_by_adviser(
    director: Screen, firm: Firm
) -> None:
    name = firm.writes("Iván", "Hola")
    firm.answer(name, "Buenos días, Iván")
    director.menu("Reportes", "Mensajes de WhatsApp")
    expect(director.page.locator(".o_graph_renderer canvas")).to_be_visible()
    director.switch_to("pivot")
    table = director.page.locator(".o_pivot table")
    for words in ("Minutos hasta responder", firm.adviser.name):
        expect(table).to_contain_text(words)

    director.menu("Reportes", "Leads de WhatsApp")
    expect(director.page.locator(".o_graph_renderer canvas")).to_be_visible()


@pytest.mark.A15
def test_settings_are_saved(administrator: Screen, firm: Firm) -> None:
    administrator.menu("Configuración", "Ajustes")
    days = administrator.field("whatsapp_journal_days").locator("input")
    before = days.input_value()
    for value in (str(int(before) + 1), before):
        days.fill(value)
        administrator.save_settings()
        expect(days).to_have_value(value)
