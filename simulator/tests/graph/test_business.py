"""The business, its accounts, conversions and analytics over HTTP."""

from typing import Any

import pytest

from wa_simulator.client import SimulatorClient

NUMBER, WABA = "100000000000001", "200000000000001"
BUSINESS = "500000000000001"
ANA = "573012345678"
CLICK = "ARAkLkA8rmlFeiCktEJQ"


def test_owned_and_client_accounts(sim: SimulatorClient, graph: Any) -> None:
    other = "200000000000002"
    sim.add_number("100000000000002", other, "573000000002")
    shown = graph.call("GET", f"/v25.0/{BUSINESS}").json()
    assert shown == {"name": "Simulated business", "timezone_id": 0, "id": BUSINESS}
    path = f"/v25.0/{BUSINESS}/owned_whatsapp_business_accounts"
    rows = graph.call("GET", path).json()["data"]
    assert [row["id"] for row in rows] == [WABA, other]
    sim.settings(client_accounts=[other])
    rows = graph.call("GET", path).json()["data"]
    assert [row["id"] for row in rows] == [WABA]
    path = path.replace("owned_", "client_")
    (row,) = graph.call("GET", path).json()["data"]
    assert row["id"] == other
    assert {
        "name",
        "currency",
        "timezone_id",
        "message_template_namespace",
    } < row.keys()


def test_a_conversion(sim: SimulatorClient, graph: Any) -> None:
    sim.customer_message(ANA, body="hola", referral={"ctwa_clid": CLICK})
    assert graph.call("GET", f"/v25.0/{WABA}/dataset").json() == {}
    dataset = graph.call("POST", f"/v25.0/{WABA}/dataset").json()["id"]
    assert graph.call("GET", f"/v25.0/{WABA}/dataset").json() == {"id": dataset}
    now = int(sim.clock()["now"])
    event = {
        "event_name": "LeadSubmitted", "event_time": now,
        "action_source": "business_messaging", "messaging_channel": "whatsapp",
        "user_data": {"ctwa_clid": CLICK},
    }  # fmt: skip
    answer = graph.call("POST", f"/v25.0/{dataset}/events", json={"data": [event]})
    assert (answer.json()["events_received"], answer.json()["messages"]) == (1, [])
    (kept,) = sim.conversions()
    assert (kept["customer"], kept["event"]) == (ANA, event)


def test_analytics_of_an_account(sim: SimulatorClient, graph: Any) -> None:
    now = int(sim.clock()["now"])
    graph.send()
    sim.wait_idle()
    span = f".start({now - 60}).end({now + 60}).granularity(DAILY)"
    fields = f"pricing_analytics{span}.dimensions([PRICING_CATEGORY])"
    answer = graph.call("GET", f"/v25.0/{WABA}?fields={fields}").json()
    (point,) = answer["pricing_analytics"]["data"][0]["data_points"]
    assert (point["pricing_category"], point["volume"]) == ("SERVICE", 1)
    answer = graph.call("GET", f"/v25.0/{WABA}?fields=conversation_analytics{span}")
    points = answer.json()["conversation_analytics"]["data"][0]["data_points"]
    assert points[0]["conversation"] == 1


@pytest.mark.parametrize("edge", ["compare", "migrate_message_templates"])
def test_templates_of_another_account(
    sim: SimulatorClient, graph: Any, edge: str
) -> None:
    other = "200000000000002"
    sim.add_number("100000000000002", other, "573000000002")
    theirs = next(t for t in sim.templates() if t["waba_id"] == other)
    mine = next(t for t in sim.templates() if t["waba_id"] == WABA)
    if edge == "compare":
        now = int(sim.clock()["now"])
        query = f"start={now - 7 * 86400}&end={now}&template_ids={theirs['id']}"
        answer = graph.call("GET", f"/v25.0/{mine['id']}/compare?{query}")
        assert answer.json()["error"]["code"] == 100
        return
    body = {"source_waba_id": other}
    answer = graph.call("POST", f"/v25.0/{WABA}/{edge}", json=body).json()
    assert theirs["id"] in answer["failed_templates"]


def test_template_analytics(sim: SimulatorClient, graph: Any) -> None:
    node = {"name": "hello_world", "language": {"code": "en_US"}}
    graph.send(type="template", template=node)
    sim.wait_idle()
    now = int(sim.clock()["now"])
    template = next(t for t in sim.templates() if t["name"] == "hello_world")
    query = f"start={now - 60}&end={now + 60}&granularity=DAILY"
    path = f"/v25.0/{WABA}/template_analytics?{query}&template_ids=[{template['id']}]"
    (row,) = graph.call("GET", path).json()["data"]
    assert row["data_points"][0]["delivered"] == 1
    field = graph.call("GET", f"/v25.0/{WABA}?fields=template_analytics")
    assert field.status_code == 501
