"""Two apps with one account over HTTP: each gets what Meta would send it."""

import json
from typing import Any

import pytest

from wa_simulator.client import SimulatorClient, SimulatorError

NUMBER = "100000000000001"
CRM, DESK = "300000000000001", "300000000000002"
ANA = "573012345678"
PATH = f"/v25.0/{NUMBER}/thread_control"


def fields(receiver: Any) -> list[str]:
    bodies = [json.loads(post.body) for post in receiver.posts]
    return [body["entry"][0]["changes"][0]["field"] for body in bodies]


def test_two_apps_and_a_handover(
    subscribed: SimulatorClient, receiver: Any, graph: Any
) -> None:
    sim = subscribed
    sim.add_app(DESK, "DESK-TOKEN", "desk-secret", name="Desk")
    shown = sim.set_routing(
        NUMBER,
        [
            {"app": CRM, "roles": ["customer_service"]},
            {"app": DESK, "roles": ["escalation"]},
        ],
    )
    assert shown["active"]
    assert sim.routing(NUMBER) == shown
    sim.customer_message(ANA, body="hola")
    assert fields(receiver) == ["messages"]
    assert sim.threads()[0]["owner"] == CRM
    passed = {"messaging_product": "whatsapp", "action": "pass", "to": ANA}
    answer = graph.call("POST", PATH, json=passed)
    assert answer.status_code == 200
    assert answer.json()["request_id"]
    refused = graph.send()
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == 131070
    sim.customer_message(ANA, body="¿y ahora?")
    assert fields(receiver) == ["messages"]
    with pytest.raises(SimulatorError, match="Meta would refuse"):
        sim.thread_action(ANA, "pass", app=CRM)
    back = sim.thread_action(
        ANA, "pass", target_role="customer_service", metadata="listo"
    )
    assert back["owner"] == CRM
    sim.wait_webhook(type="messaging_handovers", state="delivered")
    assert fields(receiver)[-1] == "messaging_handovers"
    assert graph.send().status_code == 200
    sim.thread_action(ANA, "send", app=DESK, text="Soy el otro equipo")
    assert sim.messages(direction="outbound")[-1]["text"] == "Soy el otro equipo"
    assert sim.threads()[0]["owner"] == DESK
