"""Everybody finds WhatsApp in the CRM; the adviser's Inbox."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Screens
from tests.browser.firm import Firm
from tests.browser.screen import Screen

pytestmark = [pytest.mark.live, pytest.mark.A8]
ADVISER = ["Bandeja", "Cola", "Archivos"]
SUPERVISOR = [*ADVISER, "Plantillas", "Registro de asignación"]
DIRECTOR = [*SUPERVISOR, "Diario"]
QUESTION = "¿Aún está disponible el apartamento?"


@pytest.mark.A15
@pytest.mark.parametrize(
    ("role", "entries"),
    [
        ("adviser", ADVISER),
        ("supervisor", SUPERVISOR),
        ("director", DIRECTOR),
        ("administrator", [*DIRECTOR, "Gateways"]),
    ],
)
def test_each_role_finds_its_menus(
    request: pytest.FixtureRequest, role: str, entries: list[str]
) -> None:
    """Leads are there too, which Odoo hides by default."""
    screen: Screen = request.getfixturevalue(role)
    screen.open_crm()
    expect(screen.page.locator(".o_menu_sections")).to_contain_text("Leads")

    assert screen.menu_names("WhatsApp") == entries


def test_a_customer_who_writes_is_a_card_with_all_that_matters(
    adviser: Screen, firm: Firm
) -> None:
    name = firm.writes("Marta", QUESTION)
    adviser.menu("WhatsApp", "Bandeja")
    card = adviser.card(name)

    expect(card).to_contain_text(QUESTION)
    expect(card).to_contain_text(firm.shown_number(name))
    expect(card.locator(".badge.rounded-pill")).to_have_text("1")
    expect(card.locator(".o_whatsapp_window[data-level=open]")).to_contain_text("h")
    expect(card.locator("[name=whatsapp_adviser_id] img")).to_be_visible()
    column = adviser.page.locator(".o_kanban_group", has_text="Por responder")
    expect(column.locator(".o_kanban_record", has_text=name)).to_be_visible()


def test_the_list_says_the_same_and_filters(adviser: Screen, firm: Firm) -> None:
    mine = firm.writes("Rosa", QUESTION)
    closed = firm.writes("Jorge", "Viajo esta semana", hours_ago=30)
    adviser.menu("WhatsApp", "Bandeja")
    adviser.switch_to("list")

    row = adviser.row(mine)
    for words in (QUESTION, "Por responder", firm.adviser.name):
        expect(row).to_contain_text(words)
    # By minutes, or by seconds of two clocks, it is the one or the other.
    expect(row).to_contain_text(re.compile(r"2[34] h"))
    expect(adviser.row(closed)).to_contain_text("Solo plantillas")

    adviser.filter("Ventana cerrada")
    expect(adviser.row(mine)).to_have_count(0)
    expect(adviser.row(closed)).to_be_visible()


def test_supervisor_and_director_see_it_a_colleague_does_not(
    screens: Screens, supervisor: Screen, director: Screen, firm: Firm
) -> None:
    name = firm.writes("Pilar", QUESTION)
    for screen in (supervisor, director):
        screen.menu("WhatsApp", "Bandeja")
        expect(screen.card(name)).to_contain_text(QUESTION)
    colleague = screens.of(firm.office.adviser("B"))
    colleague.menu("WhatsApp", "Bandeja")
    expect(colleague.page.locator(".o_whatsapp_inbox")).to_be_visible()
    expect(colleague.card(name)).to_have_count(0)
