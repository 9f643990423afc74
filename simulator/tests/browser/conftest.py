"""A headless Chromium on the simulator's console; skipped where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from wa_simulator.server import ThreadedServer

playwright_api = pytest.importorskip(
    "playwright.sync_api",
    reason="Playwright is not installed: pip install './simulator[browser]'",
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = (1440, 900)
TABLET = (800, 900)
PHONE = (360, 740)
LIMIT_MS = 8_000
#: Set it to 1 to renew the pictures of docs/console.
SHOTS = "WA_CONSOLE_SHOTS"
SHOTS_FOLDER = Path(__file__).parents[3] / "docs" / "console"
MOST_TABS = 150

#: What the focused element is called, as assistive technology would say it.
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const label = one.getAttribute("aria-label") || one.labels?.[0]?.innerText
    || one.innerText || one.title || "";
  return label.replace(/\\s+/g, " ").replaceAll(" :", ":").trim();
}"""


def browser_path() -> str | None:
    """Where a Chromium is; ``CHROMIUM`` in the environment wins."""
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser per module: Playwright's loop must not outlive these tests."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with playwright_api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


@dataclass
class Console:
    """A page of the console, with what it said and where it went."""

    page: Any
    url: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ()

    def open(self, screen: str = "phones") -> "Console":
        """Go to a screen and wait until the event stream has brought the world."""
        self.page.goto(f"{self.url}/_sim/console/#{screen}")
        heading = f"main.{screen.split('/')[0]} h2"
        self.page.wait_for_selector(heading, state="attached")
        return self

    def go(self, name: str) -> None:
        """To another screen, by its tab."""
        self.page.get_by_role("navigation").get_by_role("link", name=name).click()

    def phone(self, key: str) -> Any:
        """The phone of a customer."""
        return self.page.locator(f'[data-customer="{key}"]')

    def see(self, locator: Any, text: str | None = None) -> None:
        """Wait until it is there, with these words."""
        check = playwright_api.expect(locator)
        if text is None:
            check.to_be_visible(timeout=LIMIT_MS)
        else:
            check.to_contain_text(text, timeout=LIMIT_MS)

    def tab_to(self, name: str) -> None:
        """By the tab key alone to what is called so."""
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = str(self.page.evaluate(FOCUSED))
            if here.startswith(name):
                return
            seen.append(here)
        raise AssertionError(f"expected '{name}' within reach of Tab, got {seen}")

    def shot(self, name: str) -> None:
        """A picture for the docs, when asked for."""
        wanted = os.environ.get(SHOTS)
        if wanted:
            folder = SHOTS_FOLDER if wanted == "1" else Path(wanted)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=folder / f"{name}.png")


Opener = Callable[..., Console]


@pytest.fixture
def console(browser: Any, server: ThreadedServer) -> Iterator[Opener]:
    """Opens pages: ``console(size, locale=…, scheme=…)``.

    At the end: no page said an error that the test did not allow, and none asked
    any other machine for anything.
    """
    opened: list[tuple[Any, Console]] = []

    def make(
        size: tuple[int, int] = DESKTOP,
        locale: str = "es-CO",
        scheme: str = "light",
        allowed: tuple[str, ...] = (),
    ) -> Console:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme=scheme,
            timezone_id="America/Bogota",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(LIMIT_MS)
        made = Console(page, server.url, allowed=allowed)
        page.on(
            "console",
            lambda m: made.errors.append(m.text) if m.type == "error" else None,
        )
        page.on("pageerror", lambda e: made.errors.append(str(e)))
        page.on("request", lambda r: _note_stranger(made, r.url))
        opened.append((context, made))
        return made

    yield make
    for context, _ in opened:
        context.close()
    for _, made in opened:
        said = [e for e in made.errors if not e.startswith(made.allowed or ("\0",))]
        assert said == []
        assert made.strangers == []


def _note_stranger(made: Console, url: str) -> None:
    if not url.startswith((made.url, "data:", "blob:")):
        made.strangers.append(url)
