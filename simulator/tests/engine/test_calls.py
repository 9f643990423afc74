"""Calls of both directions and the permission to make them."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json
from wa_simulator.engine.errors import BadRequest, NotFound, Refused

NUMBER, DISPLAY = "100000000000001", "573000000001"
ANA = "573012345678"
DAY = 86_400.0
OFFER = {"sdp_type": "offer", "sdp": "v=0 anything"}
ANSWER = {"sdp_type": "answer", "sdp": "v=0 as well"}


@pytest.fixture
def calling(engine: Engine) -> Engine:
    """Calls are on, Ana has written."""
    engine.set_number_settings(
        engine.number(NUMBER), {"calling": {"status": "ENABLED"}}
    )
    engine.write(ANA, {"body": "hola"})
    engine.drain()
    return engine


def values(engine: Engine, field: str = "calls") -> list[Json]:
    return [item.value for item in engine.drain() if item.field == field]


def code_of(raised: Any) -> int:
    return int(raised.value.code)


def allow(engine: Engine, **more: Any) -> None:
    engine.reply_to_call_request(ANA, engine.number(NUMBER), "accept", **more)
    engine.drain()


def connect(engine: Engine, **more: Any) -> Any:
    body = {"to": ANA, "session": OFFER, **more}
    return engine.calls.connect(engine.number(NUMBER), body)


def test_a_customer_calls_and_the_business_takes_it(calling: Engine) -> None:
    call = calling.calls.call_business(ANA, {"deeplink_payload": "promo"})
    (value,) = values(calling)
    (node,) = value["calls"]
    assert (node["id"], node["from"], node["to"]) == (call.id, ANA, DISPLAY)
    assert (node["event"], node["direction"]) == ("connect", "USER_INITIATED")
    assert node["session"]["sdp_type"] == "offer"
    assert node["session"]["sdp"]
    assert node["deeplink_payload"] == "promo"
    assert node["id"].startswith("wacid.")
    assert value["contacts"][0]["wa_id"] == ANA
    number = calling.number(NUMBER)
    answer = {"call_id": call.id, "session": ANSWER}
    calling.calls.pre_accept(number, answer)
    other = {"call_id": call.id, "session": {**ANSWER, "sdp": "another"}}
    with pytest.raises(Refused, match="equal that of pre_accept"):
        calling.calls.accept(number, other)
    calling.calls.accept(number, {**answer, "biz_opaque_callback_data": "lead 7"})
    calling.clock.advance(65)
    calling.tick()
    calling.calls.act(call.id, "hang_up")
    (end,) = values(calling)[0]["calls"]
    assert (end["event"], end["status"], end["duration"]) == (
        "terminate", "COMPLETED", 65,
    )  # fmt: skip
    assert int(end["end_time"]) - int(end["start_time"]) == 65
    assert end["biz_opaque_callback_data"] == "lead 7"
    assert not call.record()["missed"]


@pytest.mark.parametrize("status", ["FAILED", "COMPLETED"])
def test_a_missed_call_bears_no_times(calling: Engine, status: str) -> None:
    calling.settings.update({"missed_call_status": status, "call_ring_time": 30})
    call = calling.calls.call_business(ANA, {})
    values(calling)
    calling.clock.advance(29)
    calling.tick()
    assert values(calling) == []
    calling.clock.advance(1)
    calling.tick()
    (end,) = values(calling)[0]["calls"]
    assert (end["event"], end["status"]) == ("terminate", status)
    assert not {"start_time", "end_time", "duration"} & end.keys()
    assert (call.ended_by, call.record()["missed"]) == ("timeout", True)


@pytest.mark.parametrize("action", ["reject", "terminate"])
def test_the_business_ends_it(calling: Engine, action: str) -> None:
    call = calling.calls.call_business(ANA, {})
    number = calling.number(NUMBER)
    getattr(calling.calls, action)(number, {"call_id": call.id})
    assert values(calling)[-1]["calls"][0]["event"] == "terminate"
    with pytest.raises(Refused) as raised:
        getattr(calling.calls, action)(number, {"call_id": call.id})
    assert code_of(raised) == 100


def test_a_call_opens_the_window(calling: Engine) -> None:
    calling.settings.update({"enforce_window": True})
    calling.clock.advance(2 * DAY)
    assert not calling.sending.in_window(NUMBER, ANA)
    calling.calls.call_business(ANA, {})
    assert calling.sending.in_window(NUMBER, ANA)


def test_a_business_needs_permission(calling: Engine) -> None:
    with pytest.raises(Refused) as raised:
        connect(calling)
    assert code_of(raised) == 138006
    calling.reply_to_call_request(ANA, calling.number(NUMBER), "reject")
    with pytest.raises(Refused):
        connect(calling)
    allow(calling)
    call = connect(calling, biz_opaque_callback_data="x")
    (value,) = values(calling)
    (status,) = value["statuses"]
    assert (status["status"], status["type"], status["recipient_id"]) == (
        "RINGING", "call", ANA,
    )  # fmt: skip
    assert (status["id"], status["biz_opaque_callback_data"]) == (call.id, "x")
    with pytest.raises(Refused) as raised:
        connect(calling)
    assert code_of(raised) == 138003


def test_the_person_takes_our_call(calling: Engine) -> None:
    allow(calling)
    call = connect(calling)
    values(calling)
    calling.calls.act(call.id, "accept")
    status, ready = values(calling)
    assert status["statuses"][0]["status"] == "ACCEPTED"
    node = ready["calls"][0]
    assert (node["direction"], node["from"], node["to"]) == (
        "BUSINESS_INITIATED", DISPLAY, ANA,
    )  # fmt: skip
    assert node["session"]["sdp_type"] == "answer"
    with pytest.raises(BadRequest, match="cannot reject a call that is accepted"):
        calling.calls.act(call.id, "reject")
    calling.calls.terminate(calling.number(NUMBER), {"call_id": call.id})
    assert values(calling)[0]["calls"][0]["status"] == "COMPLETED"


def test_the_person_rejects_our_call(calling: Engine) -> None:
    allow(calling)
    call = connect(calling)
    values(calling)
    calling.calls.act(call.id, "reject")
    status, end = values(calling)
    assert status["statuses"][0]["status"] == "REJECTED"
    assert "start_time" not in end["calls"][0]


def test_four_calls_that_nobody_answers_end_a_permission(calling: Engine) -> None:
    allow(calling, permanent=True)
    for _ in range(4):
        connect(calling)
        calling.clock.advance(61)
        calling.tick()
    with pytest.raises(Refused) as raised:
        connect(calling)
    assert code_of(raised) == 138006


def test_a_permission_lasts_seven_days(calling: Engine) -> None:
    allow(calling)
    calling.clock.advance(7 * DAY)
    with pytest.raises(Refused):
        connect(calling)


def request_permission(engine: Engine) -> None:
    node = {
        "type": "call_permission_request",
        "action": {"name": "call_permission_request"},
    }
    body = {
        "messaging_product": "whatsapp", "to": ANA,
        "type": "interactive", "interactive": node,
    }  # fmt: skip
    engine.accept(NUMBER, body)


def test_requests_for_permission(calling: Engine) -> None:
    request_permission(calling)
    request_permission(calling)
    calling.settings.update({"call_limits": True})
    with pytest.raises(Refused) as raised:
        request_permission(calling)
    assert code_of(raised) == 138009
    message = calling.reply_to_call_request(ANA, calling.number(NUMBER), "accept")
    assert message.context in calling.world.messages
    (value,) = values(calling, "messages")
    reply = value["messages"][0]["interactive"]["call_permission_reply"]
    assert isinstance(reply["expiration_timestamp"], int)
    assert (reply["response"], reply["response_source"]) == ("accept", "user_action")
    connected = connect(calling)
    calling.calls.act(connected.id, "accept")
    request_permission(calling)
    allow(calling, permanent=True)
    with pytest.raises(Refused) as raised:
        request_permission(calling)
    assert code_of(raised) == 138017


def test_the_expiry_as_a_string(calling: Engine) -> None:
    calling.settings.update({"call_expiration_as_string": True})
    calling.reply_to_call_request(ANA, calling.number(NUMBER), "accept")
    (value,) = values(calling, "messages")
    reply = value["messages"][0]["interactive"]["call_permission_reply"]
    assert isinstance(reply["expiration_timestamp"], str)
    assert calling.calls.permissions.known(NUMBER, ANA).expires is not None


def test_connected_calls_of_a_day(calling: Engine) -> None:
    calling.settings.update({"call_limits": True, "connected_calls_per_day": 1})
    allow(calling)
    call = connect(calling)
    calling.calls.act(call.id, "accept")
    calling.calls.act(call.id, "hang_up")
    with pytest.raises(Refused) as raised:
        connect(calling)
    assert code_of(raised) == 138012


def test_what_is_known_of_a_permission(calling: Engine) -> None:
    def shown() -> Any:
        return calling.calls.describe_permission(calling.number(NUMBER), ANA)

    assert shown()["permission"] == {"status": "no_permission"}
    calling.settings.update({"call_permission_words": "openapi"})
    assert shown()["permission"] == {"status": "denied"}
    allow(calling)
    assert shown()["permission"]["status"] == "granted"
    calling.settings.update({"call_permission_words": "guide"})
    found = shown()
    assert found["permission"]["status"] == "temporary"
    assert found["permission"]["expiration_time"] > calling.clock.now()
    start = next(a for a in found["actions"] if a["action_name"] == "start_call")
    assert start["can_perform_action"]
    assert start["limits"][0]["max_allowed"] == 10


def test_who_calls_may_be_called_back(calling: Engine) -> None:
    settings = {"callback_permission_status": "ENABLED"}
    calling.set_number_settings(calling.number(NUMBER), {"calling": settings})
    calling.drain()
    calling.calls.call_business(ANA, {})
    reply = values(calling, "messages")[0]["messages"][0]["interactive"]
    assert reply["call_permission_reply"]["response_source"] == "automatic"
    calling.calls.permissions.require(NUMBER, ANA)


def test_voicemail_comes_as_a_message_with_the_calls_id(calling: Engine) -> None:
    call = calling.calls.call_business(ANA, {})
    calling.calls.act(call.id, "hang_up")
    calling.calls.leave_voicemail(call)
    (value,) = values(calling, "messages")
    (node,) = value["messages"]
    assert (node["type"], node["id"]) == ("audio", call.id)


def test_when_calls_are_off(engine: Engine) -> None:
    with pytest.raises(BadRequest, match="calling is not enabled"):
        engine.calls.call_business(ANA, {})
    with pytest.raises(Refused) as raised:
        connect(engine)
    assert code_of(raised) == 138000
    sip = {"calling": {"status": "ENABLED", "sip": {"status": "ENABLED"}}}
    engine.set_number_settings(engine.number(NUMBER), sip)
    (told,) = values(engine, "account_settings_update")
    assert told["phone_number_settings"]["calling"]["sip"] == {"status": "ENABLED"}
    with pytest.raises(Refused) as raised:
        connect(engine)
    assert code_of(raised) == 131055


@pytest.mark.parametrize(
    "session",
    [None, "x", {}, {"sdp_type": "answer", "sdp": "v=0"}, {**OFFER, "sdp": ""}],
)
def test_a_session_is_needed(calling: Engine, session: object) -> None:
    allow(calling)
    with pytest.raises(Refused) as raised:
        connect(calling, session=session)
    assert code_of(raised) == 100


def test_ids_of_a_person_follow_the_date(calling: Engine) -> None:
    calling.settings.update(
        {"forms": {"call_user_ids": False, "call_status_contacts": False}}
    )
    allow(calling)
    call = connect(calling)
    calling.calls.act(call.id, "accept")
    status, accepted, ready = values(calling)
    assert "recipient_user_id" not in status["statuses"][0]
    assert "contacts" not in status
    assert "contacts" not in accepted
    assert "to_user_id" not in ready["calls"][0]
    calling.calls.act(call.id, "hang_up")
    calling.settings.update({"forms": {"call_user_ids": True}})
    calling.calls.call_business(ANA, {})
    assert "from_user_id" in values(calling)[-1]["calls"][0]


def test_unknown_calls_and_actions(calling: Engine) -> None:
    with pytest.raises(NotFound, match="nearest"):
        calling.calls.act("wacid.x", "accept")
    call = calling.calls.call_business(ANA, {})
    with pytest.raises(BadRequest, match="action"):
        calling.calls.act(call.id, "sing")
    calling.reset(scope="number", scope_id=NUMBER)
    assert calling.world.calls == {}
    calling.clock.advance(100)
    assert calling.tick() == 1
