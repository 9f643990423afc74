"""Who may see and change what; what an administrator arranges."""

from __future__ import annotations

from collections.abc import Callable

from pytest_bdd import given, then, when

from tests.drivers.people import ADVISER, Person
from tests.drivers.records import Lead
from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

OTHER_TEAM = "Otro equipo"


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
    story.says("Marta", "Hola", story.lines[OTHER_TEAM])
    assert story.lead("Marta").adviser == stranger.name


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


@then(phrase("el asesor {letter} ve solo la conversación y el lead de {name}"))
def _(story: Story, letter: str, name: str) -> None:
    lead = story.lead(name)
    desk = story.office.desk(story.person(letter))
    seen = (desk.discuss.conversations(story.line), desk.does.sees_leads(story.line))
    assert seen == ([lead.conversation_id], [lead.id])


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


@then(phrase("quien supervisa ve la conversación de {name}"))
def _(story: Story, name: str) -> None:
    found = story.office.supervisor.discuss.conversations(story.line)
    assert found == [story.lead(name).conversation_id]


@then("quien supervisa no ve la conversación del otro equipo")
def _(story: Story) -> None:
    line = story.lines[OTHER_TEAM]
    supervisor, director = story.office.supervisor, story.office.director
    assert len(director.discuss.conversations(line)) == 1
    assert supervisor.discuss.conversations(line) == []


@then(phrase("la dirección ve las conversaciones de {first} y de {second}"))
def _(story: Story, first: str, second: str) -> None:
    wanted = [story.lead(name).conversation_id for name in (first, second)]
    assert story.office.director.discuss.conversations(story.line) == wanted


@then(phrase("el asesor de {name} no puede leer las claves de la línea"))
def _(story: Story, name: str) -> None:
    assert not story.adviser(name).does.can_read_secrets_of(story.line)


@then("quien supervisa no puede leer las claves de la línea")
def _(story: Story) -> None:
    assert not story.office.supervisor.does.can_read_secrets_of(story.line)


@then("la dirección no puede leer las claves de la línea")
def _(story: Story) -> None:
    assert not story.office.director.does.can_read_secrets_of(story.line)


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
