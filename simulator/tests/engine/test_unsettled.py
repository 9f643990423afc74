"""What no source settles: taken by default, refused by a switch."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import Refused

NUMBER = "100000000000001"
ANA = "573012345678"


def send(engine: Engine, **more: Any) -> Any:
    body = {"messaging_product": "whatsapp", "to": ANA, **more}
    return engine.accept(NUMBER, body).message


def react(engine: Engine, emoji: str) -> Any:
    wamid = engine.write(ANA, {"body": "hola"}).wamid
    return send(engine, type="reaction", reaction={"message_id": wamid, "emoji": emoji})


@pytest.mark.parametrize(
    "emoji", ["hola", "a", "1", " ", "\U0001f44da", "\U0001f600 \U0001f600"]
)
def test_a_reaction_that_is_no_emoji(engine: Engine, emoji: str) -> None:
    assert react(engine, emoji).wamid
    engine.settings.update({"reaction_needs_emoji": True})
    with pytest.raises(Refused, match=r"reaction\['emoji'\]") as caught:
        react(engine, emoji)
    assert caught.value.code == 131009


@pytest.mark.parametrize(
    "emoji",
    [
        "\U0001f44d",
        "\u2764\ufe0f",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f1e8\U0001f1f4",
        "1\ufe0f\u20e3",
        "\U0001f62e",
        "\U0001f44d\U0001f3fd",
        "\u203c\ufe0f",
        "",
    ],
)
def test_emoji_pass_the_switch(engine: Engine, emoji: str) -> None:
    engine.settings.update({"reaction_needs_emoji": True})
    assert react(engine, emoji).wamid


def buttons(title: str, body: str = "Elija") -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "body": {"text": body},
            "action": {
                "buttons": [{"type": "reply", "reply": {"id": "a", "title": title}}]
            },
        },
    }


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (buttons("  "), "interactive['action']['buttons'][0]['reply']['title']"),
        (buttons("Sí", " \n"), "interactive['body']['text']"),
        ({"type": "text", "text": {"body": "\t"}}, "text['body']"),
    ],
)
def test_texts_of_blanks(engine: Engine, body: dict[str, Any], where: str) -> None:
    assert send(engine, **body).wamid
    engine.settings.update({"refuse_blank_texts": True})
    with pytest.raises(Refused) as caught:
        send(engine, **body)
    assert caught.value.code == 131009
    assert caught.value.details.startswith(where)


def test_texts_with_words_pass_the_switch(engine: Engine) -> None:
    engine.settings.update({"refuse_blank_texts": True})
    assert send(engine, **buttons("Sí")).wamid
