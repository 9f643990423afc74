"""Who may see and change what; what an administrator arranges."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, then, when

from tests.drivers.people import ADVISER, Person
from tests.drivers.records import Lead
from tests.drivers.story import Inbox, Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

OTHER_TEAM = "Otro equipo"
#: The customer of the other team.
STRANGER = "Marta"


@given(phrase("que el asesor {letter} está ausente"), target_fixture="how")
def _(story: Story, letter: str, note: Callable[[str], None]) -> str:
    how = story.arranges.absent(story.person(letter))
    note(f"en este Odoo: {how}")
    return how


@given(phrase("que los asesores {first}, {second} y {third} están en pausa"))
def _(story: Story, first: str, second: str, third: str) -> None:
    for letter in (first, second, third):
        story.arranges.paused(story.person(letter))


@when(phrase("el asesor {letter} vuelve y pasa el repaso de leads sin asesor"))
def _(story: Story, letter: str) -> None:
    """The job comes every few minutes; here an administrator runs it."""
    story.arranges.works_again(story.person(letter))
    story.office.administrator.sweeps()


@given("que la línea es del equipo de la supervisora o el supervisor")
def _(story: Story) -> None:
    story.arranges.led_by(story.line, story.office.supervisor.person)


@given(phrase('que el negocio tiene otra línea llamada "{name}"'))
def _(story: Story, name: str) -> None:
    story.lines[name] = story.office.open_line(name)


@given(phrase('que Meta llama para "{name}" a la dirección de la primera línea'))
def _(story: Story, name: str) -> None:
    other = story.lines[name]
    story.meta.connect(other.phone_number_id, story.line.callback_url)


@given("que un cliente escribió a la línea de otro equipo")
def _(story: Story) -> None:
    stranger = story.arranges.newcomer("Asesor de otro equipo", ADVISER)
    story.lines[OTHER_TEAM] = story.office.open_line(OTHER_TEAM, (stranger,))
    story.says(STRANGER, "Hola", story.lines[OTHER_TEAM])
    assert story.lead(STRANGER).adviser == stranger.name


@given(
    phrase('una segunda empresa con una línea llamada "{name}" y un asesor propio'),
    target_fixture="branch_adviser",
)
def _(story: Story, name: str) -> Person:
    company = story.arranges.company(f"{name} {story.office.run}")
    person = story.arranges.newcomer(f"Asesor de {name}", ADVISER, company)
    story.lines[name] = story.office.open_line(name, (person,), company)
    return person


@given(phrase('que Meta aprobó la plantilla "{template}" y el administrador la trajo'))
def _(story: Story, template: str) -> None:
    story.meta.add_template(template, story.template_text)
    story.office.administrator.imports_template(story.line, template)


@when(phrase("quien supervisa permite escribirle de nuevo a {name}"))
def _(story: Story, name: str) -> None:
    supervisor = story.office.supervisor
    supervisor.does.allows_again(story.lead(name).conversation_id)


# Who sees what


@when(phrase("el asesor {letter} abre la bandeja"), target_fixture="inbox")
def _(story: Story, letter: str) -> Inbox:
    return story.inbox_of(story.office.desk(story.person(letter)))


@when("quien supervisa abre la bandeja", target_fixture="inbox")
def _(story: Story) -> Inbox:
    return story.inbox_of(story.office.supervisor)


@when("la dirección abre la bandeja", target_fixture="inbox")
def _(story: Story) -> Inbox:
    return story.inbox_of(story.office.director)


@then(phrase("ve solo la conversación y el lead de {name}"))
def _(story: Story, inbox: Inbox, name: str) -> None:
    lead = story.lead(name)
    assert inbox == Inbox([lead.conversation_id], [lead.id])


@then(phrase("ve la conversación de {name}"))
def _(story: Story, inbox: Inbox, name: str) -> None:
    assert story.lead(name).conversation_id in inbox.conversations


@then("no ve la conversación del otro equipo")
def _(story: Story, inbox: Inbox) -> None:
    assert story.lead(STRANGER).conversation_id not in inbox.conversations


@then(phrase("ve las conversaciones de {first}, de {second} y del otro equipo"))
def _(story: Story, inbox: Inbox, first: str, second: str) -> None:
    wanted = [story.lead(name).conversation_id for name in (first, second, STRANGER)]
    assert inbox.conversations == wanted


@then(phrase("el asesor {letter} ve la conversación de {name}"))
def _(story: Story, letter: str, name: str) -> None:
    lead = story.lead(name)
    desk = story.office.desk(story.person(letter))
    assert lead.conversation_id in desk.discuss.conversations(story.line)


@then(phrase("el asesor {letter} no ve la conversación de {name}"))
def _(story: Story, letter: str, name: str) -> None:
    lead = story.lead(name)
    desk = story.office.desk(story.person(letter))
    assert lead.conversation_id not in desk.discuss.conversations(story.line)


@when(
    phrase("el asesor de {name}, quien supervisa y la dirección piden las claves"),
    target_fixture="shown",
)
def _(story: Story, name: str) -> list[bool]:
    desks = (story.adviser(name), story.office.supervisor, story.office.director)
    return [desk.does.can_read_secrets_of(story.line) for desk in desks]


@then("a ninguno se le muestran")
def _(shown: list[bool]) -> None:
    assert shown == [False, False, False]


@then("el lead de la segunda empresa es de su asesor, que no ve el de la primera")
def _(story: Story, branch_adviser: Person) -> None:
    desk = story.office.desk(branch_adviser)
    leads = story.office.administrator.leads_of(story.number("Ana"))
    first, second = leads
    assert second.adviser == branch_adviser.name
    assert desk.leads_of(story.number("Ana")) == [second]
    assert first.company_id != second.company_id


# The source


@when(phrase("el asesor de {name} intenta cambiar la fuente del lead"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    other, _name = story.office.director.another_source(lead)
    desk = story.office.adviser_of(lead)
    story.tries(lambda: desk.does.sets_source(lead, other))


@then(phrase('la fuente del lead de {name} sigue siendo "{source}"'))
def _(story: Story, name: str, source: str) -> None:
    assert story.lead(name).source == source


@when(
    phrase("la dirección cambia la fuente del lead de {name}"),
    target_fixture="source_change",
)
def _(story: Story, name: str) -> tuple[Lead, str]:
    lead = story.lead(name)
    other, new = story.office.director.another_source(lead)
    story.office.director.does.sets_source(lead, other)
    return lead, new


@then(phrase("el lead de {name} tiene la fuente nueva"))
def _(story: Story, name: str, source_change: tuple[Lead, str]) -> None:
    assert story.lead(name).source == source_change[1]


@then(phrase("el cambio de fuente queda en el historial del lead de {name}"))
def _(story: Story, name: str, source_change: tuple[Lead, str]) -> None:
    before, new = source_change
    noted = wait_until(
        f"el cambio de fuente en el historial de {name}",
        lambda: story.adviser(name).changes_noted_on(before),
    )
    assert f"{before.source} -> {new}" in noted
