"""Webhooks of every field: filled in from the world, checked, enveloped once."""

from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.envelopes import envelope, merged
from wa_simulator.engine.errors import BadRequest, NotFound
from wa_simulator.engine.field_samples import SAMPLES
from wa_simulator.engine.ids import IdSource

NUMBER, WABA = "100000000000001", "200000000000001"
ANA = "573012345678"
JANUARY_2026 = 1_768_000_000.0


def emit(engine: Engine, field: str, value: Any = None, **more: Any) -> Any:
    engine.fields.emit(field, value, **more)
    (item,) = engine.drain()
    return item


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        ("ACCOUNT_DELETED", set()),
        ("ACCOUNT_OFFBOARDED", set()),
        ("ACCOUNT_RECONNECTED", set()),
        ("AD_ACCOUNT_LINKED", {"waba_info"}),
        ("AUTH_INTL_PRICE_ELIGIBILITY_UPDATE", {"auth_international_rate_eligibility"}),
        ("MM_LITE_TERMS_SIGNED", {"waba_info"}),
        ("PARTNER_APP_INSTALLED", {"waba_info"}),
        ("PARTNER_APP_UNINSTALLED", {"waba_info"}),
        (
            "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
            {"partner_client_certification_info"},
        ),
        ("PARTNER_REMOVED", {"waba_info"}),
        ("VOLUME_BASED_PRICING_TIER_UPDATE", {"volume_tier_info"}),
    ],
)
def test_account_updates(engine: Engine, event: str, keys: set[str]) -> None:
    item = emit(engine, "account_update", {"event": event})
    assert set(item.value) == {"event", *keys}
    assert event in SAMPLES["account_update"].variants


@pytest.mark.parametrize("event", ["PIN_CHANGED", "PIN_RESET_REQUEST"])
def test_security_events(engine: Engine, event: str) -> None:
    item = emit(engine, "security", {"event": event})
    assert item.value["event"] == event
    assert event in SAMPLES["security"].variants


@pytest.mark.parametrize(
    ("event", "keys"),
    [
        ("connect", {"session"}),
        ("terminate", {"status", "start_time", "end_time", "duration"}),
    ],
)
def test_calls_bear_what_their_event_has(
    engine: Engine, event: str, keys: set[str]
) -> None:
    (call,) = emit(engine, "calls", {"event": event}).value["calls"]
    assert keys <= set(call)
    if event == "connect":
        assert call["session"]["sdp_type"] == "offer"
        assert call["session"]["sdp"].startswith("v=0")


@pytest.mark.parametrize("field", sorted(SAMPLES))
def test_each_field_stands_in_metas_envelope(engine: Engine, field: str) -> None:
    form = SAMPLES[field].form
    engine.settings.update({"forms": {form: True} if form else {}})
    item = emit(engine, field)
    body = envelope([item])
    (entry,) = body["entry"]
    assert (body["object"], entry["id"]) == ("whatsapp_business_account", WABA)
    (change,) = entry["changes"]
    assert change["field"] == field
    assert change["value"]
    assert ("time" in entry) is (field != "messages")
    assert bool(item.number_id) is SAMPLES[field].about_number


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "message_template_status_update",
            {
                "event": "APPROVED",
                "message_template_id": 4000000000001,
                "message_template_name": "hello_world",
                "message_template_language": "en_US",
                "reason": "NONE",
                "message_template_category": "UTILITY",
            },
        ),
        (
            "phone_number_quality_update",
            {
                "display_phone_number": "573000000001",
                "event": "THROUGHPUT_UPGRADE",
                "max_daily_conversations_per_business": "TIER_UNLIMITED",
            },
        ),
        (
            "business_capability_update",
            {
                "max_daily_conversations_per_business": "TIER_2K",
                "max_phone_numbers_per_business": 2,
                "max_phone_numbers_per_waba": 2,
            },
        ),
        ("account_review_update", {"decision": "APPROVED"}),
        (
            "phone_number_name_update",
            {
                "display_phone_number": "573000000001",
                "decision": "APPROVED",
                "requested_verified_name": "Negocio Simulado",
                "rejection_reason": None,
            },
        ),
    ],
)
def test_samples(engine: Engine, field: str, expected: dict[str, Any]) -> None:
    value = emit(engine, field).value
    if "message_template_id" in expected:
        expected["message_template_id"] = value["message_template_id"]
        assert isinstance(value["message_template_id"], int)
    assert value == expected


@pytest.mark.parametrize(
    ("field", "event", "key"),
    [
        ("message_template_status_update", "REJECTED", "rejection_info"),
        ("message_template_status_update", "PAUSED", "other_info"),
        ("message_template_status_update", "DISABLED", "disable_info"),
        ("account_update", "DISABLED_UPDATE", "ban_info"),
        ("account_update", "ACCOUNT_VIOLATION", "violation_info"),
        ("account_update", "ACCOUNT_RESTRICTION", "restriction_info"),
        ("account_update", "PARTNER_ADDED", "waba_info"),
    ],
)
def test_an_event_brings_its_node(
    engine: Engine, field: str, event: str, key: str
) -> None:
    value = emit(engine, field, {"event": event}).value
    assert value["event"] == event
    assert value[key]
    assert key not in emit(engine, field).value


def test_a_deleted_template_has_no_reason(engine: Engine) -> None:
    value = emit(engine, "message_template_status_update", {"event": "DELETED"}).value
    assert value["reason"] is None


def test_quality_arrives_under_its_other_name_by_switch(engine: Engine) -> None:
    name = "message_template_quality_update"
    assert emit(engine, name).field == name
    engine.settings.update({"forms": {"quality_as_status": True}})
    item = emit(engine, name)
    assert item.field == "message_template_status_update"
    assert item.value["new_quality_score"] == "YELLOW"


def test_limits_by_date() -> None:
    engine = Engine(FrozenClock(JANUARY_2026), IdSource(1, lambda: "testrun0"))
    value = emit(engine, "phone_number_quality_update").value
    assert (value["old_limit"], value["current_limit"]) == (
        "TIER_10K",
        "TIER_UNLIMITED",
    )
    value = emit(engine, "business_capability_update").value
    assert value["max_daily_conversation_per_phone"] == 2000


def test_preferences_are_about_a_person_and_are_remembered(engine: Engine) -> None:
    value = emit(engine, "user_preferences", {"value": "stop"}, customer=ANA).value
    (row,) = value["user_preferences"]
    assert (row["wa_id"], row["value"], row["category"]) == (
        ANA,
        "stop",
        "marketing_messages",
    )
    assert isinstance(row["timestamp"], int)
    assert value["contacts"][0]["wa_id"] == ANA
    assert not engine.customer(ANA).marketing
    emit(engine, "user_preferences", {"value": "resume"}, customer=ANA)
    assert engine.customer(ANA).marketing


def test_errors_alone(engine: Engine) -> None:
    value = emit(engine, "messages").value
    assert set(value) == {"messaging_product", "metadata", "errors"}
    assert value["errors"][0]["code"] == 130429


def test_user_actions_alone(engine: Engine) -> None:
    action = {"action_type": "marketing_messages_link_click"}
    value = {"messaging_product": "whatsapp", "user_actions": [action]}
    assert emit(engine, "messages", value, free=True).value == value


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("acount_update", {}, "nearest 'account_update'"),
        ("account_update", {"evnt": "X"}, "nearest 'event'"),
        ("user_preferences", {"valu": "stop"}, "nearest 'value'"),
        ("security", {"pin": "1"}, "unknown key of security 'pin'"),
    ],
)
def test_bad_ones_are_named(
    engine: Engine, field: str, value: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        engine.fields.emit(field, value)
    assert words in str(caught.value)
    assert not engine.drain()


def test_a_field_of_another_account(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000002", "573000000002", "Dos")
    item = emit(engine, "account_alerts", waba_id="200000000000002")
    assert item.waba_id == "200000000000002"
    item = emit(engine, "security", number_id="100000000000002")
    assert item.value["display_phone_number"] == "573000000002"
    with pytest.raises(NotFound, match="not known"):
        engine.fields.emit("account_alerts", waba_id="1")


def test_one_entry_per_account_and_time(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000002", "573000000002", "Dos")
    engine.write(ANA, {"body": "uno"})
    engine.write(ANA, {"body": "dos", "to": "100000000000002"})
    engine.fields.emit("account_alerts")
    engine.fields.emit("account_review_update")
    entries = envelope(engine.drain())["entry"]
    shape = [(e["id"], "time" in e, len(e["changes"])) for e in entries]
    assert shape == [(WABA, False, 1), ("200000000000002", False, 1), (WABA, True, 2)]


def test_merging_keeps_order_and_never_mixes(engine: Engine) -> None:
    for words in ("uno", "dos"):
        engine.write(ANA, {"body": words})
    engine.write("573018888888", {"body": "tres"})
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    engine.answered(engine.accept(NUMBER, body).message)
    engine.tick()
    items = engine.drain()
    one, other = merged(items)
    assert [m["text"]["body"] for m in one.value["messages"]] == ["uno", "dos", "tres"]
    assert [c["wa_id"] for c in one.value["contacts"]] == [ANA, "573018888888"]
    assert [s["status"] for s in other.value["statuses"]] == ["sent", "delivered"]
    assert len(items[0].value["messages"]) == 1, "the items stay as they were"
