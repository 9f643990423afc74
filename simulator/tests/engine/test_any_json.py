"""Whatever JSON comes in, the engine refuses with words or accepts: no traceback."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Template
from wa_simulator.engine.errors import EngineError

NUMBER = "100000000000001"
ANA = "573012345678"
ODD: list[Any] = [
    None, 0, 1, -1, 1.5, True, "", "x", "7" * 30, [], ["x"], [[]], {}, {"id": []},
    {"type": "text"}, [{"type": "body", "parameters": "x"}], [{"type": []}], [1],
]  # fmt: skip

SENT: list[dict[str, Any]] = [
    {"type": "text", "text": {"body": "x", "preview_url": False}},
    {"type": "image", "image": {"id": "1", "caption": "x"}},
    {"type": "location", "location": {"latitude": 1, "longitude": 2}},
    {"type": "reaction", "reaction": {"message_id": "x", "emoji": "x"}},
    {
        "type": "template",
        "template": {
            "name": "saludo",
            "language": {"code": "es"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}
            ],
        },
    },
]
_CARD = {
    "card_index": 0,
    "type": "cta_url",
    "header": {"type": "image", "image": {"link": "https://x.test/a"}},
    "body": {"text": "x"},
    "action": {
        "name": "cta_url",
        "parameters": {"display_text": "x", "url": "https://x.test/"},
    },
}
_ACTIONS: dict[str, dict[str, Any]] = {
    "button": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "x"}}]},
    "list": {
        "button": "x",
        "sections": [{"title": "x", "rows": [{"id": "1", "title": "x"}]}],
    },
    "flow": {
        "name": "flow",
        "parameters": {
            "flow_message_version": "3",
            "flow_id": "1",
            "flow_cta": "x",
            "flow_action_payload": {"screen": "x"},
        },
    },
    "product_list": {
        "catalog_id": "1",
        "sections": [{"title": "x", "product_items": [{"product_retailer_id": "x"}]}],
    },
    "carousel": {"cards": [_CARD, {**_CARD, "card_index": 1}]},
}
SENT += [
    {"type": "interactive", "interactive": {
        "type": kind, "body": {"text": "x"}, "action": action,
        **({"header": {"type": "text", "text": "x"}} if kind != "carousel" else {})}}
    for kind, action in _ACTIONS.items()
]  # fmt: skip
SENT += [
    {
        "type": "contacts",
        "contacts": [{"name": {"formatted_name": "x"}, "phones": [{"phone": "x"}]}],
    },
    {"type": "sticker", "sticker": {"link": "https://x.test/a"}},
    {
        "type": "template",
        "template": {
            "name": "rica",
            "language": {"code": "es"},
            "components": [
                {"type": "header", "parameters": [
                    {"type": "image", "image": {"link": "https://x.test/a"}}]},
                {"type": "limited_time_offer", "parameters": [
                    {"limited_time_offer": {"expiration_time_ms": 1}}]},
                {"type": "carousel", "cards": [
                    {"card_index": 0, "components": [
                        {"type": "button", "sub_type": "url", "index": 0,
                         "parameters": [{"type": "text", "text": "x"}]}]}]},
                {"type": "button", "sub_type": "copy_code", "index": 0,
                 "parameters": [{"coupon_code": "x"}]},
                {"type": "button", "sub_type": "mpm", "index": 1,
                 "parameters": [{"action": {"sections": [{"title": "x"}]}}]},
            ],
        },
    },
]  # fmt: skip
RICH = [
    {"type": "HEADER", "format": "IMAGE"},
    {"type": "BODY", "text": "x"},
    {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE"}, {"type": "MPM"}]},
    {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"has_expiration": True}},
    {"type": "CAROUSEL", "cards": [
        {"components": [{"type": "BUTTONS", "buttons": [
            {"type": "URL", "url": "https://x.test/{{1}}"}]}]}]},
]  # fmt: skip
for each in SENT:
    each.update(
        messaging_product="whatsapp",
        to=ANA,
        recipient_type="individual",
        context={"message_id": "wamid.X"},
        biz_opaque_callback_data="x",
    )

WRITTEN: list[dict[str, Any]] = [
    {"type": "text", "text": {"body": "x"}, "context": {"id": "x"}},
    {"type": "text", "body": "x", "timestamp": 1, "profile": {"name": "Ana"}},
    {"type": "image", "image": {"caption": "x"}, "data": "aGk=", "mime_type": "a/b"},
    {"type": "interactive", "interactive": {"button_reply": {"id": "1", "title": "x"}}},
    {"type": "system", "system": {"wa_id": "573019999999"}, "referral": {"a": 1}},
    {"type": "order", "order": {"catalog_id": "1"}, "message": {"a": 1}, "to": NUMBER},
    {"type": "button", "button": {"text": "x", "payload": "x"}},
    {"type": "unsupported", "unsupported": {"type": "poll"}, "code": 1},
    {"type": "contacts", "contacts": [{"name": {}}]},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a value."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*path, index))
    return found


def spoiled(base: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one to three odd values somewhere."""
    made = json.loads(json.dumps(base))
    for _ in range(chance.randint(1, 3)):
        *path, last = chance.choice(places(made))
        holder = made
        for step in path:
            holder = holder[step]
        holder[last] = json.loads(json.dumps(chance.choice(ODD)))
    return dict(made)


def _send(engine: Engine, body: dict[str, Any]) -> None:
    engine.answered(engine.accept(NUMBER, body).message)


def _write(engine: Engine, body: dict[str, Any]) -> None:
    engine.write(ANA, body)


@pytest.mark.parametrize(
    ("bases", "act"), [(SENT, _send), (WRITTEN, _write)], ids=["send", "write"]
)
def test_no_traceback(
    engine: Engine,
    bases: list[dict[str, Any]],
    act: Callable[[Engine, dict[str, Any]], None],
) -> None:
    rich = Template("41", "200000000000001", "rica", "es", "MARKETING", RICH)
    engine.world.templates["41"] = rich
    chance = random.Random(20261123)
    refused = accepted = 0
    for _ in range(4000):
        body = spoiled(chance.choice(bases), chance)
        try:
            act(engine, body)
        except EngineError:
            refused += 1
        except Exception as exc:
            exc.add_note(json.dumps(body))
            raise
        else:
            accepted += 1
    engine.tick()
    json.dumps([item.value for item in engine.drain()])
    assert refused > 500
    assert accepted > 50


def test_the_bases_are_good(engine: Engine) -> None:
    engine.world.templates["41"] = Template(
        "41", "200000000000001", "rica", "es", "MARKETING", RICH
    )
    for body in SENT:
        if body["type"] not in ("image", "reaction"):
            assert engine.accept(NUMBER, body)
