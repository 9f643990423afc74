"""What people read in conversations and in leads."""

from __future__ import annotations

from pytest_bdd import then, when

from tests.drivers.contents import THUMBS_UP
from tests.drivers.discuss import CHANNEL, Said
from tests.drivers.odoo import Desk
from tests.drivers.records import Lead
from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

LEAD = "crm.lead"


def _read(story: Story, name: str) -> tuple[Desk, Lead]:
    """The adviser's desk and a customer's lead, as it is now."""
    lead = story.lead(name)
    return story.office.adviser_of(lead), lead


def _with_files(desk: Desk, model: str, record_id: int) -> Said:
    """The message that has a file, once there is one."""
    found = wait_until(
        f"un mensaje con archivo en {model} {record_id}",
        lambda: [one for one in desk.discuss.messages(model, record_id) if one.files],
        nearest=lambda: desk.discuss.remarks(model, record_id),
    )
    assert len(found) == 1, f"esperado: un mensaje con archivo; obtenido: {found}"
    return found[0]


@then(phrase('el asesor de {name} lee "{text}" en la conversación y en el lead'))
def _(story: Story, name: str, text: str) -> None:
    desk, lead = _read(story, name)
    places = ((CHANNEL, lead.conversation_id), (LEAD, lead.id))
    for model, record_id in places:
        said = desk.said_in(model, record_id)
        assert len([one for one in said if text in one]) == 1, (model, said)


@then(phrase('en el lead de {name} se lee "{text}" una sola vez'))
def _(story: Story, name: str, text: str) -> None:
    desk, lead = _read(story, name)
    assert desk.chatter_of(lead).count(text) == 1


@then(phrase('el asesor de {name} ve el aviso "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    desk, lead = _read(story, name)
    wait_until(
        f"el aviso «{text}» en la conversación de {name}",
        lambda: desk.discuss.remarks(CHANNEL, lead.conversation_id),
        lambda found: len([one for one in found if text in one]) == 1,
    )


@then(phrase("el asesor de {name} puede abrir el archivo que ella envió"))
def _(story: Story, name: str) -> None:
    desk, lead = _read(story, name)
    message = _with_files(desk, CHANNEL, lead.conversation_id)
    got = [desk.discuss.download(file) for file in message.files]
    assert got == [story.meta.file_of(story.last_of(name))]


@then(phrase("el lead de {name} muestra el mismo archivo"))
def _(story: Story, name: str) -> None:
    desk, lead = _read(story, name)
    in_lead = _with_files(desk, LEAD, lead.id).files
    assert in_lead == _with_files(desk, CHANNEL, lead.conversation_id).files


@then(phrase('el asesor de {name} ve un archivo llamado "{file}"'))
def _(story: Story, name: str, file: str) -> None:
    desk, lead = _read(story, name)
    wait_until(
        f"un archivo «{file}» en la conversación de {name}",
        lambda: desk.discuss.file_names(lead.conversation_id),
        lambda names: names.count(file) == 1,
    )


@when(phrase("el asesor de {name} pide descargarlo de nuevo"))
def _(story: Story, name: str) -> None:
    desk, lead = _read(story, name)
    lost = desk.does.lost_files(lead.conversation_id)
    assert len(lost) == 1
    desk.does.fetches_again(lost)


@then(phrase('el lead de {name} muestra un pulgar arriba sobre "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    desk, lead = _read(story, name)
    assert desk.discuss.reactions_on(lead.id) == {text: [THUMBS_UP]}


@then(phrase("el lead de {name} no muestra reacciones"))
def _(story: Story, name: str) -> None:
    desk, lead = _read(story, name)
    assert desk.discuss.reactions_on(lead.id) == {}


@then(phrase('en la conversación "{text}" cita a "{quoted}"'))
def _(story: Story, text: str, quoted: str) -> None:
    desk, lead = _read(story, story.name_of(story.wrote(text).number))
    messages = desk.discuss.messages(CHANNEL, lead.conversation_id)
    [reply] = [one for one in messages if one.text == text]
    [cited] = [one for one in messages if one.text == quoted]
    assert reply.quoted == cited.id


@then(phrase('el autor de "{text}" es ese contacto'))
def _(story: Story, text: str) -> None:
    name = story.name_of(story.wrote(text).number)
    desk, lead = _read(story, name)
    messages = desk.discuss.messages(CHANNEL, lead.conversation_id)
    assert [one.author for one in messages if one.text == text] == [name]


@then(phrase("el lead de {name} tiene una conversación en cada línea"))
def _(story: Story, name: str) -> None:
    desk, _lead = _read(story, name)
    found = [desk.discuss.conversations(line) for line in story.all_lines()]
    assert [len(one) for one in found] == [1] * len(story.all_lines())


@then(phrase('la conversación de {name} está en la línea "{line}"'))
def _(story: Story, name: str, line: str) -> None:
    desk, lead = _read(story, name)
    assert desk.discuss.conversations(story.lines[line]) == [lead.conversation_id]


@then("la primera línea no tiene conversaciones")
def _(story: Story) -> None:
    assert story.office.director.discuss.conversations(story.line) == []


@then(phrase("el lead de {name} muestra el texto de la plantilla"))
def _(story: Story, name: str) -> None:
    desk, lead = _read(story, name)
    assert desk.chatter_of(lead)[-1] == story.template_text
