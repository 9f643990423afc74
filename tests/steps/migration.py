"""The administrator leaves the old module behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_bdd import given, then, when

from tests.drivers.discuss import CHANNEL, Said
from tests.drivers.migrating import QUESTIONS, STILL_USED, Terminal
from tests.drivers.odoo import Desk
from tests.drivers.old_module import STATES, Kept, OldModule, Talk
from tests.drivers.records import Lead
from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

ADDON = "crm_whatsapp_migration"
KILLED = -9
TICKS = {**STATES, "fallido": "failed", "": ""}


@pytest.fixture
def old(story: Story) -> Iterator[OldModule]:
    """The old module in this lab's database; nothing of it stays."""
    backstage = story.office.target.backstage
    assert backstage, "esperado: un laboratorio; obtenido: un Odoo ajeno"
    story.office.administrator.installs(ADDON)
    found = OldModule(backstage)
    found.goes()
    yield found
    found.goes()


@pytest.fixture
def terminal(old: OldModule, story: Story) -> Terminal:
    backstage = story.office.target.backstage
    assert backstage
    return Terminal(backstage, old)


def _talk(story: Story, name: str, letter: str) -> Talk:
    """A customer with a lead that an adviser noted by hand."""
    person, number = story.person(letter), story.number(name)
    administrator = story.office.administrator
    found = story.leads(name)
    if not found:
        desk = story.office.desk(person)
        lead = desk.creates_lead(f"Lead de {name}", number.national, name)
        found = [story.office.note_lead(lead)]
    user, contact = administrator.user_of(person), administrator.contact_of(person)
    return Talk(number, found[0].id, user, contact, number.national)


def _read(story: Story, name: str) -> tuple[Desk, Lead, list[Said]]:
    """The adviser's desk, the lead, and what stands in its conversation."""
    lead = story.lead(name)
    desk = story.office.adviser_of(lead)
    return desk, lead, desk.discuss.messages(CHANNEL, lead.conversation_id)


# What the old module left


@given("que el módulo anterior enviaba directamente por WhatsApp")
def _(story: Story, old: OldModule) -> None:
    old.is_there(1)
    world = story.meta.world
    token, secret = str(world["token"]), str(world["app_secret"])
    old.sends_by_meta(story.line.phone_number_id, token, secret)


@given(
    "que el módulo anterior enviaba por un número que todavía no está en Odoo",
    target_fixture="old_number",
)
def _(story: Story, old: OldModule) -> str:
    old.is_there(1)
    world, number = story.meta.world, story.meta.add_line("Ventas")
    old.sends_by_meta(number, str(world["token"]), str(world["app_secret"]))
    return number


@given(phrase('que el módulo anterior enviaba por "{name}", de Twilio'))
def _(old: OldModule, name: str) -> None:
    old.is_there(1)
    old.sends_by_twilio(name)


@given("que el módulo anterior enviaba por la pasarela de la OCA")
def _(story: Story, old: OldModule) -> None:
    old.is_there(2)
    old.sends_by_oca(story.line.gateway_id)


@given("que después pasó a la pasarela de la OCA")
def _(story: Story, old: OldModule) -> None:
    old.moved_to_oca(story.line.gateway_id)


@given(phrase("que guardó del lead de {name}, que lleva el asesor {letter}:"))
def _(
    story: Story, old: OldModule, name: str, letter: str, datatable: list[list[str]]
) -> None:
    messages = [
        Kept(text, who == name, state or "entregado")
        for who, text, state in datatable[1:]
    ]
    old.keeps(_talk(story, name, letter), messages)


@given(phrase('que el asesor {letter} le envió con él a {name} "{text}"'))
def _(
    story: Story, old: OldModule, old_number: str, letter: str, name: str, text: str
) -> None:
    """Meta knows the message; what became of it, it tells later."""
    talk = _talk(story, name, letter)
    story.meta.confirms_nothing(talk.number)
    wamid = story.meta.takes(old_number, talk.number, text)
    old.keeps(talk, [Kept(text, incoming=False, state="enviado", wamid=wamid)])


@given(phrase("que guardó {count} mensajes de {name}, que lleva el asesor {letter}"))
def _(story: Story, old: OldModule, count: str, name: str, letter: str) -> None:
    messages = [
        Kept(f"Mensaje {place}", place % 3 == 0) for place in range(1, int(count) + 1)
    ]
    old.keeps(_talk(story, name, letter), messages)


# What the administrator does


@when("el administrador hace la migración")
@when("el administrador la hace otra vez")
def _(terminal: Terminal) -> None:
    ended = terminal.runs()
    assert ended.status == 0, ended.words


@when("el administrador intenta la migración")
def _(terminal: Terminal) -> None:
    terminal.runs()


@when(phrase('el administrador decide que "{name}" sea la línea y hace la migración'))
def _(story: Story, old: OldModule, terminal: Terminal, name: str) -> None:
    answer = f"{old.gateway}:{story.line.gateway_id}"
    ended = terminal.runs("--gateway-map", answer)
    assert ended.status == 0, ended.words


@when("la migración se corta de golpe")
def _(terminal: Terminal) -> None:
    terminal.is_killed_while_running()


@when("el administrador la deshace")
def _(terminal: Terminal) -> None:
    ended = terminal.takes_back()
    assert ended.status == 0, ended.words


@when("el administrador intenta deshacerla")
def _(terminal: Terminal) -> None:
    terminal.takes_back()


@when("el administrador conecta con Meta la línea que quedó")
def _(story: Story, old_number: str) -> None:
    """From here on it is the line of this scenario."""
    line = story.office.administrator.line_of(
        story.meta, old_number, story.line.advisers
    )
    story.line = line


# What is there now


@then(phrase("la conversación de {name} dice en orden:"))
def _(story: Story, name: str, datatable: list[list[str]]) -> None:
    desk, lead, said = _read(story, name)
    states = desk.discuss.states_in(lead.conversation_id)
    adviser = desk.person.name
    found = [(one.author, one.text, states.get(one.id, "")) for one in said]
    assert found == [
        (name if who == name else adviser, text, TICKS[state])
        for who, text, state in datatable[1:]
    ]


@then(phrase("la conversación de {name} tiene los {count} mensajes, cada uno una vez"))
def _(story: Story, name: str, count: str) -> None:
    _desk, _lead, said = _read(story, name)
    wanted = [f"Mensaje {place}" for place in range(1, int(count) + 1)]
    assert [one.text for one in said] == wanted


@then(phrase('el asesor de {name} ve "{text}" como {tick}'))
def _(story: Story, name: str, text: str, tick: str) -> None:
    desk, lead, said = _read(story, name)
    [message] = [one for one in said if one.text == text]
    wait_until(
        f"«{text}» como {tick}",
        lambda: desk.discuss.states_in(lead.conversation_id).get(message.id),
        lambda state: state == TICKS[tick],
        nearest=lambda: story.meta.confirmations(story.line.phone_number_id),
    )


@then(phrase("el asesor de {name} no tiene nada sin leer"))
def _(story: Story, name: str) -> None:
    desk, lead, _said = _read(story, name)
    assert desk.discuss.unread_in(lead.conversation_id) == 0


@then("nada volvió a salir por WhatsApp")
def _(story: Story) -> None:
    assert story.meta.send_calls(story.line.phone_number_id) == []


@then("la comprobación no encuentra diferencias")
def _(terminal: Terminal) -> None:
    assert terminal.verifies() == []


@then("la línea tiene una sola conversación")
def _(story: Story) -> None:
    assert len(story.office.director.discuss.conversations(story.line)) == 1


@then("la migración quedó a medias")
def _(old: OldModule, terminal: Terminal) -> None:
    assert terminal.ended.status == KILLED, terminal.ended.words
    assert 0 < old.accounted_for() < len(old.texts())


@then("no quedaba nada por migrar")
def _(terminal: Terminal) -> None:
    counts = terminal.ended.result["counts"]
    assert counts.get("whatsapp_message", {"moved": 0})["moved"] == 0


@then(phrase('la migración no empieza y pregunta por "{name}"'))
def _(story: Story, terminal: Terminal, name: str) -> None:
    assert terminal.ended.status == QUESTIONS, terminal.ended.words
    assert name in terminal.ended.words
    assert story.office.director.discuss.conversations(story.line) == []


@then("el módulo anterior conserva todos sus mensajes")
def _(old: OldModule) -> None:
    assert old.texts()


@then("no se deshace: hay mensajes que llegaron después")
def _(terminal: Terminal) -> None:
    assert terminal.ended.status == STILL_USED, terminal.ended.words
