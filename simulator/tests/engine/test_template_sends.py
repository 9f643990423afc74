"""Parameters of a template at send time: a table of what is refused."""

from copy import deepcopy
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Template
from wa_simulator.engine.errors import Refused

NUMBER = "100000000000001"
WABA = "200000000000001"
BODY = {"type": "BODY", "text": "Hola {{1}}"}
URL = {"type": "URL", "text": "Ver", "url": "https://x.test/{{1}}"}
STATIC = {"type": "URL", "text": "Ver", "url": "https://x.test/"}
CODE = {"type": "COPY_CODE", "example": ["25OFF"]}
QUICK = {"type": "QUICK_REPLY", "text": "Sí"}
FLOW = {"type": "FLOW", "text": "Abrir", "flow_id": "1234567890",
        "flow_action": "navigate", "navigate_screen": "UNO"}  # fmt: skip
CALL = {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+576015550100"}
MPM = {"type": "MPM", "text": "Ver"}
OFFER = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"has_expiration": True}}
CARD = {"components": [{"type": "BODY", "text": "Oferta {{1}}"}]}


def words(*values: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": value} for value in values]


def part(kind: str, *parameters: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "parameters": list(parameters), **more}


def button(sub_type: str, *parameters: Any, index: int = 0) -> dict[str, Any]:
    return part("button", *parameters, sub_type=sub_type, index=index)


def buttons(*rows: Any) -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": "x"}, {"type": "BUTTONS", "buttons": list(rows)}]


def header(format_: str, text: str = "") -> list[dict[str, Any]]:
    made = {"type": "HEADER", "format": format_, "text": text}
    return [made, {"type": "BODY", "text": "x"}]


def cards(*texts: str) -> dict[str, Any]:
    made = [
        {"card_index": n, "components": [part("body", *words(text))]}
        for n, text in enumerate(texts)
    ]
    return {"type": "carousel", "cards": made}


def carousel() -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": "x"}, {"type": "CAROUSEL", "cards": [CARD, CARD]}]


PLACE = {"latitude": "4.6", "longitude": "-74", "name": "x", "address": "x"}
LINK = {"link": "https://x.test/a"}
END = {"limited_time_offer": {"expiration_time_ms": 1764000000000}}
PRODUCTS = {"action": {"sections": [{"title": "x", "product_items": []}]}}


def send(engine: Engine, made: list[Any], sent: list[Any]) -> Any:
    engine.world.templates["41"] = Template(
        "41", WABA, "t", "es", "MARKETING", deepcopy(made)
    )
    node = {"name": "t", "language": {"code": "es"}, "components": sent}
    return engine.accept(
        NUMBER,
        {
            "messaging_product": "whatsapp",
            "to": "573012345678",
            "type": "template",
            "template": node,
        },
    )


@pytest.mark.parametrize(
    ("made", "sent"),
    [
        ([BODY], [part("BODY", *words("Ana"))]),
        (header("TEXT", "Su {{1}}"), [part("header", *words("pedido"))]),
        (header("IMAGE"), [part("header", {"type": "image", "image": LINK})]),
        (header("GIF"), [part("header", {"type": "video", "video": LINK})]),
        (header("LOCATION"), [part("header", {"type": "location", "location": PLACE})]),
        (buttons(URL), [button("url", *words("17"))]),
        (buttons(STATIC, QUICK), []),
        (buttons(QUICK), [button("quick_reply", {"type": "payload", "payload": "p"})]),
        (buttons(CODE), [button("COPY_CODE", {"coupon_code": "25OFF"})]),
        (buttons(MPM), [button("mpm", PRODUCTS)]),
        (buttons(FLOW), [button("flow")]),
        (buttons(FLOW), [button("FLOW", {"type": "action", "action": {}})]),
        (buttons(CALL, URL), [button("url", *words("x"), index=1)]),
        (buttons(CALL), []),
        ([OFFER, BODY], [part("limited_time_offer", END), part("body", *words("a"))]),
        (carousel(), [cards("a", "b")]),
    ],
)  # fmt: skip
def test_good_ones(engine: Engine, made: list[Any], sent: list[Any]) -> None:
    assert send(engine, made, sent).answer["messages"]


@pytest.mark.parametrize(
    ("made", "sent", "code", "details"),
    [
        ([BODY], [], 132000, "(0) does not match the expected number of params (1)"),
        ([BODY], [part("header", *words("a")), part("body", *words("a"))], 132000,
         "header: number of localizable_params (1)"),
        ([BODY], [part("title")], 100, ""),
        ([BODY], [part("body", {"type": "image", "image": LINK})], 132012, "TEXT"),
        ([BODY], [part("body", {"type": "currency"})], 131008, "fallback_value"),
        ([BODY], [part("body", *words("x" * 1020))], 132005, "too long: body"),
        (header("TEXT", "Su {{1}}"), [], 132000, "header"),
        (header("TEXT", "Su {{1}}"), [part("header", *words("x" * 58))], 132005,
         "too long: header"),
        (header("IMAGE"), [], 132012, "expected IMAGE, received UNKNOWN"),
        (header("IMAGE"), [part("header", {"type": "video", "video": LINK})], 132012,
         "expected IMAGE, received VIDEO"),
        (header("IMAGE"), [part("header", {"type": "image", "image": {}})], 131008,
         "requires id or link"),
        (header("LOCATION"), [part("header", {"type": "location", "location": {}})],
         131008, "latitude and longitude"),
        (buttons(URL), [], 131008, "index 0 of type Url requires a parameter"),
        (buttons(URL), [button("url", {"type": "text"})], 131008, "requires"),
        (buttons(URL), [button("url", *words("1"), index=1)], 131009, "does not exist"),
        (buttons(URL), [button("quick_reply", *words("1"))], 132012, "expected URL"),
        (buttons(STATIC), [button("url", *words("1"))], 132000, "buttons"),
        (buttons(CODE), [], 131008, "Copy code requires a parameter"),
        (buttons(CODE), [button("copy_code", {"coupon_code": "x" * 21})], 132012, "20"),
        (buttons(MPM), [], 131008, "Mpm requires a parameter"),
        (buttons(FLOW), [], 131009, "index 0 of type Flow"),
        (buttons(QUICK, FLOW), [button("flow", index=0)], 132012, "expected QUICK"),
        (buttons(CALL, URL), [button("url", *words("x"))], 100,
         "buttons: Button at index 0 is of type Call and does not support parameters"),
        (buttons(QUICK), [button("quick_reply", {"payload": "x" * 257})], 131009,
         "256"),
        ([OFFER, BODY], [part("body", *words("a"))], 131008, "expiration_time_ms"),
        (carousel(), [], 132012, "expected 2 cards, received 0"),
        (carousel(), [cards("a")], 132012, "expected 2 cards, received 1"),
        (carousel(), [{"type": "carousel", "cards": [{"card_index": 2}] * 2}], 131009,
         "card_index '2'"),
        (carousel(), [{"type": "carousel", "cards": [{"card_index": 0}] * 2}], 132000,
         "body"),
    ],
)  # fmt: skip
def test_refusals(
    engine: Engine, made: list[Any], sent: list[Any], code: int, details: str
) -> None:
    with pytest.raises(Refused) as caught:
        send(engine, made, sent)
    assert caught.value.code == code, caught.value
    assert details in caught.value.details
