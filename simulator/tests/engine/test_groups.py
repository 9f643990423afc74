"""Groups: made, joined, written in, closed."""

import json
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json
from wa_simulator.engine.errors import BadRequest, NotFound, Refused
from wa_simulator.engine.groups.entities import Group
from wa_simulator.engine.routing.entities import Responder

NUMBER = "100000000000001"
ANA, EVA = "573012345678", "573018888888"


def make(engine: Engine, **more: Any) -> Group:
    body = {"messaging_product": "whatsapp", "subject": "Vecinos", **more}
    engine.groups.create(engine.number(NUMBER), body)
    return list(engine.world.groups.values())[-1]


def join(engine: Engine, group: Group, *keys: str) -> list[str | None]:
    made = engine.world.ensure_customer
    return [engine.groups.join(group, made(key, engine.ids)) for key in keys]


def send(engine: Engine, group: Group, **more: Any) -> str:
    body = {
        "messaging_product": "whatsapp", "recipient_type": "group", "to": group.id,
        "type": "text", "text": {"body": "hola a todos"}, **more,
    }  # fmt: skip
    return str(engine.accept_in_group(NUMBER, body)["messages"][0]["id"])


def told(engine: Engine) -> list[tuple[str, Json]]:
    return [
        (item.field, item.value["groups"][0])
        for item in engine.drain()
        if "groups" in item.value
    ]


def refused(code: int) -> Any:
    return pytest.raises(Refused, match=rf"\(#{code}\)")


def test_a_group_is_made(engine: Engine) -> None:
    group = make(engine, description="Del barrio")
    ((field, node),) = told(engine)
    assert field == "group_lifecycle_update"
    assert (node["type"], node["group_id"]) == ("group_create", group.id)
    assert node["invite_link"] == group.invite_link
    assert node["invite_link"].startswith("https://chat.whatsapp.com/")
    assert (node["subject"], node["description"]) == ("Vecinos", "Del barrio")
    assert node["request_id"]


@pytest.mark.parametrize(
    "more",
    [
        {"subject": ""}, {"subject": "x" * 129}, {"description": "x" * 2049},
        {"join_approval_mode": "never"}, {"messaging_product": None},
    ],
)  # fmt: skip
def test_refusals_of_creation(engine: Engine, more: Json) -> None:
    with refused(100):
        make(engine, **more)


def test_eligibility_by_switch(engine: Engine) -> None:
    engine.settings.update({"group_eligibility": True})
    with refused(131215):
        make(engine)
    engine.world.business.number(NUMBER).limit = "TIER_100K"
    make(engine)


def test_people_join_and_leave(engine: Engine) -> None:
    group = make(engine)
    told(engine)
    assert join(engine, group, ANA) == [None]
    ((field, node),) = told(engine)
    assert (field, node["type"]) == (
        "group_participants_update", "group_participants_add",
    )  # fmt: skip
    assert node["reason"] == "invite_link"
    assert node["added_participants"][0]["wa_id"] == ANA
    with pytest.raises(BadRequest, match="already"):
        join(engine, group, ANA)
    engine.groups.leave(group, engine.customer(ANA))
    ((_, node),) = told(engine)
    assert (node["type"], node["initiated_by"]) == (
        "group_participants_remove", "participant",
    )  # fmt: skip
    with pytest.raises(BadRequest, match="not in group"):
        engine.groups.leave(group, engine.customer(ANA))


def test_a_group_has_eight_people(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, *(f"57301000000{n}" for n in range(8)))
    with pytest.raises(BadRequest, match="full"):
        join(engine, group, ANA)


def test_join_requests(engine: Engine) -> None:
    group = make(engine, join_approval_mode="approval_required")
    told(engine)
    asked, other = join(engine, group, ANA, EVA)
    assert [n["type"] for _, n in told(engine)] == ["group_join_request_created"] * 2
    assert [r["wa_id"] for r in engine.groups.requests(group)] == [ANA, EVA]
    body = {"messaging_product": "whatsapp", "join_requests": [asked, "1"]}
    done = engine.groups.decide(group, body, approve=True)
    assert done["approved_join_requests"] == [asked]
    assert done["failed_join_requests"][0]["errors"][0]["code"] == 131213
    assert group.participants == [ANA]
    refusal = {"messaging_product": "whatsapp", "join_requests": [other]}
    done = engine.groups.decide(group, refusal, approve=False)
    assert done == {
        "messaging_product": "whatsapp", "rejected_join_requests": [other],
    }  # fmt: skip
    join(engine, group, EVA)
    told(engine)
    engine.groups.leave(group, engine.customer(EVA))
    assert told(engine)[0][1]["type"] == "group_join_request_revoked"
    assert group.requests == {}


def test_people_are_put_out(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, ANA)
    told(engine)
    people = [{"user": ANA}, {"user": EVA}]
    body = {"messaging_product": "whatsapp", "participants": people}
    engine.groups.remove(group, body)
    ((_, node),) = told(engine)
    assert node["initiated_by"] == "business"
    assert node["removed_participants"][0]["wa_id"] == ANA
    assert node["failed_participants"][0]["errors"][0]["code"] == 131212
    with refused(100):
        engine.groups.remove(group, {**body, "participants": []})


def test_settings_and_the_end(engine: Engine) -> None:
    group = make(engine)
    told(engine)
    picture = {"mime_type": "image/jpeg", "sha256": "x", "bytes": 10}
    change = {"subject": "Vecinas", "description": "Todas"}
    engine.groups.change(group, change, picture)
    ((field, node),) = told(engine)
    assert field == "group_settings_update"
    assert node["group_subject"] == {"text": "Vecinas", "update_successful": True}
    assert node["profile_picture"]["sha256"] == "x"
    with refused(100):
        engine.groups.change(group, {}, None)
    with refused(100):
        engine.groups.change(group, {}, {**picture, "mime_type": "image/png"})
    old = group.invite_link
    assert engine.groups.reset_link(group) != old
    engine.groups.delete(group)
    assert told(engine)[0][1]["type"] == "group_delete"
    with pytest.raises(NotFound):
        engine.groups.find(group.id)


def test_a_message_and_its_statuses(engine: Engine) -> None:
    group = make(engine)
    with refused(131020):
        send(engine, group)
    join(engine, group, ANA, EVA)
    engine.set_customer(EVA, {"presence": "reads"})
    engine.drain()
    wamid = send(engine, group, biz_opaque_callback_data="x")
    engine.tick()
    sent, delivered, read = engine.drain()
    assert [len(i.value["statuses"]) for i in (sent, delivered, read)] == [2, 2, 1]
    row = sent.value["statuses"][0]
    assert row["id"] == wamid
    assert (row["recipient_type"], row["recipient_id"]) == ("group", group.id)
    assert row["participant_recipient_id"] == ANA
    assert row["biz_opaque_callback_data"] == "x"
    assert row["pricing"]["category"] == "group_service"
    assert row["pricing"]["type"] == "free_group_customer_service"
    assert read.value["statuses"][0]["participant_recipient_id"] == EVA
    assert engine.world.group_messages[wamid].statuses == {
        ANA: ["sent", "delivered"], EVA: ["sent", "delivered", "read"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"to": "1"},
        {"type": "location", "location": {"latitude": 1, "longitude": 1}},
        {"type": "pin", "pin": {"type": "pin", "message_id": "wamid.x"}},
        {"messaging_product": "x"},
    ],
)
def test_refusals_of_messages(engine: Engine, more: Json) -> None:
    group = make(engine)
    join(engine, group, ANA)
    with refused(100):
        send(engine, group, **more)


def test_at_most_three_are_pinned(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, ANA)
    theirs = engine.write(ANA, {"body": "hola", "group_id": group.id}).wamid
    wamids = [theirs, *(send(engine, group) for _ in range(3))]

    def pin(wamid: str, **more: Any) -> None:
        node = {"type": "pin", "message_id": wamid, "expiration_days": 7, **more}
        send(engine, group, type="pin", pin=node)

    for wamid in wamids[:3]:
        pin(wamid)
    with refused(100):
        pin(wamids[3])
    pin(theirs, type="unpin")
    pin(wamids[3])
    assert group.pinned == wamids[1:]
    with refused(100):
        pin(theirs, type="unpin", expiration_days=31)


def test_who_is_in_it_writes_in_it(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, ANA)
    engine.drain()
    engine.write(ANA, {"body": "hola", "group_id": group.id})
    (item,) = engine.drain()
    assert item.value["messages"][0]["group_id"] == group.id
    with pytest.raises(BadRequest, match="not in group"):
        engine.write(EVA, {"body": "hola", "group_id": group.id})


def test_a_suspended_group_is_silent(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, ANA)
    told(engine)
    engine.groups.suspend(group, suspended=True)
    assert told(engine)[0] == (
        "group_status_update",
        {
            "timestamp": str(int(engine.clock.now())),
            "group_id": group.id,
            "type": "group_suspend",
        },
    )
    with refused(131207):
        send(engine, group)
    with refused(131207):
        engine.groups.change(group, {"subject": "x"}, None)
    with pytest.raises(BadRequest, match="suspended"):
        join(engine, group, EVA)
    engine.groups.suspend(group, suspended=False)
    send(engine, group)


def test_groups_are_not_routed(engine: Engine) -> None:
    group = make(engine)
    join(engine, group, ANA)
    apps = [Responder("300000000000001", ["customer_service"]), Responder("x", [])]
    engine.routing.configure(engine.number(NUMBER), apps)
    engine.drain()
    engine.write(ANA, {"body": "hola", "group_id": group.id})
    send(engine, group)
    engine.tick()
    assert {item.app for item in engine.drain()} == {""}
    assert engine.world.threads == {}


def test_a_reset_forgets_groups_a_scoped_one_its_own(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000002", "573000000002", "Otro")
    group = make(engine)
    join(engine, group, ANA)
    send(engine, group)
    engine.reset(scope="number", scope_id="100000000000002")
    assert engine.customer(ANA).key in group.participants
    engine.reset(scope="number", scope_id=NUMBER)
    assert json.dumps([engine.world.groups, engine.world.group_messages]) == "[{}, {}]"
