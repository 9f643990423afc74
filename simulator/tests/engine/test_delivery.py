"""Bytes, signature, order, retries: the queue without a socket."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from wa_simulator.delivery.queue import Attempt, Delivery, DeliveryQueue
from wa_simulator.delivery.wire import serialise, sign
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Subscription

ANA, EVA = "573012345678", "573018888888"
URL = "http://127.0.0.1:1/hook"


@pytest.fixture
def queue(engine: Engine) -> DeliveryQueue:
    app = engine.world.credentials.app_id
    engine.world.subscriptions[("app", app)] = Subscription("app", app, URL, "t")
    return DeliveryQueue(engine)


def finish(queue: DeliveryQueue, delivery: Delivery, status: int | None) -> None:
    queue.finish(delivery, Attempt(0.0, status, None, 1))


def write(
    engine: Engine, queue: DeliveryQueue, key: str = ANA, **body: Any
) -> Delivery:
    engine.write(key, {"body": "x", **body})
    (delivery,) = queue.absorb()
    return delivery


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("café", rb'"caf\u00e9"'),
        ("Ñandú", rb'"\u00d1and\u00fa"'),
        ("\U0001f600", rb'"\ud83d\ude00"'),
        ("a/b", rb'"a\/b"'),
        ("https://x.test/?a=1&b=2", rb'"https:\/\/x.test\/?a=1&b=2"'),
        ('"\\', rb'"\"\\"'),
        ("\n\t", rb'"\n\t"'),
        ("<>'%@", b'"<>\'%@"'),
    ],
)
def test_bytes_are_metas(text: str, expected: bytes) -> None:
    assert serialise(text) == expected
    assert json.loads(serialise(text)) == text


def test_no_spaces_and_order_kept() -> None:
    assert serialise({"b": [1, 2.5, True, None], "a": {}}) == (
        b'{"b":[1,2.5,true,null],"a":{}}'
    )


def test_signature_against_a_known_value() -> None:
    # RFC 2202 case 2 and RFC 4231 case 2.
    made = sign(b"what do ya want for nothing?", "Jefe")
    assert made == {
        "X-Hub-Signature": "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "X-Hub-Signature-256": "sha256=5bdcc146bf60754e6a042426089575c7"
        "5a003f089d2739839dec58b964ec3843",
    }
    assert "X-Hub-Signature" not in sign(b"", "k", sha1=False)


def test_a_delivery_is_signed_over_its_own_bytes(
    engine: Engine, queue: DeliveryQueue
) -> None:
    delivery = write(engine, queue, body="¿Precio/día? \U0001f600")
    assert rb"\u00bfPrecio\/d\u00eda? \ud83d\ude00" in delivery.body
    assert delivery.body.isascii()
    secret = b"sim-app-secret"
    digest = hmac.new(secret, delivery.body, hashlib.sha256).hexdigest()
    assert delivery.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert delivery.headers["User-Agent"] == "facebookexternalua"
    again = json.dumps(json.loads(delivery.body)).encode()
    assert again != delivery.body, "a receiver that re-serialises must fail"


def test_envelope(engine: Engine, queue: DeliveryQueue) -> None:
    body = json.loads(write(engine, queue).body)
    assert body["object"] == "whatsapp_business_account"
    (entry,) = body["entry"]
    assert set(entry) == {"id", "changes"}
    (change,) = entry["changes"]
    assert change["field"] == "messages"


def test_retry_schedule_until_the_horizon(engine: Engine, queue: DeliveryQueue) -> None:
    delivery = write(engine, queue)
    waits = []
    while delivery.state == "pending":
        assert queue.claim() == [delivery]
        assert queue.claim() == []
        finish(queue, delivery, 500)
        if delivery.due is None:
            break
        waits.append(delivery.due - engine.clock.now())
        engine.clock.advance(waits[-1] - 1)
        assert queue.claim() == [], "not a second too early"
        engine.clock.advance(1)
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 36000]
    assert delivery.state == "dropped"
    assert engine.clock.now() - delivery.created <= engine.settings.retry_horizon


@pytest.mark.parametrize("status", [201, 204, 301, 400, 404, 500, None])
def test_only_200_succeeds(
    engine: Engine, queue: DeliveryQueue, status: int | None
) -> None:
    delivery = write(engine, queue)
    queue.claim()
    finish(queue, delivery, status)
    assert delivery.state == "pending"
    engine.clock.advance(5)
    queue.claim()
    finish(queue, delivery, 200)
    assert (delivery.state, delivery.due) == ("delivered", None)
    assert queue.claim() == []


def test_first_in_first_out_per_person(engine: Engine, queue: DeliveryQueue) -> None:
    first, second = write(engine, queue), write(engine, queue)
    other = write(engine, queue, EVA)
    assert queue.claim() == [first, other]
    assert queue.claim() == []
    finish(queue, first, 200)
    assert queue.claim() == [second]


def test_a_waiting_retry_holds_nobody_up_and_keeps_its_place(
    engine: Engine, queue: DeliveryQueue
) -> None:
    first, second = write(engine, queue), write(engine, queue)
    queue.claim()
    finish(queue, first, 500)
    assert queue.claim() == [second]
    finish(queue, second, 500)
    engine.clock.advance(5)
    assert queue.claim() == [first]


def test_eight_at_once(engine: Engine, queue: DeliveryQueue) -> None:
    for i in range(20):
        write(engine, queue, f"57301{i:07}")
    flying = queue.claim()
    assert len(flying) == 8
    assert queue.claim() == []
    finish(queue, flying[0], 200)
    assert len(queue.claim()) == 1


def test_flush_makes_what_waits_due(engine: Engine, queue: DeliveryQueue) -> None:
    delivery = write(engine, queue)
    queue.claim()
    finish(queue, delivery, 500)
    assert queue.claim() == []
    assert queue.flush() == [delivery]
    assert queue.claim() == [delivery]


def test_redeliver_sends_the_same_bytes_n_times(
    engine: Engine, queue: DeliveryQueue
) -> None:
    delivery = write(engine, queue)
    body = delivery.body
    queue.claim()
    finish(queue, delivery, 200)
    queue.redeliver(delivery, 2)
    for _ in range(2):
        assert queue.claim() == [delivery]
        finish(queue, delivery, 200)
    assert queue.claim() == []
    assert (len(delivery.attempts), delivery.body) == (3, body)


def test_nobody_subscribed_is_silence_in_the_journal(engine: Engine) -> None:
    queue = DeliveryQueue(engine)
    engine.write(ANA, {"body": "x"})
    assert queue.absorb() == []
    (entry,) = engine.journal.since()
    assert entry["kind"] == "silent"
    assert "no webhook subscription" in entry["reason"]


def test_an_unsubscribed_account_is_silent(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.world.subscribed_wabas.clear()
    engine.write(ANA, {"body": "x"})
    assert queue.absorb() == []


def test_callback_of_number_before_account_before_app(
    engine: Engine, queue: DeliveryQueue
) -> None:
    held = engine.world.subscriptions
    assert write(engine, queue).url == URL
    waba = "200000000000001"
    held[("waba", waba)] = Subscription("waba", waba, URL + "w", "t")
    assert write(engine, queue).url == URL + "w"
    number = "100000000000001"
    held[("number", number)] = Subscription("number", number, URL + "n", "t")
    assert write(engine, queue).url == URL + "n"


def test_what_ends_after_a_reset_changes_nothing(
    engine: Engine, queue: DeliveryQueue
) -> None:
    delivery = write(engine, queue)
    queue.claim()
    engine.reset()
    assert queue.drop() == 1
    finish(queue, delivery, 500)
    assert queue.claim() == []
    assert queue.all() == []
    assert delivery.attempts == []


def test_a_scoped_drop_leaves_the_others(engine: Engine, queue: DeliveryQueue) -> None:
    engine.add_number("100000000000002", "200000000000001", "573000000002", "Dos")
    write(engine, queue)
    kept = write(engine, queue, to="100000000000002")
    assert queue.drop(frozenset({"100000000000001"})) == 1
    assert queue.claim() == [kept]


def test_memory_is_bounded(engine: Engine) -> None:
    app = engine.world.credentials.app_id
    engine.world.subscriptions[("app", app)] = Subscription("app", app, URL, "t")
    queue = DeliveryQueue(engine, limit=3)
    for _ in range(5):
        delivery = write(engine, queue)
        queue.claim()
        finish(queue, delivery, 200)
    assert len(queue.all()) == 3
    assert queue.forgotten == 2
