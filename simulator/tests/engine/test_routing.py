"""Conversation routing: owners, copies for who reads along, handovers."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import App, Customer, Json, Subscription
from wa_simulator.engine.errors import BadRequest, Refused
from wa_simulator.engine.routing.entities import Responder

NUMBER, WABA = "100000000000001", "200000000000001"
CRM, DESK, AGENT = "300000000000001", "300000000000002", "meta-agent"
ANA = "573012345678"
DAY = 86_400.0


@pytest.fixture
def routed(engine: Engine) -> Engine:
    """The CRM has the service, another app the escalation; both read along."""
    engine.world.add_app(App(DESK, "Desk", "DESK-TOKEN", "secret", "verify"))
    configure(
        engine,
        Responder(CRM, ["customer_service", "calls"], standby=True),
        Responder(DESK, ["escalation", "marketing"], standby=True),
    )
    return engine


def configure(engine: Engine, *responders: Responder) -> None:
    engine.routing.configure(engine.number(NUMBER), list(responders))


def told(engine: Engine) -> list[tuple[str, str]]:
    return [(item.app, item.field) for item in engine.drain()]


def ana(engine: Engine) -> Customer:
    return engine.customer(ANA)


def control(engine: Engine, app: str, action: str, **more: Any) -> Json:
    body = {"messaging_product": "whatsapp", "action": action, "to": ANA, **more}
    return engine.routing.control(engine.number(NUMBER), app, body)


def send(engine: Engine, app: str = CRM, **more: Any) -> Any:
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    body = {**body, "type": "text", **more}
    accepted = engine.accept(NUMBER, body, app=app)
    engine.answered(accepted.message)
    engine.tick()
    return accepted.message


def test_one_responder_is_no_routing(engine: Engine) -> None:
    configure(engine, Responder(CRM, ["customer_service"]))
    engine.write(ANA, {"body": "hola"})
    assert told(engine) == [("", "messages")]
    with pytest.raises(Refused, match="not active"):
        control(engine, CRM, "release")


def test_the_owner_gets_messages_the_other_a_copy(routed: Engine) -> None:
    message = routed.write(ANA, {"body": "hola"})
    mine, copy = routed.drain()
    assert (mine.app, mine.field) == (CRM, "messages")
    assert (copy.app, copy.field) == (DESK, "standby")
    inner = copy.value["standby"]
    assert inner["messages"][0]["id"] == message.wamid
    assert inner["contacts"][0]["wa_id"] == ANA
    assert "messages" not in copy.value
    assert routed.routing.thread(NUMBER, ANA).owner == CRM


def test_who_neither_owns_nor_reads_along_gets_nothing(routed: Engine) -> None:
    configure(routed, Responder(CRM, []), Responder(DESK, ["customer_service"]))
    routed.write(ANA, {"body": "hola"})
    assert told(routed) == [(DESK, "messages")]


def test_a_partner_outside_the_world_is_told_nothing_here(routed: Engine) -> None:
    configure(routed, Responder(CRM, [], standby=True), Responder(AGENT, ["ai_agent"]))
    routed.write(ANA, {"body": "hola"})
    assert told(routed) == [(CRM, "standby")]
    assert routed.routing.thread(NUMBER, ANA).role == "ai_agent"


def test_what_the_owner_sends_is_echoed_with_its_statuses(routed: Engine) -> None:
    routed.write(ANA, {"body": "hola"})
    routed.drain()
    message = send(routed)
    items = routed.drain()
    assert [(i.app, i.field) for i in items] == [
        (DESK, "standby"),
        (CRM, "messages"), (DESK, "standby"),
        (CRM, "messages"), (DESK, "standby"),
    ]  # fmt: skip
    (echo,) = items[0].value["standby"]["message_echoes"]
    assert (echo["id"], echo["message"]["text"]) == (message.wamid, {"body": "x"})
    (status,) = items[2].value["standby"]["statuses"]
    assert (status["id"], status["status"]) == (message.wamid, "sent")


def test_the_echo_of_a_template_bears_it(routed: Engine) -> None:
    node = {"name": "hello_world", "language": {"code": "en_US"}}
    send(routed, type="template", template=node)
    (echo,) = routed.drain()[0].value["standby"]["message_echoes"]
    assert echo["template"]["status"] == "APPROVED"


def test_only_the_owner_and_the_escalation_may_answer(routed: Engine) -> None:
    third = "300000000000003"
    routed.world.add_app(App(third, "Third", "T", "s", "v"))
    routed.write(ANA, {"body": "hola"})
    with pytest.raises(Refused) as raised:
        send(routed, app=third)
    assert raised.value.code == 131070
    routed.drain()
    node = {"name": "hello_world", "language": {"code": "en_US"}}
    send(routed, app=third, type="template", template=node)
    assert routed.routing.thread(NUMBER, ANA).owner == CRM
    routed.drain()
    send(routed, app=DESK)
    taken = next(i for i in routed.drain() if i.field == "messaging_handovers")
    assert (taken.app, taken.value["type"]) == (CRM, "control_taken")
    assert taken.value["control_taken"] == {
        "previous_owner_role": "customer_service",
        "new_owner_role": "escalation",
        "metadata": "Control taken via service message",
    }
    assert routed.routing.thread(NUMBER, ANA).owner == DESK
    with pytest.raises(Refused):
        send(routed)


def test_idle_after_a_day_of_the_persons_silence(routed: Engine) -> None:
    routed.write(ANA, {"body": "hola"})
    routed.clock.advance(DAY - 1)
    send(routed)
    assert routed.routing.thread(NUMBER, ANA).owner == CRM
    routed.clock.advance(1)
    assert routed.routing.thread(NUMBER, ANA).owner is None
    send(routed, app=DESK)
    assert routed.routing.thread(NUMBER, ANA).owner is None
    routed.settings.update({"idle_send_claims": True})
    send(routed, app=DESK)
    assert routed.routing.thread(NUMBER, ANA).owner == DESK


@pytest.mark.parametrize(
    ("category", "body", "owner"),
    [
        ("MARKETING", {}, DESK),
        ("UTILITY", {}, CRM),
        (None, {"referral": {"source_type": "ad"}}, AGENT),
        (None, {}, CRM),
    ],
)
def test_entry_points(
    routed: Engine, category: str | None, body: Json, owner: str
) -> None:
    configure(
        routed,
        Responder(CRM, ["customer_service"]),
        Responder(DESK, ["marketing"]),
        Responder(AGENT, ["ctwa"]),
    )
    if category:
        template = routed.world.template_of(WABA, "hello_world", "en_US")
        assert template is not None
        template.category = category
        node = {"name": "hello_world", "language": {"code": "en_US"}}
        send(routed, type="template", template=node)
    routed.write(ANA, {"body": "hola", **body})
    assert routed.routing.thread(NUMBER, ANA).owner == owner


def test_a_thread_is_passed(routed: Engine) -> None:
    routed.write(ANA, {"body": "hola"})
    routed.drain()
    answer = control(routed, CRM, "pass", metadata="quiere un humano")
    assert set(answer) == {"messaging_product", "request_id"}
    (item,) = routed.drain()
    assert (item.app, item.field) == (DESK, "messaging_handovers")
    assert item.value["sender"] == {"phone_number": ANA}
    assert item.value["recipient"]["phone_number_id"] == NUMBER
    assert item.value["control_passed"] == {
        "previous_owner_role": "customer_service",
        "new_owner_role": "escalation",
        "metadata": "quiere un humano",
    }
    assert "metadata" not in item.value
    routed.write(ANA, {"body": "¿sigue ahí?"})
    assert told(routed) == [(DESK, "messages"), (CRM, "standby")]


def test_an_agent_passes_with_a_summary(routed: Engine) -> None:
    configure(
        routed, Responder(CRM, ["customer_service"]), Responder(AGENT, ["ai_agent"])
    )
    routed.settings.update({"handover_user_ids": True})
    routed.write(ANA, {"body": "hola"})
    routed.routing.act(
        routed.number(NUMBER), ana(routed), AGENT, "pass",
        "customer_service", None, "Ana pregunta por un pedido.",
    )  # fmt: skip
    (item,) = routed.drain()
    passed = item.value["control_passed"]
    assert passed["conversation_context"]["summary"]["text"].startswith("Ana")
    assert item.value["sender"]["user_id"] == ana(routed).user_id
    routed.routing.act(routed.number(NUMBER), ana(routed), CRM, "release")
    routed.settings.update({"forms": {"handover_roles": False}})
    routed.write(ANA, {"body": "hola"})
    routed.routing.act(
        routed.number(NUMBER), ana(routed), AGENT, "pass", "customer_service"
    )
    (item,) = routed.drain()
    assert item.value["control_passed"] == {
        "previous_owner_app_role": "meta_business_agent"
    }


def test_take_and_release(routed: Engine) -> None:
    routed.write(ANA, {"body": "hola"})
    routed.drain()
    control(routed, DESK, "take")
    assert told(routed) == [(CRM, "messaging_handovers")]
    with pytest.raises(Refused) as raised:
        control(routed, CRM, "take")
    assert raised.value.code == 2494191
    with pytest.raises(Refused, match="Only the owner"):
        control(routed, CRM, "release")
    routed.settings.update({"forms": {"thread_control_request_id": False}})
    assert control(routed, DESK, "release") == {"messaging_product": "whatsapp"}
    assert told(routed) == []
    control(routed, CRM, "release")


@pytest.mark.parametrize(
    ("action", "more", "words"),
    [
        ("pass", {}, "idle"),
        ("pass", {"control_pass": {"target_role": "boss"}}, "target_role"),
        ("take", {"control_pass": {}}, "control_pass goes with"),
        ("request", {}, "action"),
        ("take", {"recipient": "CO.1"}, "Exactly one"),
        ("take", {"to": "573019999999"}, "No thread"),
        ("take", {"metadata": "x" * 2001}, "metadata"),
        ("take", {"messaging_product": None}, "messaging_product"),
    ],
)
def test_refusals(routed: Engine, action: str, more: Json, words: str) -> None:
    routed.set_customer(ANA, {"name": "Ana"})
    with pytest.raises(Refused, match=words) as raised:
        control(routed, CRM, action, **more)
    assert raised.value.code == 100


@pytest.mark.parametrize("role", ["utility", "customer_service"])
def test_passing_to_nobody_or_to_oneself(routed: Engine, role: str) -> None:
    routed.write(ANA, {"body": "hola"})
    with pytest.raises(Refused, match=role):
        control(routed, CRM, "pass", control_pass={"target_role": role})
    with pytest.raises(Refused, match="Only the owner"):
        control(routed, DESK, "pass")


def test_calls_go_to_their_primary(routed: Engine) -> None:
    number = routed.number(NUMBER)
    routed.set_number_settings(number, {"calling": {"status": "ENABLED"}})
    routed.drain()
    routed.calls.call_business(ANA, {})
    routed.reply_to_call_request(ANA, number, "accept")
    assert told(routed) == [(CRM, "calls"), (CRM, "messages")]
    assert routed.routing.thread(NUMBER, ANA).owner is None
    with pytest.raises(Refused) as raised:
        routed.routing.require_call_primary(number, DESK)
    assert raised.value.code == 138038
    routed.routing.require_call_primary(number, CRM)


def test_standby_goes_to_the_apps_own_callback(routed: Engine) -> None:
    world = routed.world
    for scope, held in (("number", NUMBER), ("app", CRM)):
        url = f"http://127.0.0.1:1/{scope}"
        world.subscriptions[scope, held] = Subscription(scope, held, url, "v")
    (messages,) = world.subscribers(WABA, NUMBER, "messages", CRM)
    (standby,) = world.subscribers(WABA, NUMBER, "standby", CRM)
    assert (messages.scope, standby.scope) == ("number", "app")
    assert world.subscribers(WABA, NUMBER, "messages", DESK) == []


def test_roles_are_checked(engine: Engine) -> None:
    with pytest.raises(BadRequest, match="role"):
        configure(engine, Responder(CRM, ["boss"]))
    with pytest.raises(BadRequest, match="expected one responder"):
        configure(engine, Responder(CRM, ["ctwa"]), Responder(DESK, ["ctwa"]))


def test_a_reset_keeps_roles_and_forgets_owners(routed: Engine) -> None:
    routed.write(ANA, {"body": "hola"})
    routed.reset()
    assert routed.routing.active(NUMBER)
    assert routed.world.threads == {}
