"""Makes the pictures of the addon's guides anew: `python3 -m lab pictures`.

In a lab that was just started (`make up FRESH=1`): what is in it is in the pictures.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.browser.firm import Firm
from tests.browser.screen import FLAGS, Screen, browser_path, new_page
from tests.drivers.arrangements import Arrangements
from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line, Person
from tests.drivers.simulator import FakeMeta
from tests.drivers.story import Story
from tests.drivers.target import NoTarget, read_target
from wa_simulator.client import SimulatorClient

FOLDER = Path(__file__).parents[2] / "crm_whatsapp_gateway" / "docs" / "img"
SIZE = (1280, 720)
#: The same numbers each time.
SEED = 1581
VISIT = "Con gusto, Carlos. ¿Le sirve mañana a las 10 a. m.?"
BOOKED = "Listo, queda agendada la visita."
VALUED = "Sí, lo recibimos según avalúo."
HELP = "Buenas tardes, don Pedro. ¿En qué le ayudo?"


class Album:
    """Scenes and the screens they are taken of."""

    def __init__(self, browser: Any, office: Office, firm: Firm) -> None:
        self._browser = browser
        self._office = office
        self._screens: dict[str, Screen] = {}
        self.firm = firm

    def screen(self, person: Person) -> Screen:
        if person.login not in self._screens:
            target = self._office.target
            page = new_page(self._browser, SIZE)
            screen = Screen(page, target.odoo_url, target.database, person)
            screen.log_in()
            self._screens[person.login] = screen
        return self._screens[person.login]

    @property
    def director(self) -> Screen:
        return self.screen(self._office.director.person)

    @property
    def administrator(self) -> Screen:
        return self.screen(self._office.administrator.person)

    def adviser_of(self, name: str) -> Screen:
        desk = self._office.adviser_of(self.firm.lead(name))
        return self.screen(desk.person)

    def take(self, screen: Screen, name: str) -> None:
        """A picture of a screen at rest."""
        screen.page.mouse.move(0, SIZE[1] - 1)
        screen.page.wait_for_function(
            "[...document.images].every((image) => image.complete)"
        )
        screen.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
        sys.stdout.write(f"  {name}.png\n")


def prepare(firm: Firm) -> None:
    """Customers in every state that the Inbox knows."""
    firm.meta.troubles.end(firm.line.phone_number_id)
    firm.has_template()
    firm.writes("Marta Ruiz", "¿Aún está el apartamento de Chapinero?", 0.4)
    firm.writes("Luisa Gómez", "¿Qué precio tiene el de dos alcobas?", 22.6)
    firm.writes("Jorge Salazar", "Me interesa, pero viajo esta semana", 30)
    firm.writes("Carlos Pérez", "Hola, quiero agendar una visita", 3)
    firm.writes("Andrea Molina", "¿Reciben carro en parte de pago?", 5)
    firm.writes("Pedro Cano", "Buenas tardes", 1)
    firm.writes("Paula Vélez", "STOP", 2)
    firm.answer("Carlos Pérez", VISIT)
    firm.confirm(VISIT, "read")
    firm.story.says("Carlos Pérez", "Perfecto, allá nos vemos")
    firm.answer("Carlos Pérez", BOOKED)
    firm.confirm(BOOKED, "delivered")
    firm.answer("Andrea Molina", VALUED)
    firm.confirm(VALUED, "failed", code=131026)
    firm.row_in(VALUED, "failed")
    firm.meta.troubles.goes_down(firm.line.phone_number_id)
    firm.story.answers("Pedro Cano", HELP)
    firm.office.administrator.after_failures(firm.story.row(HELP), 1)


def inbox(album: Album) -> None:
    album.director.menu("WhatsApp", "Bandeja")
    expect(album.director.card("Marta Ruiz")).to_be_visible()
    album.take(album.director, "bandeja")
    album.director.switch_to("list")
    album.take(album.director, "bandeja-lista")


def conversation(album: Album) -> None:
    screen = album.adviser_of("Carlos Pérez")
    screen.open_conversation("Carlos Pérez")
    expect(screen.tick(BOOKED)).to_be_visible()
    album.take(screen, "conversacion")
    screen = album.adviser_of("Andrea Molina")
    screen.open_conversation("Andrea Molina")
    screen.tick(VALUED).click()
    expect(screen.page.locator(".o_whatsapp_popover")).to_be_visible()
    album.take(screen, "fallido")
    screen.page.keyboard.press("Escape")


def lead(album: Album) -> None:
    screen = album.adviser_of("Marta Ruiz")
    screen.open_lead("Marta Ruiz")
    album.take(screen, "lead")
    screen.button("action_whatsapp_compose").click()
    screen.page.locator(".modal [name=body] textarea").fill(
        "Sí, doña Marta. ¿Cuándo quiere verlo?"
    )
    album.take(screen, "enviar")
    screen.page.locator(".modal [special=cancel]").first.click()
    screen.page.get_by_role("tab", name="Información adicional").click()
    screen.field("source_id").scroll_into_view_if_needed()
    album.take(screen, "fuente")
    screen = album.adviser_of("Jorge Salazar")
    screen.open_lead("Jorge Salazar")
    screen.button("action_whatsapp_compose").click()
    screen.page.locator(".modal .alert-warning").wait_for()
    album.take(screen, "enviar-plantilla")
    screen.page.locator(".modal [special=cancel]").first.click()


def queue(album: Album) -> None:
    album.director.menu("WhatsApp", "Cola")
    expect(album.director.row(HELP)).to_be_visible()
    album.take(album.director, "cola")
    album.director.switch_to("kanban")
    album.take(album.director, "cola-tarjetas")
    album.director.menu("WhatsApp", "Registro de asignación")
    album.take(album.director, "asignacion")
    album.director.menu("Reportes", "Mensajes de WhatsApp")
    album.director.switch_to("pivot")
    album.take(album.director, "informe")


def administration(album: Album) -> None:
    album.firm.meta.troubles.end(album.firm.line.phone_number_id)
    screen = album.administrator
    screen.menu("WhatsApp", "Diario")
    album.take(screen, "diario")
    screen.menu("Configuración", "Ajustes")
    screen.page.locator("h2", has_text="WhatsApp: leads").scroll_into_view_if_needed()
    screen.field("whatsapp_close_with_lead").scroll_into_view_if_needed()
    album.take(screen, "ajustes")
    # Last: its notification would stand in the others.
    screen.menu("WhatsApp", "Gateways")
    screen.open_row(album.firm.line.name)
    screen.button("action_whatsapp_test_connection").click()
    screen.page.locator(".o_notification", has_text="La conexión").wait_for()
    album.take(screen, "gateway")


SCENES: tuple[Callable[[Album], None], ...] = (
    inbox,
    conversation,
    lead,
    queue,
    administration,
)


def firm_of(office: Office, numbers: NumberBook, state: dict[str, Any]) -> Firm:
    """The lab's own line, on which all advisers take turns."""
    gateway = state["gateway"]
    line = Line(
        gateway["id"],
        gateway["name"],
        state["simulator"]["phone_number_id"],
        gateway["callback_url"],
        office.advisers,
    )
    arrangements = Arrangements(office.administrator, office.hired)
    return Firm(Story(office, line, numbers, arrangements), mark="")


def main() -> int:
    """Every scene; the exit status."""
    path = browser_path()
    if path is None:
        sys.stderr.write("No hay Chromium en esta máquina: apt install chromium\n")
        return 1
    try:
        target = read_target(os.environ)
    except NoTarget as error:
        sys.stderr.write(f"{error}\n")
        return 1
    state = json.loads(Path(os.environ["LAB_STATE"]).read_text(encoding="utf-8"))
    meta = FakeMeta(SimulatorClient(target.simulator_url), Random(SEED))
    office = Office(target, meta, "guia")
    firm = firm_of(office, NumberBook(Random(SEED), office.knows), state)
    FOLDER.mkdir(parents=True, exist_ok=True)
    prepare(firm)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        album = Album(browser, office, firm)
        for scene in SCENES:
            scene(album)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
