"""Fields, coexistence, redelivery, apps, scripts, clock and snapshot by /_sim."""

import hashlib
import hmac
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient

NUMBER, WABA = "100000000000001", "200000000000001"
ANA, EVA = "573012345678", "573018888888"


def call(sim: SimulatorClient, method: str, path: str, body: Any = None) -> Any:
    """A control call; the answer, or an AssertionError with its words."""
    answer = requests.request(method, f"{sim.url}/_sim{path}", json=body, timeout=10)
    assert answer.ok, answer.text
    return answer.json()


def refused(sim: SimulatorClient, path: str, body: Any) -> str:
    answer = requests.post(f"{sim.url}/_sim{path}", json=body, timeout=10)
    assert answer.status_code in (400, 404), answer.text
    return str(answer.json()["error"]["message"])


def bodies(receiver: Any) -> list[Any]:
    return [json.loads(post.body) for post in receiver.posts]


def test_a_field_arrives_signed(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    made = call(
        sim,
        "POST",
        "/webhooks/field",
        {"field": "account_update", "value": {"event": "ACCOUNT_VIOLATION"}},
    )
    sim.wait_webhook(field="account_update")
    (post,) = receiver.posts
    told = hmac.new(b"sim-app-secret", post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Hub-Signature-256"] == f"sha256={told}"
    (entry,) = json.loads(post.body)["entry"]
    assert (entry["id"], entry["changes"][0]["field"]) == (WABA, "account_update")
    assert entry["changes"][0]["value"] == made["values"][0]
    assert made["webhooks"] == [sim.webhooks()[0]["id"]]


def test_fields_and_forms_are_told(sim: SimulatorClient) -> None:
    told = call(sim, "GET", "/fields")
    assert "REJECTED" in told["fields"]["message_template_status_update"]["events"]
    assert told["fields"]["user_preferences"]["about_person"]
    assert told["forms"]["user_ids"]["holds"]
    assert told["forms"]["conversation"]["why"]


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/webhooks/field", {"feld": "x"}, "nearest 'field'"),
        ("/webhooks/field", {"field": "securty"}, "nearest 'security'"),
        ("/webhooks/field", {"field": "security", "waba": "1"}, "not known"),
        ("/coexistence/history", {"chunks": 1}, "nearest 'chunk'"),
        ("/coexistence/contact", {"custmer": ANA}, "nearest 'customer'"),
        ("/webhooks/redeliver", {"id": []}, "nearest 'ids'"),
        ("/webhooks/redeliver", {"ids": ["wh_1"]}, "is not known"),
        ("/snapshot", {"snapshot": {}}, "expected format 1"),
        ("/snapshot", {"snapsht": {}}, "nearest 'snapshot'"),
        ("/clock", {"to": 0}, "only goes forward"),
        ("/clock", {"to": "ayer"}, "ISO 8601, got 'ayer'"),
        ("/clock", {"forzen": True}, "nearest 'frozen'"),
        ("/world/apps", {"id": "300000000000001"}, "token"),
        (f"/customers/{ANA}/echo", {"bodi": "x"}, "nearest 'body'"),
    ],
)
def test_bad_bodies_are_named(
    sim: SimulatorClient, path: str, body: Any, words: str
) -> None:
    assert words in refused(sim, path, body)


def test_coexistence(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    sim.customer_message(ANA, body="hola")
    call(sim, "POST", f"/customers/{ANA}/echo", {"body": "desde el teléfono"})
    call(sim, "POST", "/coexistence/contact", {"customer": ANA})
    call(sim, "POST", "/coexistence/history", {"chunk": 1})
    sim.wait_idle()
    fields = [b["entry"][0]["changes"][0]["field"] for b in bodies(receiver)]
    assert fields[0] == "messages"
    assert sorted(fields[1:]) == [
        "history", "history", "smb_app_state_sync", "smb_message_echoes",
    ]  # fmt: skip


def test_some_again_in_any_order(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    for words in ("a", "b", "c"):
        sim.customer_message(ANA, body=words, wait=True)
    ids = [w["id"] for w in sim.webhooks()]
    first = [post.body for post in receiver.posts]
    receiver.posts.clear()
    wanted = [ids[2], ids[0], ids[2]]
    made = call(sim, "POST", "/webhooks/redeliver", {"ids": wanted})
    assert [row["id"] for row in made["redelivered"]] == wanted
    assert [p.body for p in receiver.posts] == [first[2], first[0], first[2]]


@pytest.mark.parametrize(
    ("body", "order"),
    [({}, [0, 1, 2]), ({"order": "newest"}, [2, 1, 0]), ({"state": "dropped"}, [])],
)
def test_all_again(
    subscribed: SimulatorClient, receiver: Any, body: Any, order: list[int]
) -> None:
    sim = subscribed
    for words in ("a", "b", "c"):
        sim.customer_message(ANA, body=words, wait=True)
    first = [post.body for post in receiver.posts]
    receiver.posts.clear()
    call(sim, "POST", "/webhooks/redeliver", body)
    assert [p.body for p in receiver.posts] == [first[i] for i in order]


def test_shuffled_is_the_seeds_order(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    sim = subscribed
    for n in range(8):
        sim.customer_message(ANA, body=str(n), wait=True)

    def order(seed: int) -> list[str]:
        made = call(
            sim, "POST", "/webhooks/redeliver", {"order": "shuffled", "seed": seed}
        )
        return [row["id"] for row in made["redelivered"]]

    assert order(1) == order(1)
    assert order(1) != order(2)
    assert sorted(order(1)) == sorted(w["id"] for w in sim.webhooks())


def test_disabled_and_enabled_again(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    sim.settings(disable_after=2)
    receiver.status = lambda count: 500 if count <= 2 else 200
    sim.customer_message(ANA, body="a", wait=True)
    sim.customer_message(EVA, body="b", wait=True)
    (held,) = call(sim, "GET", "/webhooks/subscription")
    assert (held["failures"], held["disabled"]) == (2, True)
    assert not sim.customer_message(ANA, body="c", wait=True)["delivered"]
    (entry,) = sim.journal(kind="silent")
    assert "disabled" in entry["reason"]
    (enabled,) = call(sim, "POST", "/webhooks/subscription/enable")["enabled"]
    assert not enabled["disabled"]
    assert sim.customer_message(ANA, body="d", wait=True)["delivered"]


def test_subscribing_again_enables_too(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    sim = subscribed
    sim.settings(disable_after=1)
    receiver.status = lambda count: 500 if count == 1 else 200
    sim.customer_message(ANA, body="a", wait=True)
    sim.subscribe(receiver.url)
    assert sim.customer_message(ANA, body="b", wait=True)["delivered"]


def test_a_second_app(subscribed: SimulatorClient, receiver: Any, graph: Any) -> None:
    sim = subscribed
    app = {
        "id": "300000000000002", "name": "Dos", "token": "TOKEN-DOS",
        "app_secret": "secreto-dos", "verify_token": "v2",
    }  # fmt: skip
    call(sim, "POST", "/world/apps", app)
    assert "exists already" in refused(sim, "/world/apps", app)
    held = {"scope": "app", "id": app["id"], "callback_url": receiver.url + "2"}
    assert call(sim, "POST", "/webhooks/subscription", held)["verify_token"] == "v2"
    sim.customer_message(ANA, body="hola", wait=True)
    one, two = receiver.posts
    assert one.body == two.body
    told = hmac.new(b"secreto-dos", two.body, hashlib.sha256).hexdigest()
    assert two.headers["X-Hub-Signature-256"] == f"sha256={told}"
    assert type(graph)(graph.session, graph.base, "TOKEN-DOS").send().ok
    sim.reset()
    assert [a["id"] for a in call(sim, "GET", "/world/apps")] == [app["id"]]


def test_a_person_with_a_script(subscribed: SimulatorClient, graph: Any) -> None:
    sim = subscribed
    script = [{"match": "precio", "reply": "¿cuánto vale?", "after": 60}]
    call(sim, "PATCH", f"/customers/{ANA}", {"script": script, "read_after": 30})
    graph.send(text={"body": "nuestro precio"}, type="text")
    sim.advance(60)
    answer = sim.wait_message(direction="inbound", customer=ANA)
    assert answer["text"] == "¿cuánto vale?"
    (message,) = sim.messages(direction="outbound")
    assert message["status"] == "read"
    told = sim.customer(ANA)
    assert told["windows"][0]["open"]
    assert told["script"][0]["used"] == 1


@pytest.fixture
def running(sim: SimulatorClient) -> Iterator[SimulatorClient]:
    """The clock stands again at a whole second, as the other tests expect."""
    yield sim
    now = call(sim, "POST", "/clock", {"frozen": True})["now"]
    call(sim, "POST", "/clock", {"to": math.ceil(now)})


def test_the_clock_jumps_freezes_and_runs(running: SimulatorClient) -> None:
    sim = running
    now = sim.clock()["now"]
    assert call(sim, "POST", "/clock", {"to": now + 100})["now"] == now + 100
    assert call(sim, "POST", "/clock", {"advance": 5})["now"] == now + 105
    running = call(sim, "POST", "/clock", {"frozen": False})
    assert not running["frozen"]
    assert now + 105 <= sim.clock()["now"] < now + 120
    frozen = call(sim, "POST", "/clock", {"frozen": True})
    assert frozen["frozen"]
    assert sim.clock()["now"] == sim.clock()["now"] == frozen["now"]


def test_a_running_clock_runs_timers_by_itself(
    running: SimulatorClient, graph: Any
) -> None:
    sim = running
    call(sim, "PATCH", f"/customers/{ANA}", {"script": [{"reply": "ok", "after": 0.2}]})
    graph.send()
    assert sim.messages(direction="inbound") == []
    call(sim, "POST", "/clock", {"frozen": False})
    sim.wait_message(direction="inbound", customer=ANA)


def test_snapshot_and_restore(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    receiver.status = lambda count: 500 if count == 1 else 200
    sim.customer_message(ANA, body="antes", wait=True)
    sim.set_fault("webhook_drop", match={"to": EVA})
    taken = call(sim, "GET", "/snapshot")
    run = sim.world()["run"]
    sim.reset(everything=True)
    assert sim.messages() == []
    back = call(sim, "POST", "/snapshot", {"snapshot": taken})
    assert back["run"] != run
    assert [m["text"] for m in sim.messages()] == ["antes"]
    assert [f["name"] for f in sim.faults()] == ["webhook_drop"]
    assert sim.flush() == {"attempted": 1, "delivered": 1}
    assert receiver.posts[0].body == receiver.posts[1].body
    sim.customer_message(EVA, body="perdido")
    assert sim.journal(kind="silent")[-1]["reason"] == "lost by a fault"


def test_the_journal_goes_out_and_in(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    sim = subscribed
    for words in ("señal/uno", "dos"):
        sim.customer_message(ANA, body=words, wait=True)
    lines = requests.get(f"{sim.url}/_sim/export/journal.jsonl", timeout=10).content
    first = [post.body for post in receiver.posts]
    receiver.posts.clear()
    sim.reset()
    url = f"{sim.url}/_sim/journal/import?replay=true"
    headers = {"Content-Type": "application/x-ndjson"}
    answer = requests.post(url, data=lines, headers=headers, timeout=10)
    assert answer.ok, answer.text
    assert [row["status"] for row in answer.json()["replayed"]] == [200, 200]
    assert [p.body for p in receiver.posts] == first
    told = hmac.new(b"sim-app-secret", first[0], hashlib.sha256).hexdigest()
    assert receiver.posts[0].headers["X-Hub-Signature-256"] == f"sha256={told}"
    kept = [e for e in sim.journal(kind="webhook") if "imported" in e]
    assert len(kept) == 2
    bad = requests.post(url, data=b'{"kind": 5}\n', headers=headers, timeout=10)
    assert "line 1: expected an object with 'kind'" in bad.text
    bad = requests.post(url, data=b"{\n", headers=headers, timeout=10)
    assert "line 1: expected JSON" in bad.text


def test_batches_over_http(subscribed: SimulatorClient, receiver: Any) -> None:
    sim = subscribed
    sim.settings(batch_size=1000, batch_window=60, batch_merge=True)
    for n in range(30):
        sim.customer_message(ANA, body=str(n))
    assert receiver.posts == []
    sim.advance(60)
    sim.wait_idle()
    (post,) = receiver.posts
    value = json.loads(post.body)["entry"][0]["changes"][0]["value"]
    assert [m["text"]["body"] for m in value["messages"]] == [str(n) for n in range(30)]


def test_a_bad_signature_on_the_wire(
    subscribed: SimulatorClient, receiver: Any
) -> None:
    sim = subscribed
    sim.set_fault("webhook_bad_signature", when={"times": 1})
    receiver.status = lambda count: 401 if count == 1 else 200
    sim.customer_message(ANA, body="hola", wait=True)
    sim.flush()
    bad, good = receiver.posts
    told = hmac.new(b"sim-app-secret", bad.body, hashlib.sha256).hexdigest()
    assert bad.body == good.body
    assert bad.headers["X-Hub-Signature-256"] != f"sha256={told}"
    assert good.headers["X-Hub-Signature-256"] == f"sha256={told}"
    entries = sim.journal(kind="webhook")
    assert [e["faults"] for e in entries] == [["fault_1"], []]
    (delivery,) = sim.webhooks()
    assert [a["faults"] for a in delivery["attempts"]] == [["fault_1"], []]
