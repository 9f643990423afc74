"""What customers do at their phones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pytest_bdd import given, parsers, when

from tests.drivers.contents import THUMBS_UP, content_of
from tests.drivers.numbers import Number
from tests.drivers.story import Story
from tests.steps.phrases import phrase

SECONDS_OF_HOUR = 3600


@given(phrase('que {name} escribió "{text}"'))
@when(phrase('{name} escribe "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    story.says(name, text)


@given(phrase('que {name} escribió "{text}" hace {hours} horas'))
def _(story: Story, name: str, text: str, hours: str) -> None:
    at = story.meta.now() - int(hours) * SECONDS_OF_HOUR
    story.sends(name, text, type="text", body=text, timestamp=at)


@given(
    parsers.re(
        r'que (?P<name>\w+) escribió "(?P<text>[^"]+)" y l[ao] atiende'
        r" el asesor (?P<letter>[A-C])"
    )
)
def _(story: Story, name: str, text: str, letter: str) -> None:
    story.says(name, text)
    assert story.lead(name).adviser == story.person(letter).name


@when(phrase('{name} escribe "{text}" a la línea "{line}"'))
def _(story: Story, name: str, text: str, line: str) -> None:
    story.says(name, text, story.lines[line])


@when(phrase('{name} escribe deprisa "{first}" y "{second}"'))
def _(story: Story, name: str, first: str, second: str) -> None:
    number, line = story.number(name), story.line.phone_number_id
    early = story.meta.sends(number, line, first, wait=False, type="text", body=first)
    late = story.meta.writes(number, line, second)
    story.arrived(late)
    story.arrived(early)


@when("escriben cinco clientes al mismo tiempo")
def _(story: Story) -> None:
    names = [f"Cliente {place}" for place in range(1, 6)]
    for name in names:
        story.number(name)
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: story.says(name, f"Hola, soy {name}"), names))


@when(phrase('escribe alguien desde el número "{number}"'))
def _(story: Story, number: str) -> None:
    wa_id = story.numbers.foreign(number)
    story.moves("alguien", Number(wa_id[2:], wa_id[:2]))
    story.says("alguien", "Hola, sigo interesado")


@when(phrase("{name} envía …"))
def _(story: Story, name: str, what: str) -> None:
    story.sends(name, what, **content_of(what))


@when(phrase('{name} escribe "{text}" desde el anuncio "{headline}"'))
def _(story: Story, name: str, text: str, headline: str) -> None:
    referral = {
        "source_url": "https://fb.me/anuncio",
        "source_type": "ad",
        "source_id": "120200000000000001",
        "headline": headline,
        "ctwa_clid": "clic-de-prueba",
    }
    story.sends(name, text, type="text", body=text, referral=referral)


@when(phrase('{name} responde "{text}" citando "{quoted}"'))
def _(story: Story, name: str, text: str, quoted: str) -> None:
    wamid = story.meta.wamid_of(story.line.phone_number_id, quoted)
    story.sends(name, text, type="text", body=text, context=wamid)


@when(phrase('{name} reacciona con un pulgar arriba a "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    wamid = story.meta.wamid_of(story.line.phone_number_id, text)
    story.sends(name, "pulgar", type="reaction", message_id=wamid, emoji=THUMBS_UP)


@when(phrase('{name} quita su reacción a "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    wamid = story.meta.wamid_of(story.line.phone_number_id, text)
    story.sends(name, "sin reacción", type="reaction", message_id=wamid)


@when(phrase('{name} corrige su mensaje: "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    wamid = story.last_of(name).wamid
    story.sends(name, text, type="edit", original_message_id=wamid, body=text)


@when(phrase("{name} borra su mensaje"))
def _(story: Story, name: str) -> None:
    wamid = story.last_of(name).wamid
    story.sends(name, "borrado", type="revoke", original_message_id=wamid)


@when(phrase("{name} cambia de número"))
def _(story: Story, name: str) -> None:
    new = story.numbers.fresh()
    story.sends(name, "número nuevo", type="system", wa_id=new.wa_id)
    story.moves(name, new)


@given(phrase("que {name} oculta su número"))
def _(story: Story, name: str) -> None:
    story.hides(name)


@when(phrase("{name} muestra su número"))
def _(story: Story, name: str) -> None:
    story.meta.hides_number(story.number(name), hidden=False)


@given(phrase("que {name} no tiene nombre en WhatsApp"))
def _(story: Story, name: str) -> None:
    story.meta.knows_as(story.number(name), "")


@given(phrase("que el teléfono de {name} no confirma nada"))
def _(story: Story, name: str) -> None:
    story.meta.confirms_nothing(story.number(name))


@when(phrase("{name} lee los mensajes"))
def _(story: Story, name: str) -> None:
    story.meta.reads(story.number(name))
