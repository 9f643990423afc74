"""The rarer inbound messages, and identities with and without a phone."""

import json
from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest
from wa_simulator.engine.ids import IdSource

NUMBER = "100000000000001"
ANA = "573012345678"
HIDDEN = "CO.13491208655302741918"
#: Before download addresses, real types of unsupported messages and user ids.
OCTOBER_2025 = 1_759_400_000.0
BUSINESS = "573000000001"


def value(engine: Engine, key: str = ANA, **body: Any) -> Any:
    engine.write(key, body)
    (item,) = engine.drain()
    return item.value


def node(engine: Engine, **body: Any) -> Any:
    return value(engine, **body)["messages"][0]


@pytest.mark.parametrize(
    ("body", "context"),
    [
        ({"forwarded": True}, {"forwarded": True}),
        ({"frequently_forwarded": True}, {"frequently_forwarded": True}),
        ({"forwarded": False}, None),
        (
            {"referred_product": {"product_retailer_id": "SKU-9"}},
            {
                "referred_product": {
                    "catalog_id": "500000000000001",
                    "product_retailer_id": "SKU-9",
                }
            },
        ),
        (
            {"context": "wamid.X", "forwarded": True},
            {"from": BUSINESS, "id": "wamid.X", "forwarded": True},
        ),
        ({"context": {"id": "wamid.X"}}, {"from": BUSINESS, "id": "wamid.X"}),
        (
            {"context": {"from": "573001", "id": "wamid.X"}},
            {"from": "573001", "id": "wamid.X"},
        ),
        ({"context": {"forwarded": True}}, {"forwarded": True}),
    ],
)
def test_context(engine: Engine, body: dict[str, Any], context: Any) -> None:
    assert node(engine, body="hola", **body).get("context") == context


def test_a_flow_answers_with_a_string(engine: Engine) -> None:
    reply = {"response_json": {"flow_token": "x", "edad": 30}}
    made = node(engine, type="interactive", nfm_reply=reply)["interactive"]
    assert made["type"] == "nfm_reply"
    assert (made["nfm_reply"]["name"], made["nfm_reply"]["body"]) == ("flow", "Sent")
    assert json.loads(made["nfm_reply"]["response_json"]) == reply["response_json"]


def test_call_permission(engine: Engine) -> None:
    made = node(engine, type="interactive", call_permission_reply={})["interactive"]
    assert made["type"] == "call_permission_reply"
    assert made["call_permission_reply"]["response"] == "accept"


def test_a_removed_reaction_in_both_notations(engine: Engine) -> None:
    empty = node(engine, type="reaction", message_id="wamid.X", emoji="")
    absent = node(engine, type="reaction", message_id="wamid.X")
    assert empty["reaction"] == {"message_id": "wamid.X", "emoji": ""}
    assert absent["reaction"] == {"message_id": "wamid.X"}


def test_request_welcome_has_no_node_and_opens_the_window(engine: Engine) -> None:
    engine.settings.update({"forms": {"request_welcome": True}})
    made = node(engine, type="request_welcome")
    assert "request_welcome" not in made
    assert engine.people.windows(engine.customer(ANA))[0]["open"]


def test_edit_and_revoke(engine: Engine) -> None:
    edit = node(engine, type="edit", original_message_id="wamid.X", body="mejor")
    assert edit["edit"] == {
        "original_message_id": "wamid.X",
        "message": {"type": "text", "text": {"body": "mejor"}},
    }
    revoke = node(engine, type="revoke", original_message_id="wamid.X")
    assert revoke["revoke"] == {"original_message_id": "wamid.X"}
    with pytest.raises(BadRequest, match="needs 'original_message_id'"):
        engine.write(ANA, {"type": "revoke"})


@pytest.mark.parametrize("code", [131051, 131052, 131060])
def test_what_cannot_be_shown(engine: Engine, code: int) -> None:
    made = node(engine, type="unsupported", code=code)
    assert made["errors"][0]["code"] == code
    assert made["errors"][0]["error_data"]["details"]


@pytest.mark.parametrize(("older", "key"), [(False, "wa_id"), (True, "new_wa_id")])
def test_both_spellings_of_a_new_number(engine: Engine, older: bool, key: str) -> None:
    engine.settings.update({"forms": {"system_new_wa_id": older}})
    system = node(engine, type="system", wa_id="573019999999")["system"]
    assert {k for k in system if "wa_id" in k} == {key}
    assert system[key] == "573019999999"
    assert engine.customer("573019999999")


def test_a_new_user_id_changes_the_key_of_who_has_no_phone(engine: Engine) -> None:
    first = engine.write(HIDDEN, {"body": "hola"})
    engine.drain()
    new = "CO.99999999999999999999"
    message = value(engine, HIDDEN, type="system", user_id=new)["messages"][0]
    assert "from" not in message
    assert message["from_user_id"] == HIDDEN
    assert message["system"]["type"] == "user_changed_user_id"
    assert HIDDEN in message["system"]["body"]
    assert new in message["system"]["body"]
    assert engine.customer(new).user_id == new
    assert engine.message(first.wamid).customer == new


def test_a_changed_identity_is_shown_from_then_on(engine: Engine) -> None:
    made = node(engine, type="system", identity={"hash": "abc"})["system"]
    assert made["type"] == "customer_identity_changed"
    assert value(engine, body="x")["contacts"][0]["identity_key_hash"] == "abc"


@pytest.mark.parametrize(
    ("changes", "on", "shown"),
    [
        ({}, True, {"from", "from_user_id"}),
        ({}, False, {"from"}),
        ({"hides_phone": True}, True, {"from_user_id"}),
        ({"hides_phone": True}, False, {"from_user_id"}),
        (
            {"parent_user_id": "CO.ENT.123"},
            True,
            {"from", "from_user_id", "from_parent_user_id"},
        ),
    ],
)
def test_ids(
    engine: Engine, changes: dict[str, Any], on: bool, shown: set[str]
) -> None:
    engine.settings.update({"forms": {"user_ids": on}})
    engine.set_customer(ANA, changes)
    got = value(engine, body="x")
    assert {k for k in got["messages"][0] if k.startswith("from")} == shown
    keys = {k.removeprefix("from_").replace("from", "wa_id") for k in shown}
    assert {k for k in got["contacts"][0] if k != "profile"} == keys


def test_a_username_shows_in_the_profile(engine: Engine) -> None:
    engine.set_customer(ANA, {"name": "Ana", "username": "ana.ruiz"})
    got = value(engine, body="x")["contacts"][0]["profile"]
    assert got == {"name": "Ana", "username": "ana.ruiz"}
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    engine.answered(engine.accept(NUMBER, body).message)
    engine.tick()
    sent, delivered = [item.value["contacts"][0] for item in engine.drain()]
    assert "profile" not in sent
    assert delivered["profile"] == {"username": "ana.ruiz"}


def test_the_older_wire(engine: Engine) -> None:
    old = Engine(FrozenClock(OCTOBER_2025), IdSource(1, lambda: "testrun0"))
    assert "url" not in node(old, type="image")["image"]
    assert "url" in node(engine, type="image")["image"]
    assert "unsupported" not in node(old, type="unsupported")
    assert "from_user_id" not in node(old, body="x")
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    old.answered(old.accept(NUMBER, body).message)
    old.tick()
    sent = old.drain()[0].value
    assert "contacts" not in sent
    assert "recipient_user_id" not in sent["statuses"][0]
    assert "conversation" in sent["statuses"][0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"forms": {"user_id": True}}, "nearest 'user_ids'"),
        ({"forms": {"user_ids": 1}}, "expected true or false"),
        ({"batch_size": 1001}, "expected 1 to 1000"),
        ({"batch_size": 0}, "expected 1 to 1000"),
        ({"retry_horizon": "8d"}, "expected number"),
    ],
)
def test_switches_are_checked(
    engine: Engine, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        engine.settings.update(changes)


def test_horizons_by_name(engine: Engine) -> None:
    engine.settings.update({"retry_horizon": "7d"})
    assert engine.settings.retry_horizon == 7 * 86_400
    engine.settings.update({"retry_horizon": "36h"})
    assert engine.settings.retry_horizon == 36 * 3600


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("customer_identity_changed", {}),
        ("user_changed_number", {"wa_id": "573018888888"}),
        ("user_changed_user_id", {"user_id": "CO.99999999999999999999"}),
    ],
)
def test_a_system_message_by_its_own_type(
    engine: Engine, kind: str, more: dict[str, Any]
) -> None:
    made = node(engine, type=kind, **more)
    assert (made["type"], made["system"]["type"]) == ("system", kind)
