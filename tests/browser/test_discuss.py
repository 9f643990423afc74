"""The conversation in Discuss: its lead beside it, messages and ticks live."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.firm import Firm
from tests.browser.screen import Screen

pytestmark = [pytest.mark.live, pytest.mark.A10]
UNDELIVERABLE = 131026
STEPS = (("sent", "Enviado:"), ("delivered", "Entregado:"), ("read", "Leído:"))


@pytest.mark.A8
def test_panel_live_message_and_ticks(adviser: Screen, firm: Firm) -> None:
    """The page is not loaded again in between."""
    name = firm.writes("Carlos", "Quiero agendar una visita")
    adviser.open_conversation(name)
    panel = adviser.page.locator(".o_whatsapp_panel")
    for words in (name, firm.shown_number(name), "Por responder", "Nuevo"):
        expect(panel).to_contain_text(words)
    expect(panel.locator(".o_whatsapp_panel_adviser")).to_have_text(firm.adviser.name)

    firm.story.says(name, "¿Puede ser mañana?")
    expect(adviser.message("¿Puede ser mañana?")).to_be_visible()

    adviser.write("Con gusto, a las diez")
    tick = adviser.tick("Con gusto, a las diez")
    firm.taken("Con gusto, a las diez")
    for status, words in STEPS:
        firm.confirm("Con gusto, a las diez", status)
        expect(tick).to_have_attribute("data-whatsapp", status)
        assert words in str(tick.get_attribute("title"))
    expect(panel).to_contain_text("Espera al cliente")

    # One below the other of the same author: Odoo leaves the heading out.
    adviser.write("Le espero en la sala de ventas")
    firm.taken("Le espero en la sala de ventas")
    firm.confirm("Le espero en la sala de ventas", "delivered")
    second = adviser.tick("Le espero en la sala de ventas")
    expect(second).to_have_attribute("data-whatsapp", "delivered")


def test_a_failed_message_says_why_and_what_to_do(adviser: Screen, firm: Firm) -> None:
    name = firm.writes("Andrea", "¿Reciben carro en parte de pago?")
    firm.answer(name, "Sí, según avalúo")
    firm.confirm("Sí, según avalúo", "failed", code=UNDELIVERABLE)
    firm.row_in("Sí, según avalúo", "failed")
    adviser.open_conversation(name)
    tick = adviser.tick("Sí, según avalúo")
    expect(tick).to_have_attribute("data-whatsapp", "failed")

    tick.click()
    popover = adviser.page.locator(".o_whatsapp_popover")
    reason = firm.story.row("Sí, según avalúo").reason
    expect(popover).to_contain_text(reason.splitlines()[0])
    adviser.page.keyboard.press("Escape")


@pytest.mark.A8
def test_the_panel_opens_the_lead_and_closes_the_conversation(
    adviser: Screen, firm: Firm
) -> None:
    name = firm.writes("Elena", "Gracias, ya compré")
    adviser.open_conversation(name)
    adviser.page.locator(".o_whatsapp_panel_close").click()
    state = adviser.page.locator(".o_whatsapp_panel_state")
    expect(state).to_have_text("Cerrada")

    adviser.page.locator(".o_whatsapp_panel_open").click()
    expect(adviser.button("action_whatsapp_compose")).to_be_visible()
    expect(adviser.field("name")).to_be_visible()
