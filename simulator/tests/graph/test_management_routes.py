"""The tester's side of templates and numbers, over the control API."""

from typing import Any

import pytest

from wa_simulator.client import SimulatorClient, SimulatorError

NUMBER = "100000000000001"
ANA = "573012345678"


def statuses(sim: SimulatorClient) -> dict[str, str]:
    return {row["name"]: row["status"] for row in sim.templates()}


def test_review(subscribed: SimulatorClient, graph: Any) -> None:
    subscribed.review_template("saludo", "PAUSED")
    assert statuses(subscribed)["saludo"] == "PAUSED"
    hook = subscribed.wait_webhook(kind="field", state="delivered")
    assert "FIRST_PAUSE" in hook["body"]
    subscribed.advance(3 * 3600)
    assert statuses(subscribed)["saludo"] == "APPROVED"


def test_a_template_replaced_with_another_status_tells_it(
    subscribed: SimulatorClient,
) -> None:
    body = [{"type": "BODY", "text": "x"}]
    subscribed.add_template("t", "es", body, status="PENDING")
    subscribed.add_template("t", "es", body, status="APPROVED")
    hook = subscribed.wait_webhook(kind="field", state="delivered")
    assert '"event":"APPROVED"' in hook["body"]


def test_quality_category_and_pacing(sim: SimulatorClient, graph: Any) -> None:
    assert sim.template_quality("saludo", "RED")["state"]["quality"] == "RED"
    assert sim.template_category("saludo", "MARKETING")["category"] == "MARKETING"
    assert sim.template_pacing("saludo", "hold")["state"]["paced"] is True
    parameters = [{"type": "text", "text": "Ana"}]
    node = {
        "name": "saludo",
        "language": {"code": "es"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    sent = graph.send(type="template", template=node).json()["messages"][0]
    assert sent["message_status"] == "held_for_quality_assessment"
    assert sim.message(sent["id"])["status"] == "accepted"
    sim.template_pacing("saludo", "release")
    sim.wait_message(wamid=sent["id"], status="delivered")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda sim: sim.review_template("saludos", "PAUSED"), "saludo"),
        (lambda sim: sim.review_template("saludo", "PAUSE"), "nearest 'PAUSED'"),
        (lambda sim: sim.template_quality("saludo", "x"), "GREEN"),
        (lambda sim: sim.template_pacing("saludo", "x"), "release"),
        (lambda sim: sim.set_number(NUMBER, status="x"), "CONNECTED"),
        (lambda sim: sim.set_number("7", status="BANNED"), "expected one of"),
    ],
)
def test_mistakes_have_words(sim: SimulatorClient, act: Any, words: str) -> None:
    with pytest.raises(SimulatorError, match=words):
        act(sim)


def test_numbers(sim: SimulatorClient, graph: Any) -> None:
    (row,) = sim.numbers()
    assert row["state"]["status"] == "CONNECTED"
    sim.set_number(NUMBER, status="BANNED", quality="RED")
    shown = graph.call("GET", f"/v23.0/{NUMBER}?fields=status,quality_rating").json()
    assert (shown["status"], shown["quality_rating"]) == ("BANNED", "RED")
    assert graph.send().json()["error"]["code"] == 133010


def test_a_snapshot_keeps_templates_numbers_and_blocks(
    sim: SimulatorClient, graph: Any
) -> None:
    sim.review_template("saludo", "PAUSED")
    sim.customer_message(ANA, body="hola")
    path = f"/v23.0/{NUMBER}"
    body = {"messaging_product": "whatsapp", "block_users": [{"user": ANA}]}
    assert graph.call("POST", f"{path}/block_users", json=body).ok
    profile = {"messaging_product": "whatsapp", "about": "Hola"}
    assert graph.call("POST", f"{path}/whatsapp_business_profile", json=profile).ok
    query = {"file_length": 6, "file_type": "image/png"}
    upload = graph.call("POST", "/300000000000001/uploads", params=query).json()["id"]
    graph.call("POST", f"/{upload}", data=b"\x89PN", headers={"file_offset": "0"})
    taken = sim.snapshot()
    sim.reset(everything=True)
    assert statuses(sim)["saludo"] == "APPROVED"
    sim.restore(taken)
    assert statuses(sim)["saludo"] == "PAUSED"
    assert graph.call("GET", f"{path}/block_users").json()["data"][0]["wa_id"] == ANA
    shown = graph.call("GET", f"{path}/whatsapp_business_profile").json()["data"][0]
    assert shown["about"] == "Hola"
    assert graph.call("GET", f"/{upload}").json()["file_offset"] == 3
    sim.advance(3 * 3600)
    assert statuses(sim)["saludo"] == "APPROVED"
