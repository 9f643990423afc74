"""The life of a flow, and the person who fills it in."""

import json
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json
from wa_simulator.engine.errors import BadRequest, NotFound, Refused
from wa_simulator.engine.flows.entities import Flow
from wa_simulator.engine.flows.rules import validation_errors

NUMBER, WABA = "100000000000001", "200000000000001"
ANA = "573012345678"
GOOD = json.dumps({"version": "7.0", "screens": [{"id": "CITA", "layout": {}}]})
ASKING = json.dumps(
    {"version": "7.0", "data_api_version": "3.0", "screens": [{"id": "CITA"}]}
)


def make(engine: Engine, **more: Any) -> Flow:
    body = {"name": "cita", "categories": ["APPOINTMENT_BOOKING"], **more}
    return engine.flows.create(WABA, body)


def send(engine: Engine, **parameters: Any) -> Any:
    node = {
        "type": "flow",
        "body": {"text": "Agende"},
        "action": {
            "name": "flow",
            "parameters": {
                "flow_message_version": "3", "flow_cta": "Abrir", **parameters,
            },
        },
    }  # fmt: skip
    body = {
        "messaging_product": "whatsapp", "to": ANA,
        "type": "interactive", "interactive": node,
    }  # fmt: skip
    return engine.accept(NUMBER, body).message


def refused(code: int) -> Any:
    return pytest.raises(Refused, match=rf"\(#{code}\)")


def test_from_draft_to_deprecated(engine: Engine) -> None:
    flow = make(engine)
    assert flow.status == "DRAFT"
    with refused(139002):
        engine.flows.publish(flow)
    with refused(139003):
        engine.flows.deprecate(flow)
    assert engine.flows.upload(flow, {"asset_type": "FLOW_JSON"}, GOOD.encode()) == []
    engine.flows.publish(flow)
    (item,) = engine.drain()
    assert item.field == "flows"
    assert item.value == {
        "event": "FLOW_STATUS_CHANGE",
        "message": "Flow has been published.",
        "flow_id": flow.id,
        "old_status": "DRAFT",
        "new_status": "PUBLISHED",
    }
    with refused(139001):
        engine.flows.upload(flow, {"asset_type": "FLOW_JSON"}, b"{}")
    with refused(139001):
        engine.flows.change(flow, {"name": "otra"})
    with refused(139004):
        engine.flows.delete(flow)
    with refused(139002):
        engine.flows.publish(flow)
    engine.flows.deprecate(flow)
    with refused(139003):
        engine.flows.deprecate(flow)


def test_a_draft_is_changed_and_deleted(engine: Engine) -> None:
    flow = make(engine)
    change = {"name": "visita", "categories": ["SURVEY"], "endpoint_uri": "https://x.y"}
    engine.flows.change(flow, {**change, "application_id": "1"})
    assert (flow.name, flow.categories, flow.endpoint_uri, flow.application_id) == (
        "visita", ["SURVEY"], "https://x.y", "1",
    )  # fmt: skip
    engine.flows.delete(flow)
    with refused(100):
        engine.flows.get(flow.id)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "name"),
        ({"name": "tomado"}, "unique"),
        ({"categories": []}, "categories"),
        ({"categories": ["GAMES"]}, "GAMES"),
        ({"endpoint_uri": "ftp://x"}, "endpoint_uri"),
        ({"clone_flow_id": "1"}, "clone_flow_id"),
    ],
)
def test_refusals_of_creation(engine: Engine, more: Json, words: str) -> None:
    make(engine, name="tomado")
    with pytest.raises(Refused, match=words) as raised:
        make(engine, **more)
    assert raised.value.code == 100


def test_created_with_json_and_published_at_once(engine: Engine) -> None:
    flow = make(engine, flow_json=GOOD, publish=True)
    assert flow.status == "PUBLISHED"
    clone = make(engine, name="copia", clone_flow_id=flow.id)
    assert (clone.status, clone.flow_json) == ("DRAFT", GOOD)
    with refused(139002):
        make(engine, name="mala", flow_json="{}", publish="true")


def test_an_endpoint_needs_an_address_and_a_key(engine: Engine) -> None:
    flow = make(engine, flow_json=ASKING)
    with pytest.raises(Refused, match="endpoint_uri"):
        engine.flows.publish(flow)
    engine.flows.change(flow, {"endpoint_uri": "http://127.0.0.1:1/flow"})
    with pytest.raises(Refused, match="public key"):
        engine.flows.publish(flow)
    engine.world.business.number(NUMBER).public_key = "PEM"
    engine.flows.publish(flow)
    old = make(engine, name="vieja", flow_json='{"version": "2.1"}')
    with refused(139001):
        engine.flows.change(old, {"endpoint_uri": "http://127.0.0.1:1/flow"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "object"),
        ('{"screens": [{"id": "A"}]}', "'version'"),
        ('{"version": "7.0"}', "'screens'"),
        ('{"version": "7.0", "screens": [{}]}', r"screens\[0\].id"),
    ],
)
def test_validation_errors(engine: Engine, text: str, words: str) -> None:
    (error,) = validation_errors(text)
    assert error["error_type"] == "FLOW_JSON_ERROR"
    assert words.replace("\\", "") in error["message"]
    flow = make(engine)
    kept = engine.flows.upload(flow, {"asset_type": "FLOW_JSON"}, text.encode())
    assert (kept, flow.flow_json) == ([error], text)


@pytest.mark.parametrize(
    ("body", "content"),
    [({}, b"{}"), ({"asset_type": "FLOW_JSON"}, None)],
)
def test_refusals_of_assets(engine: Engine, body: Json, content: bytes | None) -> None:
    with refused(100):
        engine.flows.upload(make(engine), body, content)


def test_the_state_of_a_flow_decides_about_a_send(engine: Engine) -> None:
    flow = make(engine, flow_json=GOOD)
    send(engine, flow_id=flow.id, mode="draft")
    with refused(131009):
        send(engine, flow_id=flow.id)
    engine.flows.publish(flow)
    send(engine, flow_name="cita")
    engine.flows.set_status("cita", "BLOCKED")
    with refused(132068):
        send(engine, flow_id=flow.id)
    engine.flows.set_status(flow.id, "THROTTLED")
    for _ in range(10):
        send(engine, flow_id=flow.id)
    with refused(132069):
        send(engine, flow_id=flow.id)
    engine.clock.advance(3600)
    send(engine, flow_id=flow.id)
    engine.flows.deprecate(flow)
    with refused(131009):
        send(engine, flow_id=flow.id)
    with pytest.raises(BadRequest, match="status"):
        engine.flows.set_status(flow.id, "GONE")
    with pytest.raises(NotFound, match="nearest"):
        engine.flows.set_status("citas", "BLOCKED")


def test_an_unknown_flow_by_switch(engine: Engine) -> None:
    send(engine, flow_id="1")
    engine.settings.update({"check_flow_ids": True})
    with refused(100):
        send(engine, flow_id="1")


def test_a_person_fills_in_the_last_flow(engine: Engine) -> None:
    engine.write(ANA, {"body": "hola"})
    with pytest.raises(NotFound, match="no flow was sent"):
        engine.flows.answer(engine.customer(ANA), {}, None, with_token=True)
    first = send(engine, flow_id="1", flow_token="lead-7")
    last = send(engine, flow_id="1")
    engine.drain()
    person = engine.customer(ANA)
    for wamid, with_token, expected in (
        (first.wamid, True, {"flow_token": "lead-7", "día": "lunes"}),
        (None, True, {"flow_token": "unused", "día": "lunes"}),
        (None, False, {"día": "lunes"}),
    ):
        body = engine.flows.answer(
            person, {"día": "lunes"}, wamid, with_token=with_token
        )
        engine.write(ANA, body)
        (node,) = engine.drain()[0].value["messages"]
        reply = node["interactive"]["nfm_reply"]
        assert json.loads(reply["response_json"]) == expected
        assert reply["name"] == "flow"
        assert node["context"]["id"] == (wamid or last.wamid)


def test_the_flow_of_a_template(engine: Engine) -> None:
    button = {"type": "FLOW", "text": "Abrir", "flow_id": "1"}
    template = engine.world.template_of(WABA, "hello_world", "en_US")
    assert template is not None
    template.components.append({"type": "BUTTONS", "buttons": [button]})
    part = {
        "type": "button", "sub_type": "flow", "index": "0",
        "parameters": [{"type": "action", "action": {"flow_token": "t"}}],
    }  # fmt: skip
    node = {
        "name": "hello_world", "language": {"code": "en_US"}, "components": [part],
    }  # fmt: skip
    body = {"messaging_product": "whatsapp", "to": ANA, "type": "template"}
    engine.accept(NUMBER, {**body, "template": node})
    person = engine.customer(ANA)
    answer = engine.flows.answer(person, {}, None, with_token=True)
    assert json.loads(answer["nfm_reply"]["response_json"]) == {"flow_token": "t"}


def test_copies_in_another_account(engine: Engine) -> None:
    make(engine, flow_json=GOOD)
    other = "200000000000002"
    engine.add_number("100000000000002", other, "573000000002", "Otro")
    body = {"source_waba_id": WABA, "source_flow_names": ["cita", "ninguna"]}
    done = engine.flows.migrate(other, body)
    (row,) = done["migrated_flows"]
    assert engine.flows.get(row["migrated_id"]).flow_json == GOOD
    assert done["failed_flows"][0]["error_code"] == "4233041"
    again = engine.flows.migrate(other, {"source_waba_id": WABA})
    assert "exists" in again["failed_flows"][0]["error_message"]
    with refused(100):
        engine.flows.migrate(other, {"source_waba_id": "1"})


def test_a_reset_keeps_flows(engine: Engine) -> None:
    flow = make(engine)
    engine.reset()
    assert engine.flows.get(flow.id) is flow
    engine.reset(everything=True)
    assert engine.world.flows == {}
