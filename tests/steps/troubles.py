"""What goes wrong at Meta, and what is done about it."""

from __future__ import annotations

from pytest_bdd import given, then, when

from tests.drivers.story import Story
from tests.drivers.waiting import wait_until
from tests.steps.phrases import phrase

STATUSES = {"enviado": "sent", "entregado": "delivered", "leído": "read"}
GENERIC_PASSING_ERROR = 131000


@given("que WhatsApp está caído")
def _(story: Story) -> None:
    story.meta.troubles.goes_down(story.line.phone_number_id)


@when("WhatsApp vuelve")
@when("Meta recupera los archivos")
def _(story: Story) -> None:
    story.meta.troubles.end(story.line.phone_number_id)


@given("que Meta perdió los archivos de los clientes")
def _(story: Story) -> None:
    story.meta.troubles.has_lost_files(story.line.phone_number_id)


@given("que Meta entrega los dos mensajes siguientes al revés")
def _(story: Story) -> None:
    story.meta.troubles.swaps_next_messages(story.line.phone_number_id)


@given("que Meta confirma el próximo mensaje antes de responder")
def _(story: Story) -> None:
    story.meta.troubles.confirms_before_answering(story.line.phone_number_id)


@given("que se pierde la respuesta de Meta al próximo mensaje")
def _(story: Story) -> None:
    story.meta.troubles.loses_answer(story.line.phone_number_id)


@given(phrase("que Meta pide esperar {seconds} segundos"))
def _(story: Story, seconds: str) -> None:
    line = story.line.phone_number_id
    story.meta.troubles.asks_for_patience(line, int(seconds))


@given("que el token de la línea venció")
def _(story: Story) -> None:
    story.meta.troubles.rejects_token(story.line.phone_number_id)


@given(phrase("que Meta rechaza los mensajes con el código {code}"))
def _(story: Story, code: str) -> None:
    story.meta.troubles.refuses(story.line.phone_number_id, int(code))


@given("que Meta falla una vez con los textos")
@given("que Meta rechaza una vez los mensajes")
def _(story: Story) -> None:
    story.meta.troubles.fails_once(story.line.phone_number_id, "text")


@given(phrase("que Meta tarda {seconds} segundos en responder"))
def _(story: Story, seconds: str) -> None:
    line = story.line.phone_number_id
    story.meta.troubles.answers_slowly(line, float(seconds))


@when(phrase("Meta entrega ese mensaje {times} veces más"))
def _(story: Story, times: str) -> None:
    written = story.last_written()
    answers = story.meta.deliver_again(written, int(times))
    assert answers == [200] * (int(times) + 1)


@when(
    phrase(
        'llegan las confirmaciones de "{text}" en el orden {first}, {second}, {third}'
    )
)
def _(story: Story, text: str, first: str, second: str, third: str) -> None:
    for status in (first, second, third):
        story.meta.confirms(story.line.phone_number_id, text, STATUSES[status])


@when(phrase('llega la confirmación de "{text}": {status}'))
def _(story: Story, text: str, status: str) -> None:
    story.meta.confirms(story.line.phone_number_id, text, STATUSES[status])


@when(phrase('Meta avisa que "{text}" falló con el código {code}'))
def _(story: Story, text: str, code: str) -> None:
    line = story.line.phone_number_id
    story.meta.confirms(line, text, "failed", code=int(code))


# What people do about it


@when(phrase('el administrador adelanta el reintento de "{text}"'))
def _(story: Story, text: str) -> None:
    administrator = story.office.administrator
    failed = administrator.after_failures(story.row(text), 1)
    administrator.brings_forward(failed)


@when(phrase('WhatsApp vuelve y el administrador adelanta el reintento de "{text}"'))
def _(story: Story, text: str) -> None:
    """The retry would come by itself, a minute after the failure."""
    administrator = story.office.administrator
    failed = administrator.after_failures(story.row(text), 1)
    story.meta.troubles.end(story.line.phone_number_id)
    administrator.brings_forward(failed)


@when(phrase('WhatsApp vuelve y el asesor de {name} reintenta "{text}"'))
def _(story: Story, name: str, text: str) -> None:
    row = story.office.administrator.after_failures(story.row(text), 1)
    story.meta.troubles.end(story.line.phone_number_id)
    story.adviser(name).does.retries(row)


@when(phrase('los mensajes "{first}" y "{second}" agotan sus reintentos'))
def _(story: Story, first: str, second: str) -> None:
    administrator = story.office.administrator
    for text in (first, second):
        administrator.exhausts(story.row(text))
        assert story.row(text).state == "failed"


@when("el administrador reanuda la línea")
def _(story: Story) -> None:
    story.office.administrator.resumes(story.line)


@when("el administrador escribe el token nuevo")
def _(story: Story) -> None:
    story.meta.troubles.end(story.line.phone_number_id)
    token = str(story.meta.world["token"])
    story.office.administrator.renews_token(story.line, token)


@then(phrase("la línea espera {seconds} segundos"))
def _(story: Story, seconds: str) -> None:
    why, wait = story.office.administrator.withheld(story.line)
    assert (why, round(wait)) == ("rate", int(seconds))


@then("el administrador tiene un solo aviso de la línea")
def _(story: Story) -> None:
    assert len(story.office.administrator.alerts_about(story.line)) == 1


@then(phrase('el administrador recibe el aviso "{words}"'))
def _(story: Story, words: str) -> None:
    wait_until(
        f"un aviso «{words}» sobre «{story.line.name}»",
        lambda: story.office.administrator.alerts_about(story.line),
        lambda found: len([one for one in found if words in one]) == 1,
    )
