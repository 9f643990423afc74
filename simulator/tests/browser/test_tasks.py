"""The six things QA does, without a terminal (ruling S25)."""

import hashlib
import hmac
import json
from typing import Any

import phonenumbers

from wa_simulator.client import SimulatorClient

from .conftest import DESKTOP, PHONE, TABLET, Opener

ANA = "573012345678"
SECRET = b"sim-app-secret"
REFUSED_BY_SERVER = (
    "Failed to load resource: the server responded with a status of 4",
)


def texts(receiver: Any) -> list[str]:
    """The texts of the messages a receiver got."""
    return [
        message["text"]["body"]
        for post in receiver.posts
        for entry in json.loads(post.body)["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
        if message["type"] == "text"
    ]


def statuses(receiver: Any) -> list[str]:
    """The statuses a receiver got, in order."""
    return [
        status["status"]
        for post in receiver.posts
        for entry in json.loads(post.body)["entry"]
        for change in entry["changes"]
        for status in change["value"].get("statuses", [])
    ]


def signed_well(post: Any) -> bool:
    """Whether the signature fits the bytes."""
    wanted = "sha256=" + hmac.new(SECRET, post.body, hashlib.sha256).hexdigest()
    headers = {key.lower(): value for key, value in post.headers.items()}
    return headers.get("x-hub-signature-256") == wanted


def test_a_new_customer_writes_and_the_webhook_is_delivered(
    console: Opener, subscribed: SimulatorClient, receiver: Any
) -> None:
    """Task 1, by mouse, at 360 pixels."""
    at = console(PHONE).open()
    page = at.page
    page.get_by_role("button", name="Nuevo cliente").click()
    form = page.get_by_role("form", name="Nuevo cliente")
    key = form.get_by_label("Celular").input_value()
    form.get_by_label("Nombre").fill("Marta Ruiz")
    form.get_by_role("button", name="Crear").click()
    field = page.get_by_label("Escribir como Marta Ruiz")
    field.fill("Buenos días, ¿aún está el apartamento?")
    at.phone(key).get_by_role("button", name="Enviar", exact=True).click()
    bubble = at.phone(key).locator(".bubble.mine")
    at.see(bubble, "¿aún está el apartamento?")
    at.shot("1-cliente-nuevo-360")
    at.go("Bitácora")
    row = page.locator(".vrow").filter(has_text="Marta Ruiz")
    at.see(row, "200")
    at.shot("1-bitacora-360")
    assert texts(receiver) == ["Buenos días, ¿aún está el apartamento?"]
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{key}"))
    assert subscribed.customer(key)["name"] == "Marta Ruiz"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]


def test_a_message_of_the_business_arrives_with_ticks_and_is_read(
    console: Opener, subscribed: SimulatorClient, receiver: Any, graph: Any
) -> None:
    """Task 2, by mouse."""
    subscribed.set_customer(ANA, name="Ana Restrepo", presence="offline")
    at = console(DESKTOP).open()
    phone = at.phone(ANA)
    at.see(phone)
    graph.send(ANA, type="text", text={"body": "¿Le sirve mañana a las diez?"})
    bubble = phone.locator(".bubble.theirs")
    at.see(bubble, "¿Le sirve mañana a las diez?")
    at.see(bubble.get_by_role("img", name="enviado"))
    at.see(bubble, "aún no llega al teléfono")
    phone.get_by_label("Presencia de Ana Restrepo").select_option("online")
    at.see(bubble.get_by_role("img", name="entregado"))
    phone.get_by_role("button", name="Leer todo").click()
    at.see(bubble.get_by_role("img", name="leído"))
    subscribed.wait_webhook(status="read")
    assert statuses(receiver) == ["sent", "delivered", "read"]
    at.shot("2-leido-1440")


def buttons() -> dict[str, Any]:
    """An interactive message with two buttons."""
    titles = ("Mañana", "El sábado")
    replies = [
        {"type": "reply", "reply": {"id": f"cita-{n}", "title": title}}
        for n, title in enumerate(titles)
    ]
    return {
        "type": "button",
        "body": {"text": "¿Cuándo puede visitarlo?"},
        "action": {"buttons": replies},
    }


def choices() -> dict[str, Any]:
    """An interactive list."""
    rows = [
        {"id": "z1", "title": "Chapinero", "description": "Centro oriente"},
        {"id": "z2", "title": "Usaquén"},
    ]
    return {
        "type": "list",
        "body": {"text": "¿En qué zona busca?"},
        "action": {
            "button": "Ver zonas",
            "sections": [{"title": "Bogotá", "rows": rows}],
        },
    }


def test_a_reply_button_and_a_list_are_pressed_by_keyboard(
    console: Opener, subscribed: SimulatorClient, graph: Any
) -> None:
    """Task 3, by keyboard only."""
    subscribed.set_customer(ANA, name="Ana Restrepo")
    asked = graph.send(ANA, type="interactive", interactive=buttons()).json()
    graph.send(ANA, type="interactive", interactive=choices())
    at = console(TABLET, scheme="dark").open()
    at.see(at.phone(ANA).get_by_role("button", name="El sábado"))
    at.tab_to("El sábado")
    at.page.keyboard.press("Enter")
    pressed = subscribed.wait_message(direction="inbound", type="interactive")
    assert pressed["payload"]["button_reply"] == {"id": "cita-1", "title": "El sábado"}
    assert pressed["context"] == asked["messages"][0]["id"]
    at.tab_to("Ver zonas")
    at.page.keyboard.press("Enter")
    at.tab_to("Chapinero")
    at.page.keyboard.press("Space")
    chosen = subscribed.wait_message(
        direction="inbound", type="interactive", after=pressed["seq"]
    )
    assert chosen["payload"]["list_reply"]["id"] == "z1"
    at.see(at.phone(ANA).locator(".bubble.mine").last, "Chapinero")
    at.shot("3-respuestas-800-oscuro")


def test_an_outage_for_templates_is_turned_on_and_off_by_keyboard(
    console: Opener, sim: SimulatorClient, graph: Any
) -> None:
    """Task 4, by keyboard only, with a scope."""
    at = console(DESKTOP).open()
    press = at.page.keyboard.press
    at.tab_to("Fallas")
    press("Enter")
    at.see(at.page.get_by_role("heading", name="Fallas"))
    at.tab_to("Opciones y alcance: Caída")
    press("Enter")
    at.tab_to("tipo")
    at.page.keyboard.type("plantilla")
    at.tab_to("veces a lo sumo")
    at.page.keyboard.type("5")
    at.tab_to("Encender con este alcance")
    press("Enter")
    card = at.page.locator('[data-fault="outage"]')
    at.see(card.locator(".rule"), "tipo: plantilla")
    at.page.locator(".page").evaluate("page => page.scrollTo(0, 0)")
    at.shot("4-fallas-1440")
    (rule,) = sim.faults()
    assert (rule["match"], rule["when"]) == ({"type": "template"}, {"times": 5})
    hello = {"name": "hello_world", "language": {"code": "en_US"}}
    assert graph.send(ANA).status_code == 200
    assert graph.send(ANA, type="template", template=hello).status_code == 503
    at.see(card.locator(".rule"), "actuó en 1 de 1")
    at.page.evaluate("document.activeElement.blur()")
    at.tab_to("Caída: Meta no funciona")
    press("Space")
    at.see(card.get_by_role("switch", checked=False))
    assert sim.faults() == []
    assert graph.send(ANA, type="template", template=hello).status_code == 200


def test_why_nothing_arrived_is_found_and_mended(
    console: Opener, sim: SimulatorClient, receiver: Any
) -> None:
    """Task 5, by mouse: no subscription, a wrong one, then the right one."""
    sim.customer_message(ANA, body="¿Hola?")
    at = console(DESKTOP, allowed=REFUSED_BY_SERVER).open("diagnosis")
    page = at.page
    finding = page.locator('[data-code="no_subscription"]')
    at.see(finding, "No hay suscripción de webhook")
    at.shot("5-diagnostico-1440")
    finding.get_by_role("link", name="Ir a la suscripción").click()
    form = page.get_by_role("form", name="Suscribir")
    receiver.challenge = lambda query: (403, "no")
    form.get_by_label("Dirección de su webhook").fill(receiver.url)
    form.get_by_role("button", name="Suscribir").click()
    at.see(page.locator(".note.error"), "handshake")
    at.go("¿Por qué?")
    at.see(page.locator('[data-code="handshake_failed"]'), "403")
    receiver.challenge = lambda query: (200, query["hub.challenge"])
    at.go("Mundo")
    form.get_by_label("Dirección de su webhook").fill(receiver.url)
    form.get_by_role("button", name="Suscribir").click()
    at.see(page.locator("#subscription .lines"), receiver.url)
    at.shot("5-mundo-1440")
    at.go("Teléfonos")
    page.get_by_label("Escribir como").fill("¿Hay alguien?")
    page.keyboard.press("Enter")
    sim.wait_webhook(kind="message")
    assert texts(receiver) == ["¿Hay alguien?"]
    at.go("¿Por qué?")
    at.see(page.locator('[data-code="no_subscription"]').or_(
        page.locator('[data-code="silent"]')).first)  # fmt: skip
    assert page.locator('[data-code="no_subscription"]').count() == 0


def test_a_captured_body_is_sent_signed_and_a_webhook_again(
    console: Opener, subscribed: SimulatorClient, receiver: Any
) -> None:
    """Task 6, by mouse."""
    subscribed.customer_message(ANA, body="señal", wait=True)
    captured = receiver.posts[0].body.decode()
    at = console(DESKTOP, scheme="dark").open("raw")
    page = at.page
    page.get_by_label("Cuerpo").fill(captured)
    page.get_by_role("button", name="Enviar al webhook").click()
    at.see(page.locator(".result"), "Su webhook lo aceptó.")
    assert receiver.posts[1].body == receiver.posts[0].body
    assert signed_well(receiver.posts[1])
    page.get_by_label("Mala").check()
    page.get_by_role("button", name="Enviar al webhook").click()
    at.see(page.locator(".result"), "200")
    subscribed.wait_idle()
    assert len(receiver.posts) == 3
    assert not signed_well(receiver.posts[2])
    at.shot("6-enviar-1440-oscuro")
    at.go("Bitácora")
    page.locator(".vrow").filter(has_text="mensaje").first.click()
    page.get_by_role("button", name="Reenviar").click()
    at.see(page.locator(".detail"), "Intentos: 2")
    at.shot("6-reenviar-1440-oscuro")
    assert receiver.posts[3].body == receiver.posts[0].body
    assert signed_well(receiver.posts[3])
