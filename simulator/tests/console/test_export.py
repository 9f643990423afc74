"""What happened, taken along: a scenario and JSON lines; media for the phones."""

import json
from typing import Any

import httpx
import pytest

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

gherkin = pytest.importorskip(
    "gherkin.parser", reason="gherkin-official: pip install './simulator[browser]'"
)

ANA = "573012345678"


@pytest.fixture
def http(server: ThreadedServer, sim: SimulatorClient) -> Any:
    """A plain client on the server."""
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def steps_of(text: str) -> list[tuple[str, str]]:
    """Keyword and words of each step, as Gherkin's own parser reads them."""
    feature = gherkin.Parser().parse(text)["feature"]
    assert feature["language"] == "es"
    (child,) = feature["children"]
    return [(s["keyword"].strip(), s["text"]) for s in child["scenario"]["steps"]]


def test_a_conversation_becomes_a_scenario(
    http: httpx.Client, sim: SimulatorClient, graph: Any
) -> None:
    """Dado the person, Cuando the person writes, Entonces the business answers."""
    sim.set_customer(ANA, name="Ana")
    sim.customer_message(ANA, body='Quiero "ver"\nel apartamento')
    graph.send(ANA, type="text", text={"body": "Claro"})
    sim.wait_idle()
    text = http.get("/_sim/export/scenario.feature").text
    assert steps_of(text) == [
        ("Dado", f'un cliente "+{ANA}" llamado "Ana"'),
        ("Cuando", f'el cliente "+{ANA}" escribe "Quiero \'ver\' el apartamento"'),
        ("Entonces", f'el negocio envía al cliente "+{ANA}" el texto "Claro"'),
        ("Y", 'ese mensaje queda "entregado"'),
    ]


def test_nothing_said_is_a_scenario_with_steps_too(http: httpx.Client) -> None:
    """A scenario without steps proves nothing."""
    assert len(steps_of(http.get("/_sim/export/scenario.feature").text)) == 2


def test_the_journal_as_lines(http: httpx.Client, graph: Any) -> None:
    """The first line tells the run; each other one is an entry."""
    graph.send(ANA)
    answer = http.get("/_sim/export/journal.jsonl")
    head, *rows = [json.loads(line) for line in answer.text.splitlines()]
    assert (head["kind"], head["dropped"]) == ("head", 0)
    assert any(row["kind"] == "api" and row["request"]["to"] == ANA for row in rows)
    assert "attachment" in answer.headers["content-disposition"]


def test_media_are_shown_but_never_run(
    http: httpx.Client, sim: SimulatorClient
) -> None:
    """Pictures in place; a page that a customer sent is a download."""
    sent = sim.customer_message(ANA, type="image")["message"]["payload"]
    shown = http.get(f"/_sim/media/{sent['id']}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("inline")
    files = {"file": ("x.html", b"<script>1</script>", "text/html")}
    page = http.post(
        f"/_sim/customers/{ANA}/messages", data={"type": "document"}, files=files
    ).json()["message"]["payload"]
    hidden = http.get(f"/_sim/media/{page['id']}")
    assert hidden.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in hidden.headers["content-security-policy"]
    assert http.get("/_sim/media/1").status_code == 404
