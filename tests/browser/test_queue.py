"""The queue: what waits and why, sent again and given up by a click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.firm import Firm
from tests.browser.screen import Screen

pytestmark = [pytest.mark.live, pytest.mark.A11]


FIRST, SECOND = "¿En qué le ayudo?", "Mañana le llamo"


def test_retry_now_and_cancel(adviser: Screen, firm: Firm) -> None:
    name = firm.writes("Pedro", "Buenas tardes")
    firm.meta.troubles.goes_down(firm.line.phone_number_id)
    firm.story.answers(name, FIRST)
    firm.office.administrator.after_failures(firm.story.row(FIRST), 1)
    # Waits behind the first one.
    firm.story.answers(name, SECOND)

    adviser.menu("WhatsApp", "Cola")
    for words in (name, "Por enviar", "Se reintenta solo"):
        expect(adviser.row(FIRST)).to_contain_text(words)
    adviser.row(SECOND).locator("button[name=action_cancel]").click()
    expect(adviser.row(SECOND)).to_contain_text("Cancelado")

    firm.meta.troubles.end(firm.line.phone_number_id)
    adviser.switch_to("kanban")
    card = adviser.card(FIRST)
    expect(card).to_contain_text("Próximo intento")
    card.get_by_role("button", name="Reintentar ahora").click()
    firm.row_in(FIRST, "success")
    adviser.switch_to("list")
    expect(adviser.row(FIRST)).to_contain_text("Enviado")
    assert firm.story.sent_texts(name) == [FIRST]
