"""The lead: its buttons, the wizard, the ticks in its chatter, its locked source."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.firm import TEMPLATE, TEMPLATE_TEXT, Firm
from tests.browser.screen import Screen
from tests.drivers.waiting import wait_until

pytestmark = [pytest.mark.live]
MORE = "Información adicional"
READONLY = re.compile("o_readonly_modifier")


@pytest.mark.A13
@pytest.mark.A14
def test_the_wizard_sends_and_the_chatter_shows_how_far_it_got(
    adviser: Screen, firm: Firm
) -> None:
    name = firm.writes("Luisa", "¿Qué precio tiene?")
    adviser.open_lead(name)
    smart = adviser.button("action_whatsapp_open_channel")
    expect(smart).to_contain_text("1")

    adviser.button("action_whatsapp_compose").click()
    dialog = adviser.page.locator(".modal")
    expect(dialog).to_contain_text(firm.lead(name).number)
    dialog.locator("[name=body] textarea").fill("Desde 420 millones")
    dialog.locator("button[name=action_send_whatsapp]").click()
    expect(dialog).to_have_count(0)

    firm.taken("Desde 420 millones")
    tick = adviser.tick("Desde 420 millones")
    expect(tick).to_be_visible()
    for status in ("sent", "read"):
        firm.confirm("Desde 420 millones", status)
        expect(tick).to_have_attribute("data-whatsapp", status)
    expect(smart).to_contain_text("2")

    adviser.button("action_whatsapp_chat").click()
    discuss = adviser.page.locator(".o-mail-Discuss .o-mail-Message")
    expect(discuss.filter(has_text="Desde 420 millones")).to_be_visible()


@pytest.mark.A10
def test_the_director_watches_ticks_of_the_adviser(
    director: Screen, firm: Firm
) -> None:
    name = firm.writes("Diego", "¿Dónde queda?")
    firm.answer(name, "En Chapinero")
    director.open_lead(name)
    tick = director.tick("En Chapinero")
    expect(tick).to_be_visible()
    firm.confirm("En Chapinero", "read")

    expect(tick).to_have_attribute("data-whatsapp", "read")


@pytest.mark.A13
def test_with_the_window_closed_only_a_template_leaves(
    adviser: Screen, firm: Firm
) -> None:
    firm.has_template()
    name = firm.writes("Jaime", "La otra semana", hours_ago=30)
    adviser.open_lead(name)
    adviser.button("action_whatsapp_compose").click()
    dialog = adviser.page.locator(".modal")
    expect(dialog).to_contain_text("WhatsApp solo acepta plantillas")
    expect(dialog.locator("[name=body] textarea")).to_have_count(0)
    expect(dialog.locator("button[name=action_send_whatsapp]")).to_have_count(0)

    adviser.choose("template_id", TEMPLATE[1:6])
    dialog.locator("button[name=action_send_whatsapp]").click()
    expect(dialog).to_have_count(0)
    expect(adviser.message(TEMPLATE_TEXT)).to_be_visible()
    wait_until(
        "una plantilla recibida por Meta",
        lambda: firm.meta.send_calls(firm.line.phone_number_id),
        lambda calls: "template" in [call.kind for call in calls],
    )


@pytest.mark.A5
def test_the_source_is_locked_for_the_adviser_and_open_to_the_director(
    adviser: Screen, director: Screen, firm: Firm
) -> None:
    name = firm.writes("Nora", "Vi su aviso")
    adviser.open_lead(name)
    adviser.page.get_by_role("tab", name=MORE).click()
    expect(adviser.field("source_id")).to_have_class(READONLY)
    expect(adviser.page.get_by_text("Bloqueada", exact=False)).to_be_visible()

    director.open_lead(name)
    director.page.get_by_role("tab", name=MORE).click()
    source = director.field("source_id")
    expect(source).not_to_have_class(READONLY)
    _, other = firm.office.director.another_source(firm.lead(name))
    director.choose("source_id", other)
    director.page.locator(".o_form_button_save").click()
    expect(director.page.locator(".o-mail-Message", has_text=other)).to_be_visible()
    assert firm.lead(name).source == other
