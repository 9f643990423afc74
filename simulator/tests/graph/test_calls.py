"""Calls over HTTP, and the person on the other side by the control API."""

from typing import Any

import pytest

from wa_simulator.client import SimulatorClient, SimulatorError

NUMBER = "100000000000001"
ANA = "573012345678"
PATH = f"/v25.0/{NUMBER}/calls"


def body(action: str, **more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "action": action, **more}


def test_a_call_of_the_business(sim: SimulatorClient, graph: Any) -> None:
    offer = {"sdp_type": "offer", "sdp": "v=0"}
    off = graph.call("POST", PATH, json=body("connect", to=ANA, session=offer))
    assert (off.status_code, off.json()["error"]["code"]) == (401, 138000)
    sim.enable_calling(NUMBER)
    shown = graph.call("GET", f"/v25.0/{NUMBER}/call_permissions?user_wa_id={ANA}")
    assert shown.json()["permission"] == {"status": "no_permission"}
    none = graph.call("POST", PATH, json=body("connect", to=ANA, session=offer))
    assert (none.status_code, none.json()["error"]["code"]) == (401, 138006)
    sim.allow_calls(ANA, permanent=True)
    made = graph.call("POST", PATH, json=body("connect", to=ANA, session=offer))
    assert made.status_code == 200
    (call,) = made.json()["calls"]
    assert sim.call_action(call["id"], "accept")["state"] == "accepted"
    ended = graph.call("POST", PATH, json=body("terminate", call_id=call["id"]))
    assert ended.json() == {"messaging_product": "whatsapp", "success": True}
    assert [c["ended_by"] for c in sim.calls()] == ["business"]


def test_a_call_of_the_customer(subscribed: SimulatorClient, graph: Any) -> None:
    with pytest.raises(SimulatorError, match="calling is not enabled"):
        subscribed.customer_call(ANA)
    subscribed.enable_calling(NUMBER)
    call = subscribed.customer_call(ANA)
    assert call["state"] == "ringing"
    subscribed.wait_webhook(type="calls", state="delivered")
    answer = {"sdp_type": "answer", "sdp": "v=0"}
    taken = body("accept", call_id=call["id"], session=answer)
    assert graph.call("POST", PATH, json=taken).status_code == 200
    missed = subscribed.customer_call("573018888888", missed=True)
    assert missed["missed"]
    left = subscribed.customer_call("573017777777", voicemail=True)
    assert subscribed.messages(type="audio")[0]["wamid"] == left["id"]


@pytest.mark.parametrize(
    ("wrong", "status"), [("media_update", 501), ("sing", 400), ("accept", 400)]
)
def test_other_actions(
    sim: SimulatorClient, graph: Any, wrong: str, status: int
) -> None:
    sim.enable_calling(NUMBER)
    session = {"sdp_type": "answer", "sdp": "v=0"}
    call = body(wrong, call_id="wacid.none", session=session)
    assert graph.call("POST", PATH, json=call).status_code == status
