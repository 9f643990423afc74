"""Customers with a will of their own, windows, the free entry point, oddities."""

from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest
from wa_simulator.engine.ids import IdSource
from wa_simulator.engine.messages.status_anomalies import PLANS, AnomalousStatuses

NUMBER = "100000000000001"
ANA = "573012345678"
DAY = 86_400
FEBRUARY_2025, AUGUST_2025 = 1_740_000_000.0, 1_755_000_000.0


def send(engine: Engine, words: str = "hola", odd: Any = None, **more: Any) -> Any:
    body = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "text",
        "text": {"body": words},
        **more,
    }
    message = engine.accept(NUMBER, body).message
    engine.answered(message, odd)
    engine.tick()
    return message


def said(engine: Engine) -> list[str]:
    """What customers wrote and what statuses came, in order."""
    found = []
    for item in engine.drain():
        if item.kind == "message":
            (node,) = item.value["messages"]
            found.append(node.get("text", {}).get("body", node["type"]))
        else:
            found.append(item.status or item.type or "")
    return found


@pytest.mark.parametrize(
    ("rule", "words", "expected"),
    [
        ({"reply": "ok"}, "hola", ["ok"]),
        ({"match": "precio|costo", "reply": "¿cuánto?"}, "el costo es 5", ["¿cuánto?"]),
        ({"match": "precio", "reply": "¿cuánto?"}, "hola", []),
        ({"match": r"cita (\d+)", "reply": r"sí, \1"}, "cita 12", ["sí, 12"]),
        ({"reply": ["uno", "dos"]}, "hola", ["uno", "dos"]),
        ({"type": "template", "reply": "x"}, "hola", []),
        (
            {"reply": {"type": "location"}},
            "hola",
            ["location"],
        ),
    ],
)  # fmt: skip
def test_rules(
    engine: Engine, rule: dict[str, Any], words: str, expected: list[str]
) -> None:
    engine.set_customer(ANA, {"script": [rule]})
    send(engine, words)
    assert said(engine) == ["sent", "delivered", *expected]


def test_an_answer_waits_on_the_engines_clock(engine: Engine) -> None:
    engine.set_customer(ANA, {"script": [{"reply": "ok", "after": 30}]})
    send(engine)
    assert said(engine) == ["sent", "delivered"]
    engine.clock.advance(29)
    engine.tick()
    assert said(engine) == []
    engine.clock.advance(1)
    engine.tick()
    assert said(engine) == ["ok"]


def test_times_quote_and_the_next_rule(engine: Engine) -> None:
    rules = [{"reply": "primero", "times": 1, "quote": True}, {"reply": "después"}]
    engine.set_customer(ANA, {"script": rules})
    first = send(engine)
    item = next(i for i in engine.drain() if i.kind == "message")
    assert item.value["messages"][0]["context"]["id"] == first.wamid
    send(engine)
    assert said(engine)[-1] == "después"
    assert [r["used"] for r in engine.customer(ANA).script] == [1, 1]


def test_nobody_answers_before_delivery(engine: Engine) -> None:
    engine.set_customer(ANA, {"presence": "offline", "script": [{"reply": "ok"}]})
    send(engine)
    assert said(engine) == ["sent"]
    engine.set_customer(ANA, {"presence": "online"})
    engine.tick()
    assert said(engine) == ["delivered", "ok"]


def test_the_reply_goes_to_the_number_that_wrote(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000001", "573000000002", "Dos")
    engine.set_customer(ANA, {"script": [{"reply": "ok"}]})
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    engine.answered(engine.accept("100000000000002", body).message)
    engine.tick()
    assert {item.number_id for item in engine.drain()} == {"100000000000002"}


def test_silence_reading_and_a_bad_reply(engine: Engine) -> None:
    engine.set_customer(ANA, {"script": [{"reply": "ok"}], "silent": True})
    engine.set_customer(ANA, {"read_after": 5})
    send(engine)
    assert said(engine) == ["sent", "delivered"]
    engine.clock.advance(5)
    engine.tick()
    assert said(engine) == ["read"]
    engine.set_customer(ANA, {"script": [{"reply": {"type": "txt"}}], "silent": False})
    send(engine)
    (entry,) = [e for e in engine.journal.since() if e["kind"] == "script"]
    assert "nearest 'text'" in entry["error"]


def test_blocking_and_not_on_whatsapp(engine: Engine) -> None:
    engine.set_customer(ANA, {"blocks": True, "script": [{"reply": "ok"}]})
    send(engine)
    assert said(engine) == ["sent"]
    engine.set_customer(ANA, {"blocks": False})
    engine.tick()
    assert said(engine) == ["delivered", "ok"]
    engine.set_customer(ANA, {"on_whatsapp": False})
    message = send(engine)
    assert said(engine) == ["failed"]
    assert message.fails_with == 131026


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"script": {"reply": "x"}}, "expected an array"),
        ({"script": ["x"]}, r"script\[0\]: expected an object"),
        ({"script": [{"repli": "x"}]}, "nearest 'reply'"),
        ({"script": [{"match": "("}]}, "not a regular expression"),
        ({"script": [{"after": "5"}]}, "expected int or float"),
        ({"script": [{"after": True}]}, "expected int or float"),
        ({"script": [{"after": -1}]}, "expected 0 or more"),
        ({"script": [{"reply": [5]}]}, "expected words or bodies"),
        ({"presense": "reads"}, "nearest 'presence'"),
        ({"blocks": "yes"}, "expected true or false"),
        ({"read_after": -1}, "expected seconds"),
        ({"parent_user_id": "x"}, "expected a user id"),
    ],
)
def test_bad_people_are_named(
    engine: Engine, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequest, match=words):
        engine.set_customer(ANA, changes)
    assert not engine.world.customers


def test_windows(engine: Engine) -> None:
    engine.write(ANA, {"body": "hola"})
    (row,) = engine.people.windows(engine.customer(ANA))
    assert (row["number"], row["open"]) == (NUMBER, True)
    assert row["closes"] == engine.clock.now() + DAY
    engine.clock.advance(DAY)
    assert not engine.people.windows(engine.customer(ANA))[0]["open"]


def test_free_entry_point(engine: Engine) -> None:
    engine.write(ANA, {"body": "hola", "referral": {"source_type": "ad"}})
    engine.drain()
    send(engine)
    node = engine.drain()[0].value["statuses"][0]
    assert node["pricing"] == {
        "billable": False,
        "pricing_model": "PMP",
        "category": "referral_conversion",
        "type": "free_entry_point",
    }
    assert node["conversation"]["origin"] == {"type": "referral_conversion"}
    engine.clock.advance(7 * DAY - 1)
    send(engine)
    assert "free_entry_point" in str(engine.drain()[0].value)
    engine.clock.advance(1)
    send(engine)
    assert "free_entry_point" not in str(engine.drain()[0].value)


def test_an_ad_that_was_answered_too_late_is_not_free(engine: Engine) -> None:
    engine.write(ANA, {"body": "hola", "referral": {"source_type": "ad"}})
    engine.drain()
    engine.clock.advance(DAY)
    send(engine)
    assert "free_entry_point" not in str(engine.drain()[0].value)


@pytest.mark.parametrize("presence", ["online", "reads", "offline", "manual"])
@pytest.mark.parametrize("name", sorted(PLANS))
def test_oddities_come_in_their_order(engine: Engine, name: str, presence: str) -> None:
    engine.set_customer(ANA, {"presence": presence})
    odd = AnomalousStatuses(PLANS[name], 131049)
    message = send(engine, odd=odd)
    items = engine.drain()
    assert tuple(i.status or i.type for i in items) == PLANS[name]
    if name == "errors_alone":
        assert items[0].value["errors"][0]["code"] == 131049
        assert not {"messages", "statuses", "contacts"} & set(items[0].value)
    if "failed" in PLANS[name]:
        assert message.status == "failed"


def test_played_is_for_voice(engine: Engine) -> None:
    message = send(engine)
    with pytest.raises(BadRequest, match="voice"):
        engine.statuses.set(message, "played", 0, "", force=False)
    media = engine.media.upload(NUMBER, b"x", "audio/ogg", "a.ogg")
    voice = send(engine, type="audio", audio={"id": media.id})
    engine.drain()
    engine.statuses.set(voice, "played", 0, "", force=False)
    assert [i.status for i in engine.drain()] == ["played"]
    assert voice.status == "played"


def test_a_conversation_lasts_a_day_until_pricing_per_message() -> None:
    def ids(start: float) -> list[str]:
        engine = Engine(FrozenClock(start), IdSource(1, lambda: "testrun0"))
        engine.settings.update({"forms": {"conversation": True}})
        found = []
        for _ in range(3):
            send(engine)
            node = engine.drain()[0].value["statuses"][0]
            found.append(node["conversation"]["id"])
            engine.clock.advance(DAY // 2)
        return found

    first, second, third = ids(FEBRUARY_2025)
    assert first == second != third
    assert len(set(ids(AUGUST_2025))) == 3
