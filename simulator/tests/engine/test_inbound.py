"""What a customer can send, as Meta's webhooks show it."""

import base64
import hashlib
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest, NotFound
from wa_simulator.engine.messages.media_rules import RULES, bare
from wa_simulator.engine.samples import SAMPLES

NUMBER = "100000000000001"
ANA = "573012345678"
HIDDEN = "CO.13491208655302741918"


def write(engine: Engine, key: str = ANA, upload: Any = None, **body: Any) -> Any:
    """The value of the webhook that comes of it."""
    engine.write(key, body, upload)
    (item,) = engine.drain()
    return item.value


def node(engine: Engine, **body: Any) -> Any:
    return write(engine, **body)["messages"][0]


def test_text(engine: Engine) -> None:
    value = write(engine, type="text", body="hola", profile="Ana Ruiz")
    user_id = engine.world.customers[ANA].user_id
    message = value["messages"][0]
    assert message.pop("id").startswith("wamid.HBgMNTczMDEyMzQ1Njc4FQIAEhgU")
    assert value == {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573000000001", "phone_number_id": NUMBER},
        "contacts": [
            {"profile": {"name": "Ana Ruiz"}, "wa_id": ANA, "user_id": user_id}
        ],
        "messages": [
            {
                "from": ANA,
                "from_user_id": user_id,
                "timestamp": str(int(engine.clock.now())),
                "type": "text",
                "text": {"body": "hola"},
            }
        ],
    }


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "body": "hola"},
        {"type": "text", "text": {"body": "hola"}},
        {"type": "text", "text": "hola"},
        {"body": "hola"},
    ],
)
def test_text_in_every_notation(engine: Engine, body: dict[str, Any]) -> None:
    assert node(engine, **body)["text"] == {"body": "hola"}


@pytest.mark.parametrize("kind", sorted(RULES))
def test_media(engine: Engine, kind: str) -> None:
    medium = node(engine, type=kind)[kind]
    stored = engine.world.media[medium["id"]]
    mime_type, _, content = SAMPLES[kind]
    assert stored.content == content
    assert medium["mime_type"] == mime_type
    digest = hashlib.sha256(content).digest()
    assert medium["sha256"] == base64.b64encode(digest).decode()
    assert medium["url"].startswith("https://lookaside.fbsbx.com/whatsapp_business/")
    assert "source=webhook" in medium["url"]
    assert ("filename" in medium) is (kind == "document")
    assert ("voice" in medium) is (kind == "audio")
    assert ("animated" in medium) is (kind == "sticker")
    assert bare(mime_type) in RULES[kind][0]


def test_media_from_base64_and_from_a_file(engine: Engine) -> None:
    data = base64.b64encode(b"bytes").decode()
    given = node(engine, type="image", data=data, mime_type="image/png", caption="pie")[
        "image"
    ]
    assert engine.world.media[given["id"]].content == b"bytes"
    assert (given["mime_type"], given["caption"]) == ("image/png", "pie")
    upload = (b"%PDF", "application/pdf", "a.pdf")
    given = node(engine, type="document", upload=upload)["document"]
    assert engine.world.media[given["id"]].content == b"%PDF"
    assert given["filename"] == "a.pdf"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"type": "location", "latitude": 4.6, "longitude": -74.1, "name": "Casa"},
            {"location": {"latitude": 4.6, "longitude": -74.1, "name": "Casa"}},
        ),
        (
            {"type": "reaction", "message_id": "wamid.X", "emoji": "\U0001f44d"},
            {"reaction": {"message_id": "wamid.X", "emoji": "\U0001f44d"}},
        ),
        (
            {"type": "reaction", "message_id": "wamid.X"},
            {"reaction": {"message_id": "wamid.X"}},
        ),
        (
            {"type": "interactive", "button_reply": {"id": "1", "title": "Sí"}},
            {
                "interactive": {
                    "type": "button_reply",
                    "button_reply": {"id": "1", "title": "Sí"},
                }
            },
        ),
        (
            {"type": "interactive", "list_reply": {"id": "1", "title": "Sí"}},
            {
                "interactive": {
                    "type": "list_reply",
                    "list_reply": {"id": "1", "title": "Sí"},
                }
            },
        ),
        (
            {"type": "button", "text": "Quiero"},
            {"button": {"payload": "Quiero", "text": "Quiero"}},
        ),
        (
            {"type": "contacts", "contacts": [{"name": {"formatted_name": "Eva"}}]},
            {"contacts": [{"name": {"formatted_name": "Eva"}}]},
        ),
        (
            {"type": "order", "catalog_id": "1", "product_items": []},
            {"order": {"catalog_id": "1", "product_items": []}},
        ),
        (
            {"type": "request_welcome", "message": {}},
            {},
        ),
        (
            {"type": "novedad", "message": {"novedad": {"x": 1}}},
            {"novedad": {"x": 1}},
        ),
    ],
)
def test_node_of_each_type(
    engine: Engine, body: dict[str, Any], expected: dict[str, Any]
) -> None:
    message = node(engine, **body)
    for key in ("from", "from_user_id", "id", "timestamp"):
        message.pop(key)
    assert message == {"type": body["type"], **expected}


def test_unsupported_has_errors_and_the_real_type(engine: Engine) -> None:
    message = node(engine, type="unsupported")
    assert message["errors"][0]["code"] == 131051
    assert message["unsupported"] == {"type": "poll"}


def test_changed_number_has_no_contacts_and_makes_the_new_person(
    engine: Engine,
) -> None:
    engine.set_customer(ANA, {"name": "Ana", "presence": "reads"})
    value = write(engine, type="system", wa_id="573019999999")
    assert "contacts" not in value
    message = value["messages"][0]
    assert message["from"] == ANA
    moved = engine.customer("573019999999")
    assert message["system"] == {
        "body": "User Ana changed from 573012345678 to 573019999999",
        "wa_id": "573019999999",
        "user_id": moved.user_id,
        "previous_user_id": engine.customer(ANA).user_id,
        "type": "user_changed_number",
    }
    assert (moved.name, moved.presence) == ("Ana", "reads")


def test_without_phone(engine: Engine) -> None:
    value = write(engine, HIDDEN, body="hola")
    assert "wa_id" not in value["contacts"][0]
    assert value["contacts"][0]["user_id"] == HIDDEN
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == HIDDEN


def test_context_quotes_business_and_customer(engine: Engine) -> None:
    payload = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "buenas"}}
    sent = engine.accept(NUMBER, payload).message
    quoted = node(engine, body="sí", context=sent.wamid)["context"]
    assert quoted == {"from": "573000000001", "id": sent.wamid}
    own = engine.write(ANA, {"body": "uno"})
    engine.drain()
    assert node(engine, body="dos", context=own.wamid)["context"]["from"] == ANA
    whole = node(engine, body="tres", context={"id": own.wamid})["context"]
    assert whole == {"from": ANA, "id": own.wamid}
    reply = node(engine, body="r", context={"id": sent.wamid})["context"]
    assert reply == {"from": "573000000001", "id": sent.wamid}
    forwarded = node(engine, body="x", context={"forwarded": True})["context"]
    assert forwarded == {"forwarded": True}


def test_referral_name_and_merge(engine: Engine) -> None:
    referral = {"source_type": "ad", "ctwa_clid": "abc"}
    value = write(
        engine, body="x", referral=referral, profile="", message={"extra": {"a": 1}}
    )
    assert value["contacts"][0]["profile"] == {}
    assert value["messages"][0]["referral"] == referral
    assert value["messages"][0]["extra"] == {"a": 1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1_700_000_000, "1700000000"),
        ("1700000000", "1700000000"),
        ("2023-11-14T22:13:20+00:00", "1700000000"),
    ],
)
def test_timestamp(engine: Engine, given: Any, expected: str) -> None:
    assert node(engine, body="x", timestamp=given)["timestamp"] == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"type": "txt"}, "nearest 'text'"),
        ({"type": "text", "bodi": "x"}, "nearest 'body'"),
        ({"type": "text"}, "needs 'body'"),
        ({"type": "text", "text": 5}, "expected an object, got 5"),
        ({"type": "interactive"}, "exactly one of"),
        ({"type": "system"}, "needs 'wa_id'"),
        ({"type": "image", "data": "***"}, "expected base64"),
        ({"type": "contacts", "contacts": {}}, "expected an array"),
        ({"body": "x", "timestamp": "ayer"}, "got 'ayer'"),
        ({"body": "x", "timestamp": "inf"}, "got 'inf'"),
        ({"body": "x", "timestamp": -5}, "got -5"),
        ({"body": "x", "profile": 5}, "'profile': expected str or dict, got 5"),
        ({"body": "x", "message": "x"}, "'message': expected dict, got 'x'"),
        ({"body": "x", "timestamp": "2023-11-14T22:13:20"}, "needs an offset"),
    ],
)
def test_bad_bodies_are_named(engine: Engine, body: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        engine.write(ANA, body)
    assert words in str(caught.value)
    assert not engine.world.messages
    assert not engine.drain()


@pytest.mark.parametrize("key", ["hola", "12", "co.123", "57301234567890123"])
def test_bad_keys_are_named(engine: Engine, key: str) -> None:
    with pytest.raises(BadRequest, match="expected a phone of 7 to 15 digits"):
        engine.write(key, {"body": "x"})


def test_unknown_number_is_named(engine: Engine) -> None:
    with pytest.raises(NotFound, match=NUMBER):
        engine.write(ANA, {"body": "x", "to": "1"})


def test_every_notation_is_one_person(engine: Engine) -> None:
    for key in (ANA, "+573012345678", "+57 301 234 5678", "57 (301) 234-5678"):
        engine.write(key, {"body": "x"})
    assert list(engine.world.customers) == [ANA]
