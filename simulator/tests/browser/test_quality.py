"""What holds on every screen: accessibility, languages, themes, many rows."""

import asyncio
from typing import Any

import pytest

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

from .conftest import DESKTOP, PHONE, TABLET, Console, Opener

axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright",
    reason="axe-core is not installed: pip install './simulator[browser]'",
)

ANA = "573012345678"
SCREENS = ("phones", "journal", "faults", "world", "diagnosis", "raw")
GRAVE = ("serious", "critical")
ROWS = 9_900
MOST_IN_DOCUMENT = 80


def fill_world(sim: SimulatorClient, graph: Any) -> None:
    """Something of everything."""
    sim.set_customer(ANA, name="Ana Restrepo", presence="reads")
    first = sim.customer_message(ANA, body="Hola")["wamid"]
    for kind in ("image", "audio", "document", "location", "order", "unsupported"):
        sim.customer_message(ANA, type=kind)
    graph.send(ANA, type="text", text={"body": "¡Hola!"}, context={"message_id": first})
    graph.send("573000131026", type="text", text={"body": "no llega"})
    sim.set_fault("latency", params={"seconds": 0.01})


def violations(at: Console) -> list[str]:
    """Grave findings of axe-core on what is shown."""
    found = axe.Axe().run(at.page).response["violations"]
    return [
        f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in found
        if v["impact"] in GRAVE
    ]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(DESKTOP, "light"), (PHONE, "dark")],
    ids=["wide-light", "phone-dark"],
)
def test_no_screen_has_grave_barriers(
    console: Opener, sim: SimulatorClient, graph: Any, size: Any, scheme: str
) -> None:
    """axe-core: nothing serious, on each screen, opened up."""
    fill_world(sim, graph)
    at = console(size, scheme=scheme).open()
    at.see(at.phone(ANA).locator(".bubble").last)
    at.phone(ANA).locator(".bubble .more").last.click()
    found = {}
    for screen in SCREENS:
        at.open(screen)
        if screen == "faults":
            at.page.get_by_role("button", name="Opciones y alcance").first.click()
        if screen == "journal":
            at.page.locator(".vrow").first.click()
            at.see(at.page.locator(".facts"))
        if screen == "diagnosis":
            at.see(at.page.locator(".finding").first)
        found[screen] = violations(at)
        assert at.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert found == {screen: [] for screen in SCREENS}


def test_the_phones_fit(console: Opener, sim: SimulatorClient, graph: Any) -> None:
    """Three widths, two themes; the pictures of the docs."""
    fill_world(sim, graph)
    sim.set_customer("573158765432", name="Jorge Peña")
    sim.customer_message("573158765432", body="¿Me llaman?")
    at = console(DESKTOP).open()
    at.see(at.phone(ANA).locator(".bubble.theirs"), "¡Hola!")
    for width, height in (DESKTOP, TABLET, PHONE):
        at.page.set_viewport_size({"width": width, "height": height})
        for scheme, name in (("light", "claro"), ("dark", "oscuro")):
            at.page.emulate_media(color_scheme=scheme)
            assert at.page.evaluate("document.documentElement.scrollWidth") <= width
            box = at.page.get_by_label("Escribir como Ana Restrepo").bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height
            at.shot(f"telefonos-{width}-{name}")


def test_the_language_is_the_browsers_and_can_be_switched(
    console: Opener, sim: SimulatorClient
) -> None:
    """English for an English browser; the choice is kept."""
    at = console(locale="en-US").open()
    at.see(at.page.get_by_role("button", name="New customer"))
    at.page.get_by_label("Language").select_option("es")
    at.see(at.page.get_by_role("button", name="Nuevo cliente"))
    assert at.page.locator("html").get_attribute("lang") == "es"
    at.page.reload()
    at.see(at.page.get_by_role("button", name="Nuevo cliente"))


def test_the_theme_can_be_switched(console: Opener, sim: SimulatorClient) -> None:
    """Dark by choice in a light browser."""
    at = console().open()
    ground = "getComputedStyle(document.body).backgroundColor"
    light = at.page.evaluate(ground)
    at.page.get_by_label("Tema").select_option("dark")
    assert at.page.evaluate(ground) != light


def _fill(server: ThreadedServer, count: int) -> None:
    async def add() -> None:
        journal = server.server.engine.journal
        for number in range(count):
            journal.add("api", method="GET", path=f"/v23.0/row-{number}", status=200)

    asyncio.run_coroutine_threadsafe(add(), server._loop).result(30)


def test_ten_thousand_rows_stay_usable(
    console: Opener, sim: SimulatorClient, server: ThreadedServer
) -> None:
    """The document holds the rows in view only; filter, keys and news work."""
    _fill(server, ROWS)
    at = console(DESKTOP).open("journal")
    page = at.page
    rows = page.locator(".vrow")
    at.see(rows.first, f"row-{ROWS - 1}")
    assert int(rows.first.get_attribute("aria-setsize")) >= ROWS
    assert rows.count() < MOST_IN_DOCUMENT
    page.get_by_role("listbox").focus()
    page.keyboard.press("End")
    at.see(page.locator(".vrow[aria-selected=true]"), "row-0")
    assert rows.count() < MOST_IN_DOCUMENT
    sim.customer_message(ANA, body="uno más")
    page.keyboard.press("Home")
    at.see(rows.first, "nadie")
    page.get_by_label("Filtrar").fill("row-1234")
    at.see(page.get_by_role("status").filter(has_text="1 de"))
    at.see(rows.first, "row-1234")


def test_words_of_a_customer_are_never_markup(
    console: Opener, sim: SimulatorClient
) -> None:
    """Text nodes only, and a policy that would stop the rest."""
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    sim.set_customer(ANA, name=evil)
    sim.customer_message(ANA, body=evil)
    at = console().open()
    at.see(at.phone(ANA).locator(".words"), evil)
    assert at.page.locator('img[src="x"]').count() == 0


def test_the_stream_goes_on_after_a_break(
    console: Opener, sim: SimulatorClient, server: ThreadedServer
) -> None:
    """A broken connection is opened again and misses nothing."""
    sim.set_customer(ANA, name="Ana")
    at = console()
    sockets: list[str] = []
    at.page.on("websocket", lambda socket: sockets.append(socket.url))
    at.open()
    at.see(at.phone(ANA))
    at.page.context.set_offline(True)
    _cut(server)
    at.see(at.page.locator(".live.off"))
    sim.customer_message(ANA, body="mientras tanto")
    at.page.context.set_offline(False)
    at.allowed = ("WebSocket connection to", "Failed to load resource")
    at.see(at.phone(ANA).locator(".bubble.mine"), "mientras tanto")
    at.see(at.page.locator(".live.on"))
    assert len(sockets) > 1
    assert "since=" in sockets[-1]
    assert "run=" in sockets[-1]


def _cut(server: ThreadedServer) -> None:
    """End every connection of the server as a network would."""

    async def cut() -> None:
        for listener in server.server._listeners:
            for connection in list(listener.state.connections):
                connection.transport.abort()

    asyncio.run_coroutine_threadsafe(cut(), server._loop).result(10)
