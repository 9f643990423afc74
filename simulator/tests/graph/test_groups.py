"""Groups over HTTP."""

from typing import Any

from wa_simulator.client import SimulatorClient

NUMBER = "100000000000001"
ANA, EVA = "573012345678", "573018888888"
PRODUCT = {"messaging_product": "whatsapp"}


def test_a_group_over_graph(subscribed: SimulatorClient, graph: Any) -> None:
    sim = subscribed
    body = {**PRODUCT, "subject": "Vecinos", "join_approval_mode": "approval_required"}
    made = graph.call("POST", f"/v25.0/{NUMBER}/groups", json=body)
    assert set(made.json()) == {"messaging_product", "request_id"}
    sim.wait_webhook(type="group_lifecycle_update", state="delivered")
    (row,) = graph.call("GET", f"/v25.0/{NUMBER}/groups").json()["data"]["groups"]
    path = f"/v25.0/{row['id']}"
    bare = graph.call("GET", path).json()
    assert bare == {**PRODUCT, "id": row["id"]}
    asked = sim.join_group(row["id"], ANA)["join_request_id"]
    (shown,) = graph.call("GET", f"{path}/join_requests").json()["data"]
    assert shown["join_request_id"] == asked
    approval = {**PRODUCT, "join_requests": [asked]}
    done = graph.call("POST", f"{path}/join_requests", json=approval).json()
    assert done["approved_join_requests"] == [asked]
    again = graph.call("DELETE", f"{path}/join_requests", json=approval).json()
    assert again["failed_join_requests"][0]["join_request_id"] == asked
    fields = "?fields=subject,participants,total_participant_count"
    whole = graph.call("GET", path + fields).json()
    assert (whole["subject"], whole["total_participant_count"]) == ("Vecinos", 1)
    sent = graph.send(to=row["id"], recipient_type="group")
    assert sent.json()["messages"][0]["group_id"] == row["id"]
    sim.wait_webhook(kind="status", status="delivered", state="delivered")
    (group,) = sim.groups()
    assert group["messages"][0]["statuses"] == {ANA: ["sent", "delivered"]}
    links = [
        graph.call(method, f"{path}/invite_link").json()["invite_link"]
        for method in ("GET", "POST")
    ]
    assert links[0] != links[1]
    assert graph.call("DELETE", f"{path}/invite_link").json() == {"success": True}
    change = graph.call("POST", path, files={"file": ("a.jpg", b"x", "image/jpeg")})
    assert change.json()["success"]
    refused = graph.call("POST", f"{path}/participants", json=PRODUCT)
    assert refused.json()["error"]["code"] == 100
    out = {**PRODUCT, "participants": [{"user": ANA}]}
    gone = graph.call("DELETE", f"{path}/participants", json=out)
    assert gone.json()["request_id"]
    sim.join_group(row["id"], EVA)
    assert sim.leave_group(row["id"], EVA)["requests"] == {}
    assert sim.suspend_group(row["id"])["suspended"]
    assert graph.call("DELETE", path).json()["success"]
    assert sim.groups() == []
