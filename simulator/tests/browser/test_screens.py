"""Each screen does what its buttons say."""

from typing import Any

from wa_simulator.client import SimulatorClient

from .conftest import DESKTOP, TABLET, Console, Opener

ANA = "573012345678"
NUMBER = "100000000000001"
#: What is chosen on the phone -> the type that comes in.
TYPES = {
    "imagen": "image",
    "audio": "audio",
    "video": "video",
    "documento": "document",
    "sticker": "sticker",
    "ubicación": "location",
    "contacto": "contacts",
    "pedido": "order",
    "botón de plantilla": "button",
    "cambio de número": "system",
    "cambio de id de usuario": "system",
    "cambio de identidad": "system",
    "no compatible": "unsupported",
    "JSON libre": "text",
}


def test_every_type_is_sent_from_the_phone(
    console: Opener, sim: SimulatorClient
) -> None:
    """With the built-in samples, without a word in the fields."""
    sim.set_customer(ANA, name="Ana")
    at = console(TABLET).open()
    phone = at.phone(ANA)
    for count, (name, kind) in enumerate(TYPES.items(), 1):
        phone.get_by_role("button", name="Enviar otra cosa").click()
        phone.locator(".kinds").get_by_role("button", name=name, exact=True).click()
        form = phone.get_by_role("form", name=name)
        form.get_by_role("button", name="Enviar").click()
        sent = sim.wait_message(customer=ANA, type=kind, after=count - 1)
        at.see(phone.locator(f'[data-wamid="{sent["wamid"]}"]'))
    assert at.page.locator(".note.error").count() == 0


def test_a_file_of_ones_own_is_sent(
    console: Opener, sim: SimulatorClient, tmp_path: Any
) -> None:
    """Upload instead of the sample."""
    sim.set_customer(ANA, name="Ana")
    paper = tmp_path / "contrato firmado.pdf"
    paper.write_bytes(b"%PDF-1.4\nfirmado")
    at = console(TABLET).open()
    phone = at.phone(ANA)
    phone.get_by_role("button", name="Enviar otra cosa").click()
    phone.get_by_role("button", name="documento", exact=True).click()
    phone.get_by_label("Archivo", exact=False).first.set_input_files(paper)
    phone.get_by_role("form").get_by_role("button", name="Enviar").first.click()
    at.see(phone.locator(".bubble .file"), "contrato firmado.pdf")
    (message,) = sim.messages()
    assert message["payload"]["filename"] == "contrato firmado.pdf"


def test_reply_reaction_edit_and_deletion(
    console: Opener, sim: SimulatorClient, graph: Any
) -> None:
    """What can be done with a bubble."""
    sim.set_customer(ANA, name="Ana")
    asked = graph.send(ANA).json()["messages"][0]["id"]
    at = console(TABLET).open()
    phone = at.phone(ANA)
    theirs = phone.locator(f'[data-wamid="{asked}"]')
    theirs.get_by_role("button", name="Qué hacer con").click()
    theirs.get_by_role("button", name="Reaccionar con").first.click()
    at.see(theirs.locator(".reactions"))
    theirs.get_by_role("button", name="Responder").click()
    phone.get_by_label("Escribir como Ana").fill("sí")
    at.page.keyboard.press("Enter")
    reply = sim.wait_message(direction="inbound", type="text")
    assert reply["context"] == asked
    mine = phone.locator(f'[data-wamid="{reply["wamid"]}"]')
    at.see(mine.locator(".quote"), "hola")
    mine.get_by_role("button", name="Qué hacer con").click()
    mine.get_by_label("Nuevo texto").fill("sí, mañana")
    mine.get_by_role("button", name="Editar").click()
    at.see(mine, "editado")
    mine.get_by_role("button", name="Eliminar").click()
    at.see(mine, "Se eliminó este mensaje")
    kinds = [m["type"] for m in sim.messages(direction="inbound")]
    assert kinds == ["reaction", "text", "edit", "revoke"]


def test_the_business_types(console: Opener, sim: SimulatorClient, graph: Any) -> None:
    """The indicator goes out with a read receipt and ends with the answer."""
    wamid = sim.customer_message(ANA, body="¿Está?")["wamid"]
    at = console(TABLET).open()
    at.see(at.phone(ANA).locator(".bubble.mine"))
    body = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": {"type": "text"},
    }
    graph.call("POST", f"/v23.0/{NUMBER}/messages", json=body)
    at.see(at.phone(ANA).locator(".typing"), "escribiendo")
    at.see(at.phone(ANA).locator(".mine").get_by_role("img", name="leído"))
    graph.send(ANA)
    at.see(at.phone(ANA).locator(".bubble.theirs"), "hola")
    assert at.phone(ANA).locator(".typing").count() == 0


def test_a_template_is_shown_and_judged(
    console: Opener, sim: SimulatorClient, graph: Any
) -> None:
    """Its words on the phone; a rejected one cannot be sent."""
    text = [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]
    saludo = {"name": "saludo", "language": {"code": "es"}, "components": text}
    assert graph.send(ANA, type="template", template=saludo).status_code == 200
    at = console(DESKTOP).open()
    at.see(at.phone(ANA).locator(".theirs"), "Hola Ana, gracias por escribirnos.")
    at.go("Mundo")
    line = at.page.locator('[data-template="saludo"]')
    line.get_by_role("button", name="Rechazar").click()
    at.see(line, "rechazada")
    assert graph.send(ANA, type="template", template=saludo).status_code == 404
    line.get_by_role("button", name="Aprobar").click()
    at.see(line, "aprobada")
    assert graph.send(ANA, type="template", template=saludo).status_code == 200


def test_a_switch_of_the_world_is_turned(console: Opener, sim: SimulatorClient) -> None:
    """A boolean, a choice and a number."""
    at = console(DESKTOP).open("world")
    at.page.get_by_role("switch", name="Ventana de 24 horas").click()
    at.page.get_by_label("Error de la ventana cerrada").select_option("sync")
    at.page.get_by_label("Entregas a la vez").fill("3")
    at.page.keyboard.press("Enter")
    at.see(at.page.locator(".note").nth(2))
    settings = sim.world()["settings"]
    wanted = {"enforce_window": True, "window_error": "sync", "parallel": 3}
    assert {key: settings[key] for key in wanted} == wanted


def test_the_clock_is_advanced(console: Opener, sim: SimulatorClient) -> None:
    """By an hour, and by what one types; the time is shown."""
    before = sim.clock()["now"]
    at = console(DESKTOP).open()
    clock = at.page.locator("details.clock")
    at.see(clock, "detenido")
    clock.locator("summary").click()
    clock.get_by_role("button", name="+1 hora").click()
    clock.get_by_label("Cantidad").fill("30")
    at.see(at.page.locator(".note"), "adelantó")
    clock.get_by_role("button", name="Adelantar").click()
    at.see(at.page.locator(".note").nth(1))
    assert sim.clock()["now"] - before == 3600 + 30 * 60
    at.page.keyboard.press("Escape")
    assert clock.get_attribute("open") is None


def test_a_call_is_copied_as_curl_without_its_token(
    console: Opener, sim: SimulatorClient, graph: Any
) -> None:
    """A ticket may be public."""
    graph.send(ANA, type="text", text={"body": "it's here"})
    at = console(DESKTOP).open("journal")
    at.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    at.page.locator(".vrow").filter(has_text="POST").first.click()
    at.page.get_by_role("button", name="Copiar como curl").click()
    at.see(at.page.locator(".note"), "$WA_TOKEN")
    copied = at.page.evaluate("navigator.clipboard.readText()")
    assert "SIM-TOKEN" not in copied
    assert "Bearer $WA_TOKEN" in copied
    assert "it'\\''s here" in copied
    at.see(at.page.locator(".detail"), "Petición")


def test_habits_of_a_person(console: Opener, sim: SimulatorClient, graph: Any) -> None:
    """Not on WhatsApp: the message fails, and the bubble says so."""
    sim.set_customer(ANA, name="Ana")
    at = console(TABLET).open()
    phone = at.phone(ANA)
    phone.get_by_text("Costumbres de la persona").click()
    phone.get_by_role("switch", name="está en WhatsApp").click()
    at.see(phone.get_by_role("switch", name="está en WhatsApp", checked=False))
    graph.send(ANA)
    at.see(phone.locator(".bubble.failed"), "131026")


def _export(at: Console, name: str, button: str) -> str:
    with at.page.expect_download() as waiting:
        at.page.get_by_role("button", name=button).click()
    assert waiting.value.suggested_filename == name
    return str(waiting.value.path().read_text("utf-8"))


def test_what_happened_is_taken_along(console: Opener, sim: SimulatorClient) -> None:
    """As a scenario, and as lines of JSON."""
    sim.customer_message(ANA, body="hola")
    at = console(DESKTOP).open()
    feature = _export(at, "escenario.feature", "Guardar como .feature")
    assert 'Cuando el cliente "+573012345678" escribe "hola"' in feature
    at.go("Bitácora")
    lines = _export(at, "journal.jsonl", "Exportar líneas JSON")
    assert '"kind": "silent"' in lines


def test_an_event_of_another_field(
    console: Opener, subscribed: SimulatorClient, receiver: Any
) -> None:
    """A webhook of any field that the server knows."""
    at = console(DESKTOP).open("raw")
    form = at.page.get_by_role("form", name="Enviar un evento de Meta")
    form.get_by_label("Campo").select_option("phone_number_quality_update")
    form.get_by_role("button", name="Enviar").click()
    at.see(at.page.locator(".note"), "Enviado")
    subscribed.wait_idle()
    assert b"phone_number_quality_update" in receiver.posts[0].body


def test_a_number_is_added_and_talked_with(
    console: Opener, sim: SimulatorClient
) -> None:
    """Two numbers: the phone chooses which conversation is shown."""
    sim.set_customer(ANA, name="Ana")
    at = console(DESKTOP).open("world")
    at.page.get_by_text("Agregar un número").click()
    form = at.page.get_by_role("form", name="Agregar un número")
    form.get_by_role("button", name="Agregar").click()
    at.see(at.page.locator("#numbers .lines"), "100000000000002")
    at.go("Teléfonos")
    phone = at.phone(ANA)
    phone.get_by_label("Conversa con el número").select_option("100000000000002")
    phone.get_by_label("Escribir como Ana").fill("al segundo")
    at.page.keyboard.press("Enter")
    sent = sim.wait_message(direction="inbound")
    assert sent["number"] == "100000000000002"
    at.see(phone.locator(".bubble.mine"), "al segundo")
