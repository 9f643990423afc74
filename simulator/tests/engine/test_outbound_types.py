"""Every type a business sends, with Meta's limits: a table of what is refused."""

from copy import deepcopy
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import Refused
from wa_simulator.engine.messages.interactive import INTERACTIVE

NUMBER = "100000000000001"
ANA = "573012345678"
BODY = {"text": "Elija"}


def cards(count: int, kind: str = "cta_url", **changes: Any) -> list[dict[str, Any]]:
    made = []
    for index in range(count):
        card: dict[str, Any] = {"card_index": index, "type": kind}
        if kind == "product":
            card["action"] = {"product_retailer_id": f"p{index}", "catalog_id": "9"}
        else:
            card["header"] = {"type": "image", "image": {"link": "https://x.test/a"}}
            card["action"] = {
                "name": "cta_url",
                "parameters": {"display_text": "Ver", "url": "https://x.test/"},
            }
        made.append({**card, **changes})
    return made


MONEY = {"value": 1000, "offset": 100}
GOOD: dict[str, dict[str, Any]] = {
    "button": {
        "body": BODY,
        "footer": {"text": "pie"},
        "header": {"type": "text", "text": "Hola"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "a", "title": "Sí"}},
                {"type": "reply", "reply": {"id": "b", "title": "No"}},
            ]
        },
    },
    "list": {
        "body": BODY,
        "action": {
            "button": "Ver",
            "sections": [
                {"title": "Uno", "rows": [{"id": "1", "title": "A"}]},
                {"title": "Dos", "rows": [{"id": "2", "title": "B"}]},
            ],
        },
    },
    "cta_url": {
        "body": BODY,
        "action": {
            "name": "cta_url",
            "parameters": {"display_text": "Ver", "url": "https://x.test/"},
        },
    },
    "flow": {
        "body": BODY,
        "action": {
            "name": "flow",
            "parameters": {
                "flow_message_version": "3",
                "flow_id": "77",
                "flow_cta": "Abrir",
                "flow_token": "t",
                "flow_action": "navigate",
                "flow_action_payload": {"screen": "UNO", "data": {"a": 1}},
            },
        },
    },
    "location_request_message": {"body": BODY, "action": {"name": "send_location"}},
    "product": {"action": {"catalog_id": "9", "product_retailer_id": "p"}},
    "product_list": {
        "body": BODY,
        "header": {"type": "text", "text": "Hola"},
        "action": {
            "catalog_id": "9",
            "sections": [
                {"title": "Uno", "product_items": [{"product_retailer_id": "p"}]}
            ],
        },
    },
    "catalog_message": {"body": BODY, "action": {"name": "catalog_message"}},
    "address_message": {
        "body": BODY,
        "action": {"name": "address_message", "parameters": {"country": "IN"}},
    },
    "order_details": {
        "body": BODY,
        "action": {
            "name": "review_and_pay",
            "parameters": {
                "reference_id": "r1",
                "type": "digital-goods",
                "currency": "INR",
                "total_amount": MONEY,
                "payment_type": "upi",
                "order": {
                    "status": "pending",
                    "subtotal": MONEY,
                    "items": [{"name": "pan", "amount": MONEY, "quantity": 1}],
                },
            },
        },
    },
    "order_status": {
        "body": BODY,
        "action": {
            "name": "review_order",
            "parameters": {"reference_id": "r1", "order": {"status": "shipped"}},
        },
    },
    "call_permission_request": {"action": {"name": "call_permission_request"}},
    "voice_call": {"body": BODY, "action": {"name": "voice_call"}},
    "request_contact_info": {
        "body": BODY,
        "action": {"name": "request_contact_info"},
    },
    "carousel": {"body": BODY, "action": {"cards": cards(2)}},
}


def interactive(kind: str, path: str = "", value: Any = None) -> dict[str, Any]:
    """A good message with one thing changed; ``None`` takes it away."""
    node = deepcopy({"type": kind, **GOOD[kind]})
    place: Any = node
    *way, last = path.split(".") if path else [""]
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if last and value is None:
        del place[last]
    elif last:
        place[int(last) if last.isdigit() else last] = value
    return {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "interactive",
        "interactive": node,
    }


def test_every_interactive_type_has_a_good_example() -> None:
    assert set(GOOD) == set(INTERACTIVE)


@pytest.mark.parametrize("kind", GOOD)
def test_good_ones_are_accepted(engine: Engine, kind: str) -> None:
    message = engine.accept(NUMBER, interactive(kind)).message
    assert message.type == "interactive"
    assert message.payload["type"] == kind
    assert message.text == GOOD[kind].get("body", {}).get("text")
    engine.answered(message)
    if kind != "carousel":
        assert message.fails_with is None


def test_product_carousel(engine: Engine) -> None:
    body = interactive("carousel", "action.cards", cards(10, "product"))
    assert engine.accept(NUMBER, body).answer["messages"]


def quick_cards(*counts: int) -> list[dict[str, Any]]:
    """Cards with so many quick replies each."""
    made = cards(len(counts))
    for index, count in enumerate(counts):
        ids = [f"q{index}{n}" for n in range(count)]
        made[index]["action"] = {
            "buttons": [
                {"type": "quick_reply", "quick_reply": {"id": i, "title": f"Ver {i}"}}
                for i in ids
            ]
        }
    return made


REPLIES = quick_cards(1)[0]["action"]


@pytest.mark.parametrize("count", [1, 3])
def test_carousel_with_quick_replies(engine: Engine, count: int) -> None:
    """As Meta's page of 2026-05-21 and pywa, kapso-js, whatsapp-cloud-api-py do."""
    body = interactive("carousel", "action.cards", quick_cards(count, count))
    assert engine.accept(NUMBER, body).message.wamid


def test_carousel_of_a_picture_and_a_film(engine: Engine) -> None:
    made = quick_cards(1, 1)
    made[1]["header"] = {"type": "video", "video": {"link": "https://x.test/v"}}
    body = interactive("carousel", "action.cards", made)
    assert engine.accept(NUMBER, body).message.wamid


def rows(count: int) -> list[dict[str, str]]:
    return [{"id": str(n), "title": f"Fila {n}"} for n in range(count)]


BUTTON = GOOD["button"]["action"]["buttons"][0]
REPLY = "action.buttons.0.reply"
ROW = "action.sections.0.rows.0"
FLOW = "action.parameters"


@pytest.mark.parametrize(
    ("kind", "path", "value", "code", "words"),
    [
        ("button", "type", "buton", 100, "nearest 'button'"),
        ("button", "body", None, 131008, "interactive['body'] is required"),
        ("button", "action", None, 131008, "interactive['action'] is required"),
        ("button", "body.text", "x" * 1025, 131009, "Max length: 1024"),
        ("button", "footer.text", "x" * 61, 131009, "Max length: 60"),
        ("button", "header.text", "x" * 61, 131009, "Max length: 60"),
        ("button", "header.type", "audio", 131009, "must be one of text, image"),
        ("button", "header.text", None, 131008, "['header']['text'] is required"),
        ("button", "action.buttons", [], 131009, "Min: 1, Max: 3"),
        ("button", "action.buttons", [BUTTON] * 4, 131009, "Min: 1, Max: 3"),
        ("button", "action.buttons", [BUTTON] * 2, 131009, "duplicate reply id"),
        ("button", f"{REPLY}.title", "No", 131009, "duplicate reply title"),
        ("button", f"{REPLY}.title", "x" * 21, 131009, "Max length: 20"),
        ("button", f"{REPLY}.id", "x" * 257, 131009, "Max length: 256"),
        ("button", f"{REPLY}.id", "", 131008, "is required"),
        ("button", f"{REPLY}.url", "x", 100, "Unexpected key 'url'"),
        ("button", "action.buttons.0.type", "url", 131009, "must be one of reply"),
        ("list", "body.text", "x" * 4097, 131009, "Max length: 4096"),
        ("list", "header", {"type": "image", "image": {"id": "1"}}, 131009, "text"),
        ("list", "action.button", "x" * 21, 131009, "Max length: 20"),
        ("list", "action.sections", [], 131009, "Min: 1, Max: 10"),
        ("list", "action.sections.0.rows", rows(10), 131009, "Total row count exceed"),
        ("list", "action.sections.0.rows", rows(11), 131009, "Max: 10"),
        ("list", f"{ROW}.id", "2", 131009, "Duplicated row id"),
        ("list", f"{ROW}.id", "x" * 201, 131009, "Max length: 200"),
        ("list", f"{ROW}.title", "x" * 25, 131009, "Max length: 24"),
        ("list", f"{ROW}.description", "x" * 73, 131009, "Max length: 72"),
        ("list", "action.sections.0.title", "x" * 25, 131009, "Max length: 24"),
        ("list", "action.sections.0.title", None, 131008, "a title is required"),
        ("cta_url", "action.name", "url", 131009, "must be one of cta_url"),
        ("cta_url", f"{FLOW}.display_text", "x" * 21, 131009, "Max length: 20"),
        ("cta_url", f"{FLOW}.url", "x.test", 131009, "not a valid URL"),
        ("flow", f"{FLOW}.flow_message_version", "4", 131009, "must be one of 3"),
        ("flow", f"{FLOW}.flow_id", None, 131008, "['flow_id'] is required"),
        ("flow", f"{FLOW}.flow_name", "f", 131009, "only one of flow_id, flow_name"),
        ("flow", f"{FLOW}.flow_action", "data_exchange", 131009, "navigate only"),
        ("flow", f"{FLOW}.flow_cta", "x" * 31, 131009, "Max length: 30"),
        ("location_request_message", "action.name", "x", 131009, "send_location"),
        ("product", "action.catalog_id", None, 131008, "['catalog_id'] is required"),
        ("product_list", "header", None, 131008, "['header'] is required"),
        (
            "product_list", "action.sections.0.product_items",
            [{"product_retailer_id": str(n)} for n in range(31)], 131009, "Max: 30",
        ),
        ("address_message", f"{FLOW}.country", "CO", 131009, "must be one of IN, SG"),
        ("order_details", f"{FLOW}.reference_id", "x" * 61, 131009, "Max length: 60"),
        ("order_details", f"{FLOW}.order.items", [], 131009, "Min: 1"),
        ("order_status", f"{FLOW}.order.status", "lost", 131009, "must be one of"),
        ("carousel", "action.cards", cards(1), 131009, "Min: 2, Max: 10"),
        ("carousel", "action.cards", cards(11), 131009, "Min: 2, Max: 10"),
        ("carousel", "action.cards.1.card_index", 0, 131009, "duplicate card_index"),
        ("carousel", "action.cards.0.type", "video", 131009, "cta_url, product"),
        ("carousel", "action.cards.0", cards(2, "product")[0], 131009, "same type"),
        ("carousel", "action.cards.0.body", {"text": "x" * 161}, 131009, "160"),
        ("carousel", "action.cards.0.body", {"text": "a\nb\nc\nd"}, 131009, "breaks"),
        ("carousel", "action.cards.0.action", REPLIES, 131009, "same buttons"),
        (
            "carousel", "action.cards", quick_cards(1, 2), 131009, "same buttons",
        ),
        ("carousel", "action.cards", quick_cards(4, 4), 131009, "Max: 3"),
        ("carousel", "action.cards", quick_cards(0, 0), 131009, "Min: 1"),
        (
            "carousel", "action.cards.0.action",
            {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "b"}}]},
            131009, "must be one of quick_reply",
        ),
        (
            "carousel", "action.cards.0.action", {**REPLIES, "name": "cta_url"},
            100, "Unexpected key 'name'",
        ),
        ("carousel", "header", {"type": "text", "text": "x"}, 100, "Unexpected key"),
        ("carousel", "footer", {"text": "x"}, 100, "Unexpected key 'footer'"),
    ],
)  # fmt: skip
def test_interactive_refusals(
    engine: Engine, kind: str, path: str, value: Any, code: int, words: str
) -> None:
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, interactive(kind, path, value))
    assert caught.value.code == code, caught.value
    assert words in f"{caught.value.message} {caught.value.details}"


def plain(kind: str, node: Any, **more: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": kind,
        kind: node,
        **more,
    }


CARD = {
    "name": {"formatted_name": "Ana Ruiz", "first_name": "Ana"},
    "birthday": "1990-01-31",
    "phones": [{"phone": "+57 301", "type": "WORK", "wa_id": ANA}],
    "emails": [{"email": "a@x.test", "type": "HOME"}],
    "org": {"company": "X"},
    "urls": [{"url": "https://x.test", "type": "WORK"}],
    "addresses": [{"city": "Cali", "country_code": "CO"}],
}


def test_contacts(engine: Engine) -> None:
    message = engine.accept(NUMBER, plain("contacts", [CARD, CARD])).message
    assert message.payload == {"contacts": [CARD, CARD]}
    assert message.text == "Ana Ruiz, Ana Ruiz"


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        (plain("contacts", {}), 100, "contacts is required"),
        (plain("contacts", []), 131009, "Min: 1"),
        (plain("contacts", [{}]), 131008, "contacts[0]['name'] is required"),
        (plain("contacts", [{"name": {}}]), 131008, "formatted_name"),
        (plain("contacts", [{**CARD, "birthday": "31/1/90"}]), 131009, "YYYY-MM-DD"),
        (plain("contacts", [{**CARD, "phones": "x"}]), 131009, "expected an array"),
        (plain("contacts", [{**CARD, "age": 3}]), 100, "Unexpected key 'age'"),
        (plain("text", {"body": "x", "bold": 1}), 100, "Unexpected key 'bold'"),
        (plain("image", {"link": "ftp://x"}), 100, "is not a valid URI"),
        (plain("image", {"link": "https://x.test", "id": "1"}), 131009, "only one of"),
        (plain("image", {"link": "https://x.test", "filename": "a"}), 100, "filename"),
        (
            plain("image", {"link": "https://x.test/a", "caption": "x" * 1025}),
            100, "at most 1024",
        ),
        (plain("audio", {"link": "https://x.test", "voice": 1}), 100, "a boolean"),
        (plain("text", {"body": "x"}, recipient_type="x"), 100, "recipient_type"),
        (plain("reaction", {"message_id": "x", "emoji": "x"},
               context={"message_id": "y"}), 100, "cannot be a reply"),
        (plain("template", {"name": "saludo", "language": {
            "code": "es", "policy": "fallback"}}), 100, "deterministic"),
    ],
)  # fmt: skip
def test_other_refusals(
    engine: Engine, payload: dict[str, Any], code: int, words: str
) -> None:
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, payload)
    assert caught.value.code == code, caught.value
    assert words in f"{caught.value.message} {caught.value.details}"


def test_a_header_medium_must_exist(engine: Engine) -> None:
    header = {"type": "image", "image": {"id": "77"}}
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, interactive("button", "header", header))
    assert caught.value.code == 131009
    assert "interactive['header']['image']['id']" in caught.value.details
    media = engine.media.upload(NUMBER, b"GIF", "image/png", "a.png")
    header["image"]["id"] = media.id  # type: ignore[index]
    assert engine.accept(NUMBER, interactive("button", "header", header))


def test_the_type_may_be_left_out_beside_one_node(engine: Engine) -> None:
    body = interactive("list")
    del body["type"]
    assert engine.accept(NUMBER, body).message.type == "interactive"


@pytest.mark.parametrize(
    "payload",
    [
        plain("text", {"preview_url": False, "body": "x"}, recipient_type="individual"),
        plain("image", {"link": "https://x.test/a", "caption": None}),
        plain("document", {"id": None, "link": "https://x.test/a", "filename": ""}),
        plain("audio", {"link": "https://x.test/a", "provider": {"name": "x"}}),
        plain("location", {"latitude": "4.6", "longitude": -74, "name": "x"}),
        plain("text", {"body": "x"}, context={"message_id": "wamid.unknown"}),
        plain("template", {"name": "hello_world", "language": {"code": "en_US"},
                           "namespace": "x", "components": None}),
        {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}},
    ],
)  # fmt: skip
def test_what_clients_send_is_accepted(engine: Engine, payload: dict[str, Any]) -> None:
    """Shapes of OCA's gateway, heyoo, pywa and Meta's own examples."""
    assert engine.accept(NUMBER, payload)
