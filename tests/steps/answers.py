"""What advisers send, and what becomes of it."""

from __future__ import annotations

from pytest_bdd import given, then, when

from tests.drivers.discuss import CHANNEL
from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

TICKS = {
    "enviado": "sent",
    "entregado": "delivered",
    "leído": "read",
    "fallido": "failed",
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@when(phrase('el asesor de {name} responde "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    story.answers(name, text)


@given(phrase('que el asesor de {name} respondió "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    story.answers(name, text)
    story.meta.wait_text(story.line.phone_number_id, text)


@when(phrase('el asesor de {name} intenta responder "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    story.tries(lambda: story.answers(name, text))


@when(phrase('el asesor de {name} responde "{text}" citando "{quoted}"'))
def _(story: Story, name: str, text: str, quoted: str) -> None:
    lead = story.lead(name)
    discuss = story.office.adviser_of(lead).discuss
    messages = discuss.messages(CHANNEL, lead.conversation_id)
    [cited] = [one for one in messages if one.text == quoted]
    discuss.writes(lead.conversation_id, text, quoted=cited.id)


@when(
    phrase(
        'el asesor de {name} envía los archivos "{first}" y "{second}" con el texto'
        ' "{text}"'
    )
)
def _(story: Story, name: str, first: str, second: str, text: str) -> None:
    """The text of a single file would be its caption."""
    lead = story.lead(name)
    discuss = story.office.adviser_of(lead).discuss
    files = tuple(discuss.attaches(file, PDF) for file in (first, second))
    discuss.writes(lead.conversation_id, text, files=files)


@when(phrase('el asesor de {name} envía la plantilla "{template}"'))
def _(story: Story, name: str, template: str) -> None:
    lead = story.lead(name)
    composer = story.office.adviser_of(lead).opens_composer(lead)
    assert composer.wants_template
    composer.send_template(template)


@when(phrase('el asesor de {name} cancela "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    row = story.office.administrator.after_failures(story.row(text), 1)
    story.adviser(name).does.cancels(row)
    assert story.row(text).state == "cancelled"


@when(phrase('el asesor de {name} dice que "{text}" sí se envió'))
def _(story: Story, name: str, text: str) -> None:
    story.adviser(name).does.says_it_was_sent(story.row(text))


@then(phrase('reintentar "{text}" sin más no se permite'))
def _(story: Story, text: str) -> None:
    name = story.name_answered(text)
    story.tries(lambda: story.adviser(name).does.retries(story.row(text)))
    assert story.refusal


@then(phrase('Odoo no lo permite y explica que "{words}"'))
def _(story: Story, words: str) -> None:
    assert words in story.refusal


# What Meta got


@then(phrase('Meta recibe "{text}" una sola vez'))
def _(story: Story, text: str) -> None:
    [line] = story.lines_of(text)
    story.row_once(text, "aceptado por Meta", lambda row: row.state == "success")
    calls = story.meta.send_calls(line.phone_number_id)
    taken = [call for call in calls if call.text == text and call.accepted]
    assert len(taken) == 1


@then(phrase('Meta recibe "{text}" como respuesta a "{quoted}"'))
def _(story: Story, text: str, quoted: str) -> None:
    [call] = story.meta.wait_text(story.line.phone_number_id, text)
    assert call.quoted == story.wrote(quoted).wamid


@then(phrase('Meta recibe "{text}" para la identidad oculta de {name}'))
def _(story: Story, text: str, name: str) -> None:
    calls = story.meta.wait_text(story.line.phone_number_id, text)
    assert [call.to for call in calls] == [story.hidden_id(name)]


@then(phrase("Meta recibe una plantilla para {name}"))
def _(story: Story, name: str) -> None:
    calls = story.meta.wait_send_calls(story.line.phone_number_id)
    found = [(call.kind, call.to, call.accepted) for call in calls]
    assert found == [("template", story.number(name).wa_id, True)]


@then("Meta recibió una sola llamada")
def _(story: Story) -> None:
    assert len(story.meta.send_calls(story.line.phone_number_id)) == 1


@then(phrase('"{text}" sale por la línea "{line}"'))
def _(story: Story, text: str, line: str) -> None:
    calls = story.meta.wait_text(story.lines[line].phone_number_id, text)
    assert [call.accepted for call in calls] == [True]


@then(phrase('{name} recibe en orden "{first}", "{second}", "{third}"'))
def _(story: Story, name: str, first: str, second: str, third: str) -> None:
    wait_until(
        f"tres mensajes para {name}",
        lambda: story.sent_texts(name),
        lambda found: len(found) >= 3,
        nearest=lambda: story.row(first),
    )
    assert story.sent_texts(name) == [first, second, third]


@then(phrase("{name} no recibe nada"))
def _(story: Story, name: str) -> None:
    """Neither was anything tried."""
    assert story.meta.send_calls(story.line.phone_number_id) == []
    assert story.sent_texts(name) == []


@then(phrase('{name} no recibe "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    assert text not in story.sent_texts(name)


@then(phrase("{name} recibió los dos archivos una sola vez, antes que el texto"))
def _(story: Story, name: str) -> None:
    number = story.number(name).wa_id
    sent = story.meta.accepted(story.line.phone_number_id)
    kinds = [one["type"] for one in sent if one["customer"] == number]
    assert kinds == ["document", "document", "text"]


# What Odoo shows of it


@then(phrase('el mensaje "{text}" se ve como {tick}'))
def _(story: Story, text: str, tick: str) -> None:
    """Once Odoo has worked every confirmation that Meta has delivered."""
    row = story.row_once(text, tick, lambda row: row.whatsapp_state == TICKS[tick])
    story.all_confirmed()
    name = story.name_answered(text)
    lead = story.lead(name)
    assert story.row(text).whatsapp_state == row.whatsapp_state
    assert story.office.adviser_of(lead).ticks_on(lead, text) == [TICKS[tick]]


@then(phrase('la razón de "{text}" dice "{words}"'))
def _(story: Story, text: str, words: str) -> None:
    assert words in story.row(text).reason


@then(phrase('el mensaje "{text}" queda incierto'))
def _(story: Story, text: str) -> None:
    story.row_once(text, "incierto", lambda row: row.state == "uncertain")


@then(phrase('el mensaje "{text}" espera sin gastar reintentos'))
def _(story: Story, text: str) -> None:
    row = story.row_once(
        text, "rechazado por ahora", lambda row: bool(row.failed_at or row.reason)
    )
    assert (row.state, row.retry_count) == ("pending", 0)


@when(phrase('el mensaje "{text}" espera un reintento'))
@then(phrase('el mensaje "{text}" queda en espera'))
def _(story: Story, text: str) -> None:
    row = story.row_once(text, "a la espera", lambda row: row.retry_count == 1)
    assert row.state == "pending"


@then(phrase("el asesor de {name} sigue con su trabajo antes de que Meta responda"))
def _(story: Story, name: str) -> None:
    [row] = story.adviser(name).outbox_of(story.lead(name))
    assert row.state in ("pending", "processing")
