"""What Meta changed in 2026, on both sides of its day."""

from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest, Refused
from wa_simulator.engine.ids import IdSource
from wa_simulator.engine.messages.pricing import pricing

NUMBER, WABA = "100000000000001", "200000000000001"
ANA = "573012345678"
HIDDEN = "CO.13491208655302741918"
DAY = 86_400.0
#: 2026-01-15, before all changes of the year.
JANUARY = 1_768_435_200.0
#: 2026-10-05 and 2026-10-20.
OCTOBER_5, OCTOBER_20 = 1_791_158_400.0, 1_792_454_400.0


def in_january() -> Engine:
    return Engine(FrozenClock(JANUARY), IdSource(1, lambda: "testrun0"))


def system(engine: Engine, key: str, **more: Any) -> Any:
    engine.drain()
    engine.write(key, {"type": "system", **more})
    (item,) = engine.drain()
    return item.value["messages"][0]["system"]


def send(engine: Engine, **more: Any) -> Any:
    body = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "text",
        "text": {"body": "hola"},
        **more,
    }
    message = engine.accept(NUMBER, body).message
    engine.answered(message)
    engine.tick()
    return message


def test_request_welcome_ended_in_march(engine: Engine) -> None:
    with pytest.raises(BadRequest, match="no longer sends request_welcome"):
        engine.write(ANA, {"type": "request_welcome"})
    assert engine.drain() == []
    assert in_january().write(ANA, {"type": "request_welcome"}).wamid
    engine.settings.update({"forms": {"request_welcome": True}})
    assert engine.write(ANA, {"type": "request_welcome"}).wamid


def test_user_id_update_was_withdrawn_in_august(engine: Engine) -> None:
    with pytest.raises(BadRequest, match=r"user_id_update.*withdrawn"):
        engine.fields.emit("user_id_update", {}, customer=ANA)
    engine.settings.update({"forms": {"user_id_update": True}})
    engine.fields.emit("user_id_update", {}, customer=ANA)
    (item,) = engine.drain()
    (row,) = item.value["user_id_update"]
    person = engine.customer(ANA)
    assert set(row) == {"wa_id", "detail", "user_id", "timestamp"}
    assert row["user_id"]["previous"] == person.user_id
    assert row["user_id"]["current"] not in ("", person.user_id)
    assert row["wa_id"] == ANA


def test_a_free_body_of_a_withdrawn_field_is_the_testers_own(engine: Engine) -> None:
    engine.fields.emit("user_id_update", {"a": 1}, free=True)
    assert engine.drain()[0].value == {"a": 1}


def test_a_new_user_id_bears_the_previous_one(engine: Engine) -> None:
    engine.write(HIDDEN, {"body": "hola"})
    new = "CO.99999999999999999999"
    assert system(engine, HIDDEN, user_id=new)["previous_user_id"] == HIDDEN
    engine.write(ANA, {"body": "hola"})
    old = engine.customer(ANA).user_id
    node = system(engine, ANA, wa_id="573018888888")
    assert node["previous_user_id"] == old
    assert node["user_id"] == engine.customer("573018888888").user_id
    assert node["user_id"] != old


def test_parents_change_along(engine: Engine) -> None:
    engine.set_customer(HIDDEN, {"parent_user_id": "CO.ENT.1"})
    node = system(engine, HIDDEN, user_id="CO.9999999", parent_user_id="CO.ENT.2")
    assert node["previous_parent_user_id"] == "CO.ENT.1"
    assert node["parent_user_id"] == "CO.ENT.2"
    assert engine.customer("CO.9999999").parent_user_id == "CO.ENT.2"


def test_before_august_there_is_no_previous_one() -> None:
    engine = in_january()
    engine.write(HIDDEN, {"body": "hola"})
    node = system(engine, HIDDEN, user_id="CO.99999999999999999999")
    assert "previous_user_id" not in node
    assert "user_id" not in system(engine, ANA, wa_id="573018888888")


def test_archive_answers_with_lists_since_june(engine: Engine) -> None:
    ids = [t.id for t in engine.world.templates.values()]
    found = engine.management.bulk.archive(WABA, [ids[0], "7"], "ARCHIVED")
    assert found["archived_templates"] == [ids[0]]
    assert list(found["failed_templates"]) == ["7"]
    assert "does not exist" in found["failed_templates"]["7"]
    again = engine.management.bulk.archive(WABA, [ids[0]], "ARCHIVED")
    assert "ARCHIVED" in again["failed_templates"][ids[0]]
    back = engine.management.bulk.archive(WABA, ids, "UNARCHIVED")
    assert back["unarchived_templates"] == [ids[0]]
    assert "not archived" in back["failed_templates"][ids[1]]


def test_archive_said_success_before() -> None:
    engine = in_january()
    ids = [t.id for t in engine.world.templates.values()]
    found = engine.management.bulk.archive(WABA, ids, "ARCHIVED")
    assert found == {"success": True}
    assert all(t.status == "ARCHIVED" for t in engine.world.templates.values())


@pytest.mark.parametrize(("form", "days"), [(None, 7), (False, 3), (True, 7)])
def test_a_free_entry_point_lasts_a_week_or_three_days(
    engine: Engine, form: bool | None, days: int
) -> None:
    if form is not None:
        engine.settings.update({"forms": {"free_entry_week": form}})
    engine.write(ANA, {"body": "hola", "referral": {"source_type": "ad"}})
    start = engine.clock.now()
    message = send(engine)
    assert message.pricing["type"] == "free_entry_point"
    end = str(int(start + days * DAY))
    assert message.conversation["expiration_timestamp"] == end
    engine.clock.advance(DAY)
    assert send(engine).conversation["expiration_timestamp"] == end
    engine.clock.advance((days - 1) * DAY - 1)
    assert send(engine).pricing["type"] == "free_entry_point"
    engine.clock.advance(1)
    assert send(engine).pricing["type"] != "free_entry_point"


def test_a_free_entry_point_of_january_lasts_three_days() -> None:
    engine = in_january()
    engine.write(ANA, {"body": "hola", "referral": {"source_type": "ad"}})
    send(engine)
    engine.clock.advance(3 * DAY)
    assert send(engine).pricing["type"] != "free_entry_point"


def priced(category: str, now: float = OCTOBER_20, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"in_window": True, "service_count": 1, **more}
    return pricing(category, now, **given)


@pytest.mark.parametrize(
    ("category", "more", "kind", "shown"),
    [
        ("service", {}, "free_customer_service", "service"),
        ("service", {"service_count": 1001}, "regular", "service"),
        ("utility", {}, "regular", "utility"),
        ("utility", {"now": JANUARY}, "free_customer_service", "utility"),
        ("service", {"group": True}, "free_group_customer_service", "group_service"),
        ("service", {"group": True, "service_count": 1001}, "regular", "group_service"),
        ("utility", {"group": True}, "regular", "group_utility"),
        ("marketing", {"group": True}, "regular", "group_marketing"),
    ],
)
def test_types_and_categories_of_prices(
    category: str, more: dict[str, Any], kind: str, shown: str
) -> None:
    node = priced(category, **more)
    assert (node["type"], node["category"]) == (kind, shown)
    assert node["billable"] is (kind == "regular")
    assert "subtype" not in node


def test_paid_exempt_since_october_12(engine: Engine) -> None:
    late = priced("service", service_count=1001, paid_exempt=True)
    assert late["type"] == "free_customer_service"
    assert late["subtype"] == "paid_exempt"
    early = priced("service", OCTOBER_5, service_count=1001, paid_exempt=True)
    assert early["type"] == "free_customer_service"
    assert "subtype" not in early
    assert "subtype" not in priced("service", service_count=5, paid_exempt=True)
    assert priced("marketing", paid_exempt=True)["type"] == "regular"
    engine.settings.update({"paid_exempt": True})
    for _ in range(1000):
        send(engine)
    assert send(engine).pricing["subtype"] == "paid_exempt"


def test_reactions_are_free_and_not_counted(engine: Engine) -> None:
    wamid = engine.write(ANA, {"body": "hola"}).wamid
    react = {"message_id": wamid, "emoji": "\U0001f44d"}
    for _ in range(1000):
        assert not send(engine, type="reaction", reaction=react).pricing["billable"]
    assert not send(engine).pricing["billable"]
    for _ in range(999):
        send(engine)
    assert send(engine).pricing["billable"]
    assert not send(engine, type="reaction", reaction=react).pricing["billable"]


@pytest.mark.parametrize(
    "action", ["marketing_messages_link_click", "landing_page_view"]
)
def test_what_a_person_does_with_a_marketing_message(
    engine: Engine, action: str
) -> None:
    engine.fields.emit("messages", {"user_actions": [{"action_type": action}]})
    (item,) = engine.drain()
    assert set(item.value) == {"messaging_product", "metadata", "user_actions"}
    (row,) = item.value["user_actions"]
    assert row["timestamp"] == str(int(engine.clock.now()))
    data = row["marketing_messages_link_click_data"]
    assert ("click_component" in data) is (action != "landing_page_view")
    assert {"click_id", "tracking_token"} <= set(data)


def priced_template(engine: Engine, **more: Any) -> None:
    made = engine.management.templates.create(
        WABA,
        {
            "name": "oferta",
            "language": "es",
            "category": "MARKETING",
            "components": [{"type": "BODY", "text": "Hoy hay descuento."}],
            **more,
        },
    )
    engine.tick()
    engine.drain()
    assert engine.management.templates.get(made["id"]).status == "APPROVED"


SPEC = {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": 100}
OFFER = {"type": "template", "template": {"name": "oferta", "language": {"code": "es"}}}


@pytest.mark.parametrize("key", ["optimization_spec", "bid_spec"])
def test_a_max_price_template_goes_to_marketing_messages(
    engine: Engine, key: str
) -> None:
    priced_template(engine, **{key: SPEC})
    with pytest.raises(Refused) as caught:
        send(engine, **OFFER)
    assert caught.value.code == 131061
    body = {"messaging_product": "whatsapp", "to": ANA, **OFFER}
    assert engine.accept(NUMBER, body, edge="marketing_messages").message.wamid
    hidden = {"messaging_product": "whatsapp", "recipient": HIDDEN, **OFFER}
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, hidden, edge="marketing_messages")
    assert caught.value.code == 131062


def test_without_a_max_price_both_edges_take_it(engine: Engine) -> None:
    priced_template(engine)
    assert send(engine, **OFFER).wamid
