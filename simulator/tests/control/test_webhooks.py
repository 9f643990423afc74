"""Webhooks over real HTTP: handshake, bytes, retries, redelivery, raw."""

import hashlib
import hmac
import json
import threading
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient, SimulatorError, WaitTimeout

NUMBER = "100000000000001"
ANA = "573012345678"


def signed(body: bytes, secret: str = "sim-app-secret") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_late_answer_is_advised_against(
    subscribed: SimulatorClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wa_simulator.engine.advice.PROMPT", -1)
    subscribed.customer_message("573012345678", body="hola", wait=True)
    (entry,) = subscribed.journal(kind="webhook")
    assert entry["advice"] == ["webhook_late"]


def test_handshake(sim: SimulatorClient, receiver: Any) -> None:
    made = sim.subscribe(receiver.url)
    assert made["scope"] == "app"
    assert made["verify_token"] == "sim-verify"
    ((query, headers),) = receiver.gets
    assert query["hub.mode"] == "subscribe"
    assert query["hub.verify_token"] == "sim-verify"
    assert query["hub.challenge"].isdigit()
    assert headers["User-Agent"].startswith("facebookplatform/1.0")


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (lambda q: (403, "no"), "got 403 with 'no'"),
        (lambda q: (200, "otra"), "got 200 with 'otra'"),
        (lambda q: (201, q["hub.challenge"]), "got 201"),
        (lambda q: (200, '"' + q["hub.challenge"] + '"'), "got 200 with"),
    ],
)
def test_a_failed_handshake_says_expected_and_got(
    sim: SimulatorClient, receiver: Any, challenge: Any, words: str
) -> None:
    receiver.challenge = challenge
    with pytest.raises(SimulatorError) as caught:
        sim.subscribe(receiver.url)
    assert caught.value.status == 400
    assert "expected 200 with the body '" in str(caught.value)
    assert words in str(caught.value)
    assert sim.subscriptions() == []
    assert sim.journal(kind="handshake")[0]["ok"] is False


def test_a_handshake_with_nobody(sim: SimulatorClient) -> None:
    with pytest.raises(SimulatorError, match="ConnectError"):
        sim.subscribe("http://127.0.0.1:9/hook")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://8.8.8.8/hook", "is public (8.8.8.8)"),
        ("https://[2001:4860:4860::8888]/x", "is public"),
        ("ftp://127.0.0.1/x", "expected http(s)"),
        ("nonsense", "expected http(s)"),
        ("http://no-such-host.invalid/x", "does not resolve"),
    ],
)
def test_callbacks_stay_here(sim: SimulatorClient, url: str, words: str) -> None:
    with pytest.raises(SimulatorError) as caught:
        sim.subscribe(url)
    assert caught.value.status == 400
    assert words in str(caught.value)


def test_bytes_on_the_wire(subscribed: SimulatorClient, receiver: Any) -> None:
    answer = subscribed.customer_message(ANA, body="¿Precio/día? \U0001f600", wait=True)
    assert answer["delivered"] is True
    (post,) = receiver.posts
    assert rb"\u00bfPrecio\/d\u00eda? \ud83d\ude00" in post.body
    assert post.headers["X-Hub-Signature-256"] == signed(post.body)
    assert post.headers["X-Hub-Signature"].startswith("sha1=")
    assert post.headers["User-Agent"] == "facebookexternalua"
    assert post.headers["Content-Type"] == "application/json"
    message = json.loads(post.body)["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["id"] == answer["wamid"]
    assert answer["webhooks"] == [answer["deliveries"][0]["id"]]


def test_statuses_come_after_the_answer_in_order(
    subscribed: SimulatorClient, receiver: Any, graph: Any
) -> None:
    subscribed.set_customer(ANA, presence="reads")
    wamid = graph.send(biz_opaque_callback_data="fila-9").json()["messages"][0]["id"]
    subscribed.wait_webhook(wamid=wamid, status="read")
    nodes = [
        json.loads(p.body)["entry"][0]["changes"][0]["value"]["statuses"][0]
        for p in receiver.posts
    ]
    assert [n["status"] for n in nodes] == ["sent", "delivered", "read"]
    assert {n["biz_opaque_callback_data"] for n in nodes} == {"fila-9"}


def test_retries_follow_the_clock(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    receiver.status = lambda count: 200 if count == 4 else 500
    webhook = sim.customer_message(ANA, body="x", wait=True)["webhooks"][0]
    for count, wait in ((2, 5), (3, 300), (4, 1800)):
        sim.advance(wait - 1)
        sim.wait_idle()
        assert len(receiver.posts) == count - 1
        sim.advance(1)
        sim.wait_idle()
        assert len(receiver.posts) == count
    record = sim.webhook(webhook)
    assert [a["status"] for a in record["attempts"]] == [500, 500, 500, 200]
    assert record["state"] == "delivered"
    assert len({p.body for p in receiver.posts}) == 1
    sim.advance(100_000)
    sim.wait_idle()
    assert len(receiver.posts) == 4


def test_nobody_there_is_retried(sim: SimulatorClient, receiver: Any) -> None:
    sim.subscribe(receiver.url)
    sim.settings(answer_timeout=0.2)
    receiver.gate = threading.Event()
    sim.customer_message(ANA, body="x", wait=True)
    attempt = sim.webhooks()[0]["attempts"][0]
    assert attempt["status"] is None
    assert "ReadTimeout" in attempt["error"]
    assert sim.webhooks()[0]["state"] == "pending"


def test_flush(subscribed: SimulatorClient, receiver: Any) -> None:
    receiver.status = lambda count: 200 if count > 2 else 500
    subscribed.customer_message(ANA, body="x", wait=True)
    assert subscribed.flush() == {"attempted": 1, "delivered": 0}
    assert subscribed.flush() == {"attempted": 1, "delivered": 1}
    assert subscribed.flush() == {"attempted": 0, "delivered": 0}


def test_redeliver(subscribed: SimulatorClient, receiver: Any) -> None:
    webhook = subscribed.customer_message(ANA, body="x", wait=True)["webhooks"][0]
    assert len(subscribed.redeliver(webhook, times=2)["attempts"]) == 3
    assert len(receiver.posts) == 3
    assert len({p.body for p in receiver.posts}) == 1
    with pytest.raises(SimulatorError, match="nearest"):
        subscribed.redeliver(webhook[:-1] + "!")


@pytest.mark.parametrize("sign", ["good", "bad", "none"])
def test_raw(subscribed: SimulatorClient, receiver: Any, sign: str) -> None:
    receiver.status = lambda count: 418
    answer = subscribed.raw('{"not": "ours"}', sign)
    assert answer["status"] == 418
    (post,) = receiver.posts
    assert post.body == b'{"not": "ours"}'
    header = post.headers.get("X-Hub-Signature-256")
    assert (header == signed(post.body)) is (sign == "good")
    assert (header is None) is (sign == "none")
    subscribed.advance(100_000)
    subscribed.wait_idle()
    assert len(receiver.posts) == 1, "one attempt only"


def test_raw_objects_are_written_as_meta_writes_them(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    subscribed.raw({"a": "ñ/"})
    assert receiver.posts[0].body == b'{"a":"\\u00f1\\/"}'


def test_raw_needs_a_subscriber(sim: SimulatorClient) -> None:
    with pytest.raises(SimulatorError, match="nobody is subscribed"):
        sim.raw({})


def test_eight_people_at_once_one_at_a_time_each(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    receiver.gate = threading.Event()
    for i in range(12):
        for _ in range(2):
            subscribed.customer_message(f"57301{i:07}", body="x")
    subscribed.wait_webhook(state="in_flight", timeout=5)
    deadline = threading.Event()
    for _ in range(1000):
        if receiver.most_inside == 8:
            break
        deadline.wait(0.01)
    receiver.gate.set()
    subscribed.wait_idle()
    assert receiver.most_inside == 8
    assert len(receiver.posts) == 24


def test_order_per_person(subscribed: SimulatorClient, receiver: Any) -> None:
    wamids = [subscribed.customer_message(ANA, body=str(i))["wamid"] for i in range(15)]
    subscribed.wait_idle()
    seen = [
        json.loads(p.body)["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
        for p in receiver.posts
    ]
    assert seen == wamids


def test_silence_without_subscription(sim: SimulatorClient) -> None:
    answer = sim.customer_message(ANA, body="x", wait=True)
    assert answer["webhooks"] == []
    assert answer["delivered"] is False
    assert sim.journal(kind="silent")[0]["wamid"] == answer["wamid"]


def test_reset_drops_the_deliveries_of_the_old_run(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    receiver.status = lambda count: 500
    subscribed.customer_message(ANA, body="x", wait=True)
    run = subscribed.world()["run"]
    subscribed.set_fault("outage")
    answer = subscribed.reset()
    assert answer["dropped_deliveries"] == 1
    assert answer["run"] != run
    subscribed.advance(1000)
    subscribed.wait_idle()
    assert len(receiver.posts) == 1
    assert subscribed.faults() == subscribed.messages() == subscribed.journal() == []
    assert subscribed.subscriptions()[0]["callback_url"] == receiver.url


def test_a_second_number_has_its_own_callback(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    second = "100000000000002"
    subscribed.add_number(second, "200000000000002", "573000000002")
    subscribed.subscribe(receiver.url + "2", scope="number", id=second)
    subscribed.customer_message(ANA, body="x", to=second, wait=True)
    record = subscribed.webhooks()[0]
    assert (record["url"], record["number"]) == (receiver.url + "2", second)


def test_wait_tells_what_came_nearest(subscribed: SimulatorClient) -> None:
    subscribed.customer_message(ANA, body="hola", wait=True)
    with pytest.raises(WaitTimeout) as caught:
        subscribed.wait_message(direction="inbound", text="holi", timeout=0.05)
    assert "text: expected 'holi', got 'hola'" in str(caught.value)
    with pytest.raises(WaitTimeout, match="status: expected 'read', got None"):
        subscribed.wait_webhook(status="read", timeout=0.05)
    with pytest.raises(SimulatorError, match="nearest 'text'"):
        subscribed.wait_message(texto="hola")


def test_wait_sees_what_comes_later(subscribed: SimulatorClient, graph: Any) -> None:
    seen: list[Any] = []
    waiting = threading.Thread(
        target=lambda: seen.append(
            subscribed.wait_message(direction="outbound", to="+" + ANA, timeout=10)
        )
    )
    waiting.start()
    graph.send()
    waiting.join(10)
    assert seen[0]["text"] == "hola"
    assert (
        subscribed.wait_message(
            direction="outbound", contains="ol", after=seen[0]["seq"] - 1
        )
        == subscribed.messages()[0]
    )


def test_eight_threads_lose_and_repeat_nothing(
    subscribed: SimulatorClient, receiver: Any, server: Any
) -> None:
    people = [f"57301000000{i}" for i in range(8)]
    wamids: dict[str, list[str]] = {person: [] for person in people}

    def talk(person: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for i in range(12):
                body = {
                    "messaging_product": "whatsapp",
                    "to": person,
                    "text": {"body": str(i)},
                }
                answer = session.post(
                    f"{server.url}/v23.0/{NUMBER}/messages",
                    json=body,
                    headers={"Authorization": "Bearer SIM-TOKEN"},
                    timeout=10,
                )
                wamids[person].append(answer.json()["messages"][0]["id"])

    threads = [threading.Thread(target=talk, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    subscribed.wait_idle(30)
    seen: dict[str, list[tuple[str, str]]] = {}
    for post in receiver.posts:
        value = json.loads(post.body)["entry"][0]["changes"][0]["value"]
        node = value["statuses"][0]
        seen.setdefault(node["recipient_id"], []).append((node["id"], node["status"]))
    expected = {
        person: [(wamid, status) for wamid in ids for status in ("sent", "delivered")]
        for person, ids in wamids.items()
    }
    assert seen == expected
    assert len({wamid for ids in wamids.values() for wamid in ids}) == 96
