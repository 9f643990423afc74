"""Why nothing arrived: each cause is found, and said in both languages."""

from typing import Any

import httpx
import pytest

from wa_simulator.client import SimulatorClient, SimulatorError
from wa_simulator.control.diagnosis_words import WORDS
from wa_simulator.server import ThreadedServer

ANA = "573012345678"


@pytest.fixture
def findings(server: ThreadedServer, sim: SimulatorClient) -> Any:
    """code -> finding, as the route gives them."""

    def ask(lang: str = "en") -> dict[str, dict[str, Any]]:
        answer = httpx.get(
            f"{server.url}/_sim/diagnosis", params={"lang": lang}, trust_env=False
        )
        return {each["code"]: each for each in answer.json()["findings"]}

    return ask


def test_both_languages_say_everything() -> None:
    """Two sentences in each."""
    for code, words in WORDS.items():
        assert set(words) == {"en", "es"}, code
        assert all(text for pair in words.values() for text in pair), code


def test_no_subscription_comes_first(findings: Any, sim: SimulatorClient) -> None:
    """And what was lost is counted."""
    sim.customer_message(ANA, body="hola")
    found = findings("es")
    assert next(iter(found)) == "no_subscription"
    assert found["no_subscription"]["level"] == "error"
    assert "Suscriba" in found["no_subscription"]["do"]
    assert found["silent"]["facts"]["count"] == 1


def test_a_failed_handshake_is_told(
    findings: Any, sim: SimulatorClient, receiver: Any
) -> None:
    """With what was got; it goes away with the next good one."""
    receiver.challenge = lambda query: (403, "no")
    with pytest.raises(SimulatorError):
        sim.subscribe(receiver.url)
    assert "403" in findings()["handshake_failed"]["what"]
    receiver.challenge = lambda query: (200, query["hub.challenge"])
    sim.subscribe(receiver.url)
    assert "handshake_failed" not in findings()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "unauthorised"),
        (404, "not_there"),
        (302, "redirects"),
        (500, "receiver_error"),
    ],
)
def test_each_answer_of_a_receiver_has_its_words(
    findings: Any,
    subscribed: SimulatorClient,
    receiver: Any,
    status: int,
    code: str,
) -> None:
    """And offers to deliver again."""
    receiver.status = lambda count: status
    subscribed.customer_message(ANA, body="hola", wait=True)
    found = findings()
    assert found[code]["level"] == "error"
    assert str(status) in found[code]["what"]
    assert found[code]["action"]["kind"] == "redeliver"
    assert "frozen_due" in found


def test_an_address_that_nobody_serves(
    findings: Any, subscribed: SimulatorClient, server: ThreadedServer
) -> None:
    """A refused connection."""
    world = server.server.engine.world
    for held in world.subscriptions.values():
        held.callback_url = "http://127.0.0.1:9/none"
    subscribed.customer_message(ANA, body="hola", wait=True)
    assert "unreachable" in findings()


def test_faults_waiting_customers_and_bad_tokens(
    findings: Any, subscribed: SimulatorClient, graph: Any
) -> None:
    """What is on, who waits, what was refused."""
    subscribed.set_customer(ANA, name="Ana", presence="offline")
    graph.send(ANA)
    rule = subscribed.set_fault("latency", params={"seconds": 0.01})
    graph.token = "wrong"
    graph.send(ANA)
    found = findings()
    assert found["fault_active"]["action"] == {"kind": "fault_off", "id": rule["id"]}
    assert "Ana" in found["customer_waits"]["what"]
    assert "SIM-TOKEN" in found["bad_token"]["do"]


def test_all_is_well(findings: Any, subscribed: SimulatorClient, graph: Any) -> None:
    """Nothing to mend is said too."""
    graph.send(ANA)
    subscribed.wait_idle()
    found = findings()
    assert found["all_well"]["level"] == "good"
    assert {each["level"] for each in found.values()} <= {"good", "info"}


def test_an_unsubscribed_account(
    findings: Any, subscribed: SimulatorClient, server: ThreadedServer
) -> None:
    """Meta is silent for all its numbers."""
    world = server.server.engine.world
    world.subscribed_wabas.clear()
    assert "waba_unsubscribed" in findings()


def test_a_subscription_that_failed_too_often(
    findings: Any, subscribed: SimulatorClient, receiver: Any
) -> None:
    """Silence that lasts until it is enabled again."""
    subscribed.settings(disable_after=1)
    receiver.status = lambda count: 500
    subscribed.customer_message(ANA, body="hola", wait=True)
    assert receiver.url in findings("es")["disabled"]["what"]


def test_advice_is_said_in_both_languages(
    server: ThreadedServer, sim: SimulatorClient, graph: Any
) -> None:
    """Without recipient_type: it passes, Meta's samples do not do it."""

    def advised(lang: str) -> list[str]:
        url = f"{server.url}/_sim/diagnosis?lang={lang}"
        rows = httpx.get(url, trust_env=False).json()["findings"]
        return [row["what"] for row in rows if row["code"] == "advice"]

    assert advised("en") == []
    graph.send()
    (entry,) = sim.journal(kind="api")
    assert "recipient_type_missing" in entry["advice"]
    assert any("name recipient_type" in what for what in advised("en"))
    assert any("indique recipient_type" in what for what in advised("es"))
    assert len(advised("es")) == len(entry["advice"])
    texts = httpx.get(f"{server.url}/_sim/advice", trust_env=False).json()
    assert set(entry["advice"]) <= set(texts)


#: What the simulator itself says in English, in the facts of a finding.
ENGLISH = (
    "subscription", "account", "subscribed", "lost", "disabled", "fault",
    "expected", "offline", "manual", "public", "start with",
)  # fmt: skip


@pytest.fixture
def spanish(findings: Any) -> Any:
    """What a finding says in Spanish; none of the simulator's English is in it."""

    def ask(code: str) -> str:
        found = findings("es")[code]
        text = f"{found['what']} {found['do']}"
        left = [w for w in ENGLISH if w in text.replace("answer_timeout", "")]
        assert left == [], text
        return text

    return ask


def test_a_lost_event_in_spanish(spanish: Any, sim: SimulatorClient) -> None:
    sim.customer_message(ANA, body="hola")
    assert "no hay suscripción de webhook para este número" in spanish("silent")


def test_an_unsubscribed_account_in_spanish(
    spanish: Any, subscribed: SimulatorClient, server: ThreadedServer
) -> None:
    waba = subscribed.world()["waba_id"]
    httpx.delete(
        f"{server.url}/v24.0/{waba}/subscribed_apps",
        headers={"Authorization": "Bearer SIM-TOKEN"},
        trust_env=False,
    )
    subscribed.customer_message(ANA, body="hola")
    assert "la cuenta no está suscrita" in spanish("silent")


def test_an_event_lost_by_a_fault_in_spanish(
    spanish: Any, subscribed: SimulatorClient
) -> None:
    subscribed.set_fault("webhook_drop")
    subscribed.customer_message(ANA, body="hola")
    assert "una falla lo perdió" in spanish("silent")
    assert subscribed.journal(kind="silent")[-1]["cause"] == "fault"


@pytest.mark.parametrize(
    ("presence", "words"), [("offline", "sin conexión"), ("manual", "a mano")]
)
def test_a_presence_in_spanish(
    spanish: Any, sim: SimulatorClient, graph: Any, presence: str, words: str
) -> None:
    sim.set_customer(ANA, presence=presence)
    graph.send()
    assert f"«{words}»" in spanish("customer_waits")


def test_a_failed_handshake_in_spanish(
    spanish: Any, sim: SimulatorClient, receiver: Any
) -> None:
    receiver.challenge = lambda query: (403, "no")
    with pytest.raises(SimulatorError):
        sim.subscribe(receiver.url)
    assert "llegó 403 con «no»" in spanish("handshake_failed")
