"""What Meta checks when a template is created: a table with subcodes."""

from copy import deepcopy
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import Refused
from wa_simulator.engine.templates import rules as template_rules

WABA = "200000000000001"
LONG = "palabras de relleno " * 60


def body(text: str = "Hola {{1}}, su pedido está listo.", *values: str) -> Any:
    component: dict[str, Any] = {"type": "BODY", "text": text}
    if values or "{{1}}" in text:
        component["example"] = {"body_text": [list(values or ("Ana",))]}
    return component


def header(**node: Any) -> dict[str, Any]:
    return {"type": "HEADER", **node}


def buttons(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(rows)}


QUICK = {"type": "QUICK_REPLY", "text": "Sí"}
URL = {"type": "URL", "text": "Ver", "url": "https://x.test/a"}
DYNAMIC = {**URL, "url": "https://x.test/{{1}}", "example": ["17"]}
PHONE = {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+573001112233"}
CODE = {"type": "COPY_CODE", "example": "25OFF"}
FLOW = {"type": "FLOW", "text": "Abrir", "flow_id": "77"}
IMAGE = header(format="IMAGE", example={"header_handle": ["4::aW"]})
CARD = {"components": [IMAGE, body("Una oferta"), buttons(URL)]}
OFFER = {
    "type": "LIMITED_TIME_OFFER",
    "limited_time_offer": {"text": "¡Hoy!", "has_expiration": True},
}


def draft(*components: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "pedido_listo",
        "language": "es_CO",
        "category": "MARKETING",
        "components": deepcopy(list(components)) or [body()],
        **more,
    }


NAMED = {
    "type": "body",
    "text": "Gracias, {{nombre}}, su orden es {{orden_1}}.",
    "example": {
        "body_text_named_params": [
            {"param_name": "nombre", "example": "Ana"},
            {"param_name": "orden_1", "example": "17"},
        ]
    },
}


@pytest.mark.parametrize(
    "given",
    [
        draft(),
        draft(body("Sin variables")),
        draft(NAMED, parameter_format="named"),
        draft({**body(), "example": {"body_text": ["Ana"]}}),
        draft(header(format="text", text="Oferta"), body()),
        draft(header(format="TEXT", text="Su {{1}}", example={"header_text": ["a"]}),
              body()),
        draft(IMAGE, body(), {"type": "footer", "text": "Pie"}),
        draft(header(format="LOCATION"), body()),
        draft(body(), buttons(QUICK, QUICK, URL, PHONE)),
        draft(body(), buttons(URL, DYNAMIC, QUICK)),
        draft(body(), buttons({**DYNAMIC, "example": "17"})),
        draft(body(), buttons(CODE, FLOW)),
        draft(body("Mire"), {"type": "CAROUSEL", "cards": [CARD, CARD]}),
        draft(OFFER, body("Mire"), buttons(CODE, URL)),
    ],
)  # fmt: skip
def test_good_ones(given: dict[str, Any]) -> None:
    made = template_rules.check(given)
    assert all(c["type"] == c["type"].upper() for c in made.components)


@pytest.mark.parametrize(
    ("given", "subcode", "words"),
    [
        (draft(name=None), None, "name is required"),
        (draft(name="Pedido Listo"), None, "lowercase alphanumeric"),
        (draft(name="x" * 513), 2388040, "512"),
        (draft(language=None), None, "language is required"),
        (draft(language="es-CO"), None, "supported languages"),
        (draft(category="PROMO"), None, "{AUTHENTICATION, MARKETING, UTILITY}"),
        (draft(category=None), None, "category is required"),
        (draft(parameter_format="x"), None, "{POSITIONAL, NAMED}"),
        (draft(components="x"), None, "array of objects"),
        (draft(components=None), None, "components is required"),
        (draft({"type": "TITLE"}), None, "type must be one of"),
        (draft(IMAGE), 2388043, "BODY is missing expected field(s) (text)"),
        (draft(body(), body()), None, "only one BODY"),
        (draft(body(LONG)), 2388040, "at most 1024"),
        (draft({"type": "BODY", "text": "Hola {{1}}, su turno es hoy."}), 2388043,
         "example.body_text"),
        (draft(body("Hola {{1}} y {{2}}, su turno es hoy.", "a")), 2388043, "example"),
        (draft(body("{{1}} hola, su turno es hoy")), 2388299, "before and after"),
        (draft(body("hola, su turno es hoy {{1}}")), 2388299, "before and after"),
        (draft(body("a {{1}} {{2}} {{3}} b", "1", "2", "3")), 2388293, "reduce"),
        (draft(body("Hola {{2}}, su turno es hoy.", "a")), 2388072, "in order"),
        (draft(body("Hola {{nombre}}, su turno es hoy.", "a")), 2388072,
         "parameter_format"),
        (draft({**NAMED, "text": "Hola {{Nombre}}, su turno es hoy."},
               parameter_format="NAMED"), 2388072, "lowercase"),
        (draft(header(format="TEXT", text="x" * 61), body()), 2388040, "at most 60"),
        (draft(header(format="TEXT", text="*Hola*"), body()), 2388047, "formatting"),
        (draft(header(format="TEXT", text="{{1}} {{2}}"), body()), 2388047, "one"),
        (draft(header(format="TEXT", text="Su {{1}}"), body()), 2388043, "header_text"),
        (draft(header(format="TEXT"), body()), 2388043, "(text)"),
        (draft(header(format="IMAGE"), body()), 2388043, "header_handle"),
        (draft(header(format="SOUND"), body()), None, "format must be one of"),
        (draft(body(), {"type": "FOOTER", "text": "x" * 61}), 2388040, "at most 60"),
        (draft(body(), {"type": "FOOTER", "text": "De {{1}}"}), 2388073, "variables"),
        (draft(body(), buttons()), 2388043, "(buttons)"),
        (draft(body(), buttons(*[QUICK] * 11)), None, "at most 10"),
        (draft(body(), buttons(QUICK, URL, QUICK)), None, "invalid combination"),
        (draft(body(), buttons(URL, URL, URL)), None, "at most 2 of type URL"),
        (draft(body(), buttons(PHONE, PHONE)), None, "at most 1 of type PHONE_NUMBER"),
        (draft(body(), buttons(CODE, CODE)), None, "at most 1 of type COPY_CODE"),
        (draft(body(), buttons({**QUICK, "text": "x" * 26})), 2388040, "25"),
        (draft(body(), buttons({"type": "QUICK_REPLY"})), 2388043, "(text)"),
        (draft(body(), buttons({**QUICK, "type": "LINK"})), None, "must be one of"),
        (draft(body(), buttons({**URL, "url": "x.test"})), None, "valid URI"),
        (draft(body(), buttons({**URL, "url": "https://x.test/" + "x" * 2000})),
         2388040, "2000"),
        (draft(body(), buttons({**DYNAMIC, "example": None})), 2388043, "(example)"),
        (draft(body(), buttons({**DYNAMIC, "url": "https://x.test/{{1}}/a"})), None,
         "at the end"),
        (draft(body(), buttons({**CODE, "example": "x" * 21})), 2388040, "20"),
        (draft(body(), buttons({"type": "FLOW", "text": "Abrir"})), 2388043, "flow_id"),
        (draft(body("Mire"), {"type": "CAROUSEL", "cards": [CARD]}), None, "2 to 10"),
        (draft(body("Mire"), {"type": "CAROUSEL", "cards": [
            CARD, {"components": [IMAGE, body("x")]}]}), None, "same components"),
        (draft(body("Mire"), {"type": "CAROUSEL", "cards": [
            {"components": [IMAGE, body("x" * 161)]}] * 2}), 2388040, "160"),
        (draft({**OFFER, "limited_time_offer": {"text": "x" * 17}}, body("Mire")),
         2388040, "16"),
        (draft(OFFER, body("Mire"), category="UTILITY"), None, "is for MARKETING"),
    ],
)  # fmt: skip
def test_refusals(given: dict[str, Any], subcode: int | None, words: str) -> None:
    with pytest.raises(Refused) as caught:
        template_rules.check({k: v for k, v in given.items() if v is not None})
    refused = caught.value
    assert (refused.code, refused.subcode) == (100, subcode), refused.user
    assert words in f"{refused.message} {refused.user}"


def test_authentication_is_written_by_meta(engine: Engine) -> None:
    given = {
        "name": "clave",
        "language": "es",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 5},
            buttons({"type": "OTP", "otp_type": "copy_code", "text": "Copiar"}),
        ],
    }
    made = {c["type"]: c for c in template_rules.check(given).components}
    assert made["BODY"]["text"].startswith("*{{1}}* is your verification code.")
    assert made["FOOTER"]["text"] == "This code expires in 5 minutes."
    (button,) = made["BUTTONS"]["buttons"]
    assert button["type"] == "URL"
    assert button["url"].endswith("code=otp{{1}}")
    template = engine.management.templates.create(WABA, given)
    engine.tick()
    parameter = [{"type": "text", "text": "123456"}]
    node = {
        "name": "clave",
        "language": {"code": "es"},
        "components": [
            {"type": "body", "parameters": parameter},
            {"type": "button", "sub_type": "url", "index": 0, "parameters": parameter},
        ],
    }
    sent = engine.accept(
        "100000000000001",
        {
            "messaging_product": "whatsapp",
            "to": "573012345678",
            "type": "template",
            "template": node,
        },
    )
    assert sent.message.category == "authentication"
    assert template["category"] == "AUTHENTICATION"


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "FOOTER", "code_expiration_minutes": 91}, "1 to 90"),
        (buttons({"type": "OTP", "otp_type": "x"}), "{COPY_CODE, ONE_TAP, ZERO_TAP}"),
        (buttons({"type": "OTP", "otp_type": "ONE_TAP"}), "supported_apps"),
    ],
)
def test_bad_authentication(component: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as caught:
        template_rules.check(
            draft({"type": "BODY"}, component, category="AUTHENTICATION")
        )
    assert words in f"{caught.value.message} {caught.value.user}"
