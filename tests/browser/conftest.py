"""Chromium on Odoo's screens; skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.firm import Firm
from tests.browser.screen import FLAGS, LIMIT_MS, Screen, browser_path, new_page
from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Person
from tests.drivers.target import Target


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all of these tests."""
    path = browser_path()
    if path is None:
        pytest.skip("no hay Chromium en esta máquina: apt install chromium")
    expect.set_options(timeout=LIMIT_MS)
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


class Screens:
    """Everybody's screen; a person logs in the first time."""

    def __init__(self, browser: Any, target: Target) -> None:
        self._browser = browser
        self._target = target
        self.opened: dict[str, Screen] = {}

    def of(self, person: Person) -> Screen:
        if person.login not in self.opened:
            target, page = self._target, new_page(self._browser)
            screen = Screen(page, target.odoo_url, target.database, person)
            screen.log_in()
            self.opened[person.login] = screen
        return self.opened[person.login]

    def take_errors(self) -> dict[str, list[str]]:
        """What browsers called errors since the last time, by login."""
        found = {}
        for login, screen in self.opened.items():
            if screen.errors:
                found[login] = list(screen.errors)
                screen.errors.clear()
        return found

    def close(self) -> None:
        for screen in self.opened.values():
            screen.page.context.close()


@pytest.fixture(scope="session")
def screens(browser: Any, target: Target) -> Iterator[Screens]:
    made = Screens(browser, target)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_errors(screens: Screens) -> Iterator[None]:
    """No page of anybody said an error that is not on the list."""
    yield
    assert screens.take_errors() == {}


@pytest.fixture(scope="session")
def firm(browser: Any, office: Office, number_book: NumberBook) -> Iterator[Firm]:
    """A line of the business on which one adviser works, and its customers.

    After the browser: without one nothing is made.
    """
    made = Firm.open(office, number_book)
    yield made
    made.close()


@pytest.fixture
def adviser(screens: Screens, firm: Firm) -> Screen:
    return screens.of(firm.adviser)


@pytest.fixture
def supervisor(screens: Screens, office: Office) -> Screen:
    return screens.of(office.supervisor.person)


@pytest.fixture
def director(screens: Screens, office: Office) -> Screen:
    return screens.of(office.director.person)


@pytest.fixture
def administrator(screens: Screens, office: Office) -> Screen:
    return screens.of(office.administrator.person)
