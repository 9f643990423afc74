"""Leads: whose, how many, what became of them."""

from __future__ import annotations

from pytest_bdd import given, then, when

from tests.drivers.records import Lead
from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

CALL = "Llamar inmediato"


@given(
    phrase('que el asesor {letter} anotó un lead con el teléfono "{phone}"'),
    target_fixture="noted",
)
def _(story: Story, letter: str, phone: str) -> Lead:
    desk = story.office.desk(story.person(letter))
    written = story.numbers.foreign(phone)
    return story.office.note_lead(desk.creates_lead("Vino a la sala", written))


@given(phrase("que el asesor {letter} tiene a {name} entre sus contactos"))
def _(story: Story, letter: str, name: str) -> None:
    desk = story.office.desk(story.person(letter))
    story.office.note_contact(desk.does.keeps_contact(name, story.number(name).e164))


@given(phrase("que el asesor de {name} marcó el lead como perdido"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    story.office.adviser_of(lead).does.loses(lead)
    assert not story.newest_lead(name).open


@given(phrase("que el asesor de {name} marcó el lead como ganado"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    story.office.adviser_of(lead).does.wins(lead)


@when(phrase("la dirección pasa el lead de {name} al asesor {letter}"))
def _(story: Story, name: str, letter: str) -> None:
    to = story.office.desk(story.person(letter)).session.user_id
    story.office.director.does.gives(story.lead(name), to)


@then(phrase("hay un solo lead de {name}"))
def _(story: Story, name: str) -> None:
    assert len(story.leads(name)) == 1


@then("el mensaje está en el lead que anotó el asesor A")
def _(story: Story, noted: Lead) -> None:
    desk = story.office.desk(story.person("A"))
    assert desk.chatter_of(noted) == [story.last_of("alguien").text]


@then("no hay otro lead con ese número")
def _(story: Story, noted: Lead) -> None:
    assert [lead.id for lead in story.leads("alguien")] == [noted.id]


@then(phrase("el lead de {name} es del asesor {letter}"))
def _(story: Story, name: str, letter: str) -> None:
    assert story.lead(name).adviser == story.person(letter).name


@then(phrase("el lead de {name} no tiene asesor"))
def _(story: Story, name: str) -> None:
    wait_until(
        f"la explicación de por qué nadie tomó el lead de {name}",
        lambda: story.office.director.does.why_assigned(story.newest_lead(name)),
    )
    assert [lead.adviser for lead in story.leads(name)] == [""]


@then(phrase("el lead de {name} lleva su número en el nombre"))
def _(story: Story, name: str) -> None:
    assert story.number(name).e164 in story.lead(name).name


@then(phrase("el lead de {name} está abierto y sigue con su asesor"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    assert (lead.open, lead.adviser) == (True, story.line.advisers[0].name)


@then(phrase("{name} tiene dos leads en la misma conversación"))
def _(story: Story, name: str) -> None:
    leads = story.leads(name)
    assert len(leads) == 2
    assert leads[0].conversation_id == leads[1].conversation_id


@then(phrase('el mensaje "{text}" está solo en el lead nuevo'))
def _(story: Story, text: str) -> None:
    director = story.office.director
    number = story.wrote(text).number
    found = [text in director.chatter_of(lead) for lead in director.leads_of(number)]
    assert found == [False, True]


@then(phrase("{name} tiene un solo lead, con el número nuevo"))
@then(phrase("{name} tiene un solo lead, con su número"))
def _(story: Story, name: str) -> None:
    numbers = [lead.number for lead in story.leads(name)]
    assert numbers == [story.number(name).e164]


@then(phrase("el lead de {name} es de ese contacto"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    assert story.office.adviser_of(lead).does.customer_of(lead) == name


@then(phrase("el lead de {name} tiene una sola llamada pendiente"))
def _(story: Story, name: str) -> None:
    lead = story.lead(name)
    activities = story.office.adviser_of(lead).activities_on(lead)
    assert [one.summary for one in activities].count(CALL) == 1


@then(phrase("la llamada pendiente del lead de {name} es del asesor {letter}"))
def _(story: Story, name: str, letter: str) -> None:
    lead = story.lead(name)
    activities = story.office.adviser_of(lead).activities_on(lead)
    owners = [one.assigned_to for one in activities if one.summary == CALL]
    assert owners == [story.person(letter).name]


@then(phrase("quien supervisa tiene una tarea sobre el lead de {name}"))
def _(story: Story, name: str) -> None:
    desk = story.office.supervisor
    activities = desk.activities_on(story.newest_lead(name))
    assert [one.assigned_to for one in activities] == [desk.person.name]


@then(
    phrase(
        "el registro de asignación del lead de {name} explica por qué no fue del"
        " asesor {letter}"
    )
)
def _(story: Story, name: str, letter: str, how: str) -> None:
    [why] = story.office.director.does.why_assigned(story.lead(name))
    own = [row for row in why.splitlines() if story.person(letter).name in row]
    assert [row.partition(": ")[2] for row in own] == [f"está {how}"]


@then(phrase("ningún asesor tiene más de {most} ni menos de {least} de esos leads"))
def _(story: Story, most: str, least: str) -> None:
    names = [f"Cliente {place}" for place in range(1, 6)]
    owners = [story.lead(name).adviser for name in names]
    counts = [owners.count(person.name) for person in story.line.advisers]
    assert (max(counts), min(counts)) == (int(most), int(least))


@then(phrase('el lead de {name} dice que vino del anuncio "{headline}"'))
def _(story: Story, name: str, headline: str) -> None:
    lead = story.lead(name)
    assert story.office.adviser_of(lead).does.advertisement_of(lead) == headline


@then(phrase("{name} tiene un lead en cada empresa"))
def _(story: Story, name: str) -> None:
    administrator = story.office.administrator
    leads = wait_until(
        "los leads de las dos empresas con su asesor",
        lambda: administrator.leads_of(story.number(name)),
        lambda found: len(found) == 2 and all(lead.adviser_id for lead in found),
    )
    assert len({lead.company_id for lead in leads}) == 2
