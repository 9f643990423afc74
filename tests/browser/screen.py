"""Odoo in a browser, as one person sees it: menus, records, messages."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field
from typing import Any

from tests.drivers.people import Person

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = (1366, 768)
LIMIT_MS = 60_000
#: The first page of a database has its style sheets and scripts made.
FIRST_PAGE_MS = 240_000
CRM = "crm.crm_menu_root"
#: Where messages are shown, besides small windows that open by themselves.
CONVERSATIONS = (".o-mail-Discuss", ".o-mail-Chatter")

#: Everything the browser may call an error, each with its reason.
ALLOWED = {
    # Debian's package of 19.0 does not bring this file; Odoo blurs backgrounds of
    # video calls with it.
    "'Could not get content for mail/static/lib/selfie_segmentation/"
    "selfie_segmentation.js.' in file 'mail/static/lib/selfie_segmentation/"
    "selfie_segmentation.js'",
}


def browser_path() -> str | None:
    """Where a Chromium is; ``CHROMIUM`` in the environment wins."""
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, BROWSERS)), None)


def new_page(browser: Any, size: tuple[int, int] = DESKTOP) -> Any:
    """A page of a browser that nobody has used, in Colombia."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="es-CO",
        timezone_id="America/Bogota",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    return page


@dataclass
class Screen:
    """A person's browser.

    :param page: of Playwright, fresh.
    :param url: of Odoo.
    """

    page: Any
    url: str
    database: str
    person: Person
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console",
            lambda said: self._note(said.text) if said.type == "error" else None,
        )
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, text: str) -> None:
        if text.strip() not in ALLOWED:
            self.errors.append(text)

    def log_in(self) -> None:
        """By the form, as anybody does."""
        self.page.goto(
            f"{self.url}/web/login?db={self.database}", timeout=FIRST_PAGE_MS
        )
        self.page.locator("#login").fill(self.person.login)
        self.page.locator("#password").fill(self.person.password)
        self.page.locator(".oe_login_form button.btn-primary").click()
        self.page.locator(".o_main_navbar").wait_for(timeout=FIRST_PAGE_MS)

    def open_crm(self) -> None:
        """The application, from the menu of all applications."""
        if self.page.locator(".o_menu_brand").inner_text().strip() == "CRM":
            return
        self.page.locator(".o_navbar_apps_menu button").click()
        self.page.locator(f".o_app[data-menu-xmlid='{CRM}']").click()
        self.page.locator(".o_menu_brand", has_text="CRM").wait_for()
        self.page.locator(".o_action_manager > .o_view_controller").wait_for()

    def menu(self, *names: str) -> None:
        """Through the menus of the CRM: ``menu("WhatsApp", "Bandeja")``."""
        self.open_crm()
        self._mark()
        for place, name in enumerate(names):
            self._entries(place).filter(has_text=exactly(name)).click()
        self._wait_for_other()

    def menu_names(self, name: str) -> list[str]:
        """What a menu of the CRM offers, in order."""
        self.open_crm()
        top = self._entries(0).filter(has_text=exactly(name))
        top.click()
        self._entries(1).first.wait_for()
        found = [text.strip() for text in self._entries(1).all_inner_texts()]
        top.click()
        return found

    def _mark(self) -> None:
        """What is shown now stays until the next is loaded: tell them apart."""
        self.page.evaluate(
            "document.querySelectorAll('.o_action_manager > *')"
            ".forEach((one) => one.setAttribute('data-seen', '1'))"
        )

    def _wait_for_other(self) -> None:
        self.page.locator(
            ".o_action_manager > .o_view_controller:not([data-seen])"
        ).wait_for()

    def _entries(self, place: int) -> Any:
        if place == 0:
            return self.page.locator(
                ".o_menu_sections > button, .o_menu_sections > .dropdown > button,"
                " .o_menu_sections > a"
            )
        return self.page.locator(".o-dropdown--menu .dropdown-item")

    def save_settings(self) -> None:
        """Odoo loads the whole page anew."""
        self.page.evaluate("window.notYetSaved = true")
        self.page.get_by_role("button", name="Guardar", exact=True).first.click()
        self.page.wait_for_function("window.notYetSaved !== true")
        self.page.locator(".o_action_manager > .o_view_controller").wait_for()

    # What is on the screen

    def card(self, text: str) -> Any:
        """A card of a kanban."""
        return self.page.locator(".o_kanban_record", has_text=text)

    def row(self, text: str) -> Any:
        """A row of a list."""
        return self.page.locator(".o_data_row", has_text=text)

    def switch_to(self, view: str) -> None:
        """``list``, ``kanban``, ``graph``, ``pivot``."""
        self._mark()
        self.page.locator(f".o_switch_view.o_{view}").click()
        self._wait_for_other()

    def field(self, name: str) -> Any:
        """A field of a form that can be seen."""
        return self.page.locator(f".o_field_widget[name={name}]:visible").first

    def button(self, name: str) -> Any:
        """A button by the name of its method."""
        return self.page.locator(f"button[name={name}]:visible").first

    def open_lead(self, name: str) -> None:
        """From the menu Leads, by its name."""
        self.menu("Leads")
        self.open_row(name)

    def open_row(self, text: str) -> None:
        """The form of a record in a list."""
        self._mark()
        self.row(text).first.locator(".o_data_cell").first.click()
        self._wait_for_other()

    def filter(self, name: str) -> None:
        """Choose a filter by its name."""
        self.page.locator(".o_searchview_dropdown_toggler").click()
        self.page.get_by_role("menuitemcheckbox", name=name, exact=True).click()
        self.page.keyboard.press("Escape")

    def open_conversation(self, name: str) -> None:
        """From the Inbox; Discuss opens with the panel."""
        self.menu("WhatsApp", "Bandeja")
        self.card(name).click()
        self.page.locator(".o_whatsapp_panel").wait_for()

    def message(self, text: str) -> Any:
        """A message of Discuss or of a chatter."""
        places = (f"{place} .o-mail-Message" for place in CONVERSATIONS)
        return self.page.locator(", ".join(places), has_text=text)

    def tick(self, text: str) -> Any:
        """How far a message got."""
        return self.message(text).locator("[data-whatsapp]")

    def write(self, text: str) -> None:
        """Into the conversation that is open, and send it."""
        self.page.locator(".o-mail-Discuss .o-mail-Composer-input").click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def choose(self, name: str, text: str) -> None:
        """A value of a many2one field, by its name."""
        entry = self.field(name).locator("input")
        entry.click()
        entry.fill(text)
        offered = self.page.locator(".o-autocomplete--dropdown-item", has_text=text)
        offered.first.click()


def exactly(text: str) -> re.Pattern[str]:
    """Nothing before or after it but spaces."""
    return re.compile(rf"^\s*{re.escape(text)}\s*$")
