"""Switches of the wire that no other test turns."""

import hashlib
from typing import Any

from wa_simulator.client import SimulatorClient

NUMBER = "100000000000001"
ANA = "573012345678"
CONTENT = b"%PDF-1.4"


def described(graph: Any) -> Any:
    made = graph.call(
        "POST",
        f"/v23.0/{NUMBER}/media",
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.pdf", CONTENT, "application/pdf")},
    ).json()
    return graph.call("GET", f"/v23.0/{made['id']}").json()


def test_the_digest_in_hexadecimal(sim: SimulatorClient, graph: Any) -> None:
    whole = hashlib.sha256(CONTENT).hexdigest()
    assert described(graph)["sha256"] != whole
    sim.settings(sha256_encoding="hex")
    assert described(graph)["sha256"] == whole


def test_the_size_as_a_string(sim: SimulatorClient, graph: Any) -> None:
    assert described(graph)["file_size"] == len(CONTENT)
    sim.settings(file_size_as_string=True)
    assert described(graph)["file_size"] == str(len(CONTENT))


def test_without_the_older_signature(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    for on in (True, False):
        subscribed.settings(sha1_signature=on)
        subscribed.customer_message(ANA, body="hola", wait=True)
        headers = {name.lower() for name in receiver.posts[-1].headers}
        assert "x-hub-signature-256" in headers
        assert ("x-hub-signature" in headers) is on


def test_the_address_of_downloads_in_webhooks(sim: SimulatorClient) -> None:
    wamid = sim.customer_message(ANA, "image")["wamid"]
    url = sim.message(wamid)["payload"]["url"]
    assert url.startswith("https://lookaside.fbsbx.com/whatsapp_business/")
    sim.settings(media_base=sim.url)
    wamid = sim.customer_message(ANA, "image")["wamid"]
    url = sim.message(wamid)["payload"]["url"]
    assert url.startswith(f"{sim.url}/whatsapp_business/")
