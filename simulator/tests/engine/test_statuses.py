"""Statuses by presence, their shape by date, their allowed order."""

from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest
from wa_simulator.engine.ids import IdSource

NUMBER = "100000000000001"
ANA = "573012345678"


def send(engine: Engine, to: str = ANA, **changes: Any) -> Any:
    body = {"messaging_product": "whatsapp", "to": to, "text": {"body": "hola"}}
    body.update(changes)
    message = engine.accept(NUMBER, body).message
    engine.answered(message)
    engine.tick()
    return message


def nodes(engine: Engine) -> list[dict[str, Any]]:
    return [
        item.value["statuses"][0] for item in engine.drain() if item.kind == "status"
    ]


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        ("online", ["sent", "delivered"]),
        ("reads", ["sent", "delivered", "read"]),
        ("offline", ["sent"]),
        ("manual", []),
    ],
)
def test_presence_decides(engine: Engine, presence: str, expected: list[str]) -> None:
    engine.set_customer(ANA, {"presence": presence})
    message = send(engine)
    assert [n["status"] for n in nodes(engine)] == expected
    assert message.status == (expected[-1] if expected else "accepted")


def test_coming_online_delivers_what_waited(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "offline"})
    send(engine)
    nodes(engine)
    engine.set_customer(ANA, {"presence": "online"})
    engine.tick()
    assert [n["status"] for n in nodes(engine)] == ["delivered"]


def test_reading_brings_what_is_missing_once(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "offline"})
    message = send(engine)
    assert engine.read(ANA) == [message]
    assert [n["status"] for n in nodes(engine)] == ["sent", "delivered", "read"]
    assert engine.read(ANA) == []
    assert nodes(engine) == []


def test_shape_of_a_status(engine: Engine) -> None:
    message = send(engine, biz_opaque_callback_data="fila-17")
    items = engine.drain()
    value = items[0].value
    user_id = engine.world.customers[ANA].user_id
    assert value == {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573000000001", "phone_number_id": NUMBER},
        "contacts": [{"wa_id": ANA, "user_id": user_id}],
        "statuses": [
            {
                "id": message.wamid,
                "status": "sent",
                "timestamp": str(int(engine.clock.now())),
                "recipient_id": ANA,
                "recipient_user_id": user_id,
                "biz_opaque_callback_data": "fila-17",
                "pricing": {
                    "billable": False,
                    "pricing_model": "PMP",
                    "category": "service",
                    "type": "free_customer_service",
                },
            }
        ],
    }


def test_pricing_stands_on_sent_and_one_later(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "reads"})
    send(engine)
    assert [("pricing" in n) for n in nodes(engine)] == [True, True, False]


@pytest.mark.parametrize(
    ("start", "model", "conversation"),
    [
        (1_740_000_000.0, "CBP", True),  # February 2025
        (1_755_000_000.0, "PMP", True),  # August 2025
        (1_793_631_600.0, "PMP", False),  # November 2026
    ],
)
def test_shape_by_date(start: float, model: str, conversation: bool) -> None:
    engine = Engine(FrozenClock(start), IdSource(1, lambda: "testrun0"))
    send(engine)
    sent, delivered = nodes(engine)
    assert sent["pricing"]["pricing_model"] == model
    assert ("conversation" in sent) is conversation
    assert ("type" in sent["pricing"]) is (model == "PMP")
    if conversation:
        assert "expiration_timestamp" in sent["conversation"]
        assert "expiration_timestamp" not in delivered["conversation"]


def test_service_messages_are_billed_after_a_thousand(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "offline"})
    for _ in range(1000):
        send(engine)
    assert not any(n["pricing"]["billable"] for n in nodes(engine))
    send(engine)
    assert nodes(engine)[0]["pricing"] == {
        "billable": True, "pricing_model": "PMP", "category": "service",
        "type": "regular",
    }  # fmt: skip


@pytest.mark.parametrize("code", [131026, 131049])
def test_magic_recipient_fails_afterwards(engine: Engine, code: int) -> None:
    message = send(engine, to=f"573000{code}")
    (node,) = nodes(engine)
    assert node["status"] == "failed"
    assert node["errors"][0]["code"] == code
    assert node["errors"][0]["error_data"]["details"]
    assert "pricing" not in node
    assert message.status == "failed"


def test_failed_statuses_have_bare_contacts_or_none(engine: Engine) -> None:
    send(engine, to="573000131026")
    assert engine.drain()[0].value["contacts"] == [{"wa_id": "573000131026"}]
    engine.settings.update({"forms": {"failed_contacts": False}})
    send(engine, to="573000131026")
    assert "contacts" not in engine.drain()[0].value


def test_reactions_are_only_sent(engine: Engine) -> None:
    inbound = engine.write(ANA, {"body": "hola"})
    engine.drain()
    send(
        engine,
        type="reaction",
        reaction={"message_id": inbound.wamid, "emoji": "\U0001f44d"},
    )
    assert [n["status"] for n in nodes(engine)] == ["sent"]


def test_reaction_to_nothing_fails_afterwards(engine: Engine) -> None:
    send(
        engine,
        type="reaction",
        reaction={"message_id": "wamid.x", "emoji": "\U0001f44d"},
    )
    assert nodes(engine)[0]["errors"][0]["code"] == 131009


def test_window_is_a_switch(engine: Engine) -> None:
    send(engine)
    assert nodes(engine)[0]["status"] == "sent"
    engine.settings.enforce_window = True
    send(engine)
    assert nodes(engine)[0]["errors"][0]["code"] == 131047
    engine.write(ANA, {"body": "hola"})
    engine.drain()
    engine.clock.advance(24 * 3600 - 1)
    send(engine)
    assert nodes(engine)[0]["status"] == "sent"
    engine.clock.advance(1)
    send(engine)
    assert nodes(engine)[0]["errors"][0]["code"] == 131047


def test_an_old_timestamp_opens_no_window(engine: Engine) -> None:
    engine.settings.enforce_window = True
    engine.write(ANA, {"body": "ayer", "timestamp": engine.clock.now() - 90_000})
    engine.drain()
    send(engine)
    assert nodes(engine)[0]["errors"][0]["code"] == 131047


def test_by_hand_only_in_order_unless_forced(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "manual"})
    message = send(engine)
    engine.statuses.set(message, "read", 0, "", force=False)
    with pytest.raises(BadRequest, match="cannot follow 'read'"):
        engine.statuses.set(message, "sent", 0, "", force=False)
    engine.statuses.set(message, "sent", 0, "", force=True)
    assert message.status == "read", "a late status changes nothing"
    assert [n["status"] for n in nodes(engine)] == ["read", "sent"]


def test_failed_by_hand_carries_the_code(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "manual"})
    engine.statuses.set(send(engine), "failed", 131053, "roto", force=False)
    error = nodes(engine)[0]["errors"][0]
    assert (error["code"], error["error_data"]) == (131053, {"details": "roto"})
