"""Batches, copies, order, signatures, disabling: the queue without a socket."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from wa_simulator.delivery.queue import Attempt, Delivery, DeliveryQueue
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import App, Subscription
from wa_simulator.faults import FaultBook

ANA, EVA = "573012345678", "573018888888"
URL = "http://127.0.0.1:1/hook"


@pytest.fixture
def book(engine: Engine) -> FaultBook:
    return FaultBook(engine.clock, seed=1)


@pytest.fixture
def queue(engine: Engine, book: FaultBook) -> DeliveryQueue:
    app = engine.world.credentials.app_id
    engine.world.subscriptions[("app", app)] = Subscription("app", app, URL, "t")
    return DeliveryQueue(engine, faults=book)


def finish(queue: DeliveryQueue, delivery: Delivery, status: int | None = 200) -> None:
    queue.finish(delivery, Attempt(0.0, status, None, 1))


def texts(delivery: Delivery) -> list[str]:
    """The words in a body, in order."""
    return [
        message["text"]["body"]
        for entry in json.loads(delivery.body)["entry"]
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
    ]


def write(engine: Engine, *words: str, key: str = ANA) -> None:
    for one in words:
        engine.write(key, {"body": one})


def pumped(queue: DeliveryQueue) -> list[str]:
    """Post everything that may go; the words in the order they left."""
    queue.absorb()
    left = []
    while claimed := queue.claim():
        for delivery in claimed:
            left += texts(delivery)
            finish(queue, delivery)
    return left


# Batches


def test_a_batch_holds_what_came_together(engine: Engine, queue: DeliveryQueue) -> None:
    engine.settings.update({"batch_size": 2})
    write(engine, "a", "b", "c")
    first, second = queue.absorb()
    assert (texts(first), texts(second)) == (["a", "b"], ["c"])
    assert first.record()["items"] == 2
    assert first.record()["wamids"] == [i.wamid for i in first.items]


def test_a_window_collects_on_the_engines_clock(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.settings.update({"batch_size": 1000, "batch_window": 10})
    write(engine, "a")
    assert queue.absorb() == []
    engine.clock.advance(9)
    write(engine, "b")
    assert queue.absorb() == []
    assert queue.next_due() == engine.clock.now() + 1
    assert not queue.busy()
    engine.clock.advance(1)
    assert queue.busy()
    (delivery,) = queue.absorb()
    assert texts(delivery) == ["a", "b"]


def test_flush_does_not_wait_for_the_window(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.settings.update({"batch_size": 1000, "batch_window": 10})
    write(engine, "a", "b")
    queue.absorb()
    (delivery,) = queue.flush()
    assert texts(delivery) == ["a", "b"]
    assert queue.claim() == [delivery]


def test_a_thousand_in_one_post_merged(engine: Engine, queue: DeliveryQueue) -> None:
    engine.settings.update({"batch_size": 1000, "batch_merge": True})
    write(engine, *(str(n) for n in range(1000)))
    (delivery,) = queue.absorb()
    (entry,) = json.loads(delivery.body)["entry"]
    (change,) = entry["changes"]
    assert len(change["value"]["messages"]) == 1000
    assert len(change["value"]["contacts"]) == 1


def test_a_body_stays_below_three_megabytes(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.settings.update({"batch_size": 1000})
    write(engine, *("x" * 1_000_000 for _ in range(4)))
    made = queue.absorb()
    assert len(made) == 2
    assert all(len(d.body) <= 3 * 1024 * 1024 for d in made)


def test_a_batch_stands_in_the_lines_of_all_its_people(
    engine: Engine, queue: DeliveryQueue
) -> None:
    write(engine, "solo", key=EVA)
    (alone,) = queue.absorb()
    engine.settings.update({"batch_size": 10})
    write(engine, "a")
    write(engine, "b", key=EVA)
    (batch,) = queue.absorb()
    engine.settings.update({"batch_size": 1})
    write(engine, "c")
    (after,) = queue.absorb()
    assert queue.claim() == [alone]
    assert queue.claim() == [], "c may not overtake the batch that waits for Eva"
    finish(queue, alone)
    assert queue.claim() == [batch]
    finish(queue, batch)
    assert queue.claim() == [after]


# What may happen on the way


def test_a_lost_one_is_in_the_journal_only(
    engine: Engine, queue: DeliveryQueue, book: FaultBook
) -> None:
    book.add({"name": "webhook_drop", "match": {"to": "+" + ANA}, "when": {"nth": 1}})
    write(engine, "a", "b")
    assert pumped(queue) == ["b"]
    (entry,) = engine.journal.since()
    assert (entry["kind"], entry["reason"]) == ("silent", "lost by a fault")
    assert entry["faults"] == ["fault_1"]


@pytest.mark.parametrize(("at_once", "together"), [(False, 1), (True, 3)])
def test_copies(
    engine: Engine,
    queue: DeliveryQueue,
    book: FaultBook,
    at_once: bool,
    together: int,
) -> None:
    params = {"copies": 2, "at_once": at_once}
    book.add({"name": "webhook_duplicate", "params": params})
    write(engine, "a")
    made = queue.absorb()
    assert len({d.body for d in made}) == 1
    assert len({d.id for d in made}) == 3
    assert len({d.headers["X-Hub-Signature-256"] for d in made}) == 1
    assert len(queue.claim()) == together


def test_copies_apart(engine: Engine, queue: DeliveryQueue, book: FaultBook) -> None:
    book.add({"name": "webhook_duplicate", "params": {"copies": 2, "apart": 60}})
    write(engine, "a")
    assert pumped(queue) == ["a"]
    for _ in range(2):
        engine.clock.advance(60)
        assert pumped(queue) == ["a"]


def test_a_delayed_one_holds_nobody_up(
    engine: Engine, queue: DeliveryQueue, book: FaultBook
) -> None:
    book.add({"name": "webhook_delay", "params": {"seconds": 30}, "when": {"times": 1}})
    write(engine, "a", "b")
    assert pumped(queue) == ["b"]
    assert not queue.busy()
    engine.clock.advance(30)
    assert pumped(queue) == ["a"]


def test_a_reordered_one_comes_after_the_next(
    engine: Engine, queue: DeliveryQueue, book: FaultBook
) -> None:
    book.add({"name": "webhook_reorder", "params": {"behind": 2}, "when": {"times": 1}})
    write(engine, "a")
    assert pumped(queue) == []
    write(engine, "b")
    assert pumped(queue) == ["b"]
    write(engine, "c", "d")
    assert pumped(queue) == ["c", "a", "d"]


def test_a_reordered_one_waits_no_longer_than_said(
    engine: Engine, queue: DeliveryQueue, book: FaultBook
) -> None:
    book.add({"name": "webhook_reorder", "params": {"wait": 60}, "when": {"times": 1}})
    write(engine, "a")
    assert pumped(queue) == []
    engine.clock.advance(60)
    assert pumped(queue) == ["a"]


def test_statuses_overtake_each_other(
    engine: Engine, queue: DeliveryQueue, book: FaultBook
) -> None:
    book.add({"name": "webhook_reorder", "match": {"type": "sent"}})
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    engine.answered(engine.accept("100000000000001", body).message)
    engine.tick()
    queue.absorb()
    order = []
    while claimed := queue.claim():
        order += [d.items[0].status for d in claimed]
        for delivery in claimed:
            finish(queue, delivery)
    assert order == ["delivered", "sent"]


@pytest.mark.parametrize(
    ("match", "struck"),
    [
        ({}, True),
        ({"direction": "webhook"}, True),
        ({"type": "text"}, True),
        ({"type": "message"}, True),
        ({"type": "messages"}, True),
        ({"type": "status"}, False),
        ({"type": "delivered"}, False),
        ({"path": "^/hook$"}, True),
        ({"path": "/other"}, False),
        ({"waba": "200000000000001"}, True),
        ({"waba": "200000000000002"}, False),
        ({"number": "100000000000001", "to": ANA}, True),
        ({"to": EVA}, False),
    ],
)
def test_scope(
    engine: Engine,
    queue: DeliveryQueue,
    book: FaultBook,
    match: dict[str, Any],
    struck: bool,
) -> None:
    book.add({"name": "webhook_drop", "match": match})
    write(engine, "a")
    assert (queue.absorb() == []) is struck


# Signatures


def digest(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("webhook_bad_signature", {}, "neither"),
        ("webhook_bad_signature", {"how": "missing"}, None),
        ("webhook_wrong_secret", {}, "not-the-app-secret"),
        ("webhook_wrong_secret", {"secret": "otro"}, "otro"),
    ],
)
def test_signatures(
    engine: Engine,
    queue: DeliveryQueue,
    book: FaultBook,
    name: str,
    params: dict[str, Any],
    expected: str | None,
) -> None:
    book.add({"name": name, "params": params, "when": {"times": 1}})
    write(engine, "a")
    queue.absorb()
    (delivery,) = queue.claim()
    posted = delivery.as_posted()
    got = posted.headers.get("X-Hub-Signature-256")
    assert posted.body == delivery.body
    assert got != digest(posted.body, "sim-app-secret")
    if expected is None:
        assert not [h for h in posted.headers if h.startswith("X-Hub")]
    elif expected != "neither":
        assert got == digest(posted.body, expected)
    finish(queue, delivery, 401)
    assert delivery.attempts[0].faults == ["fault_1"]
    engine.clock.advance(5)
    (again,) = queue.claim()
    good = again.as_posted()
    assert good.headers["X-Hub-Signature-256"] == digest(good.body, "sim-app-secret")


@pytest.mark.parametrize("style", ["utf8", "slashes", "pretty"])
def test_reserialised(
    engine: Engine, queue: DeliveryQueue, book: FaultBook, style: str
) -> None:
    book.add({"name": "webhook_reserialised", "params": {"style": style}})
    write(engine, "señal/día \U0001f600")
    queue.absorb()
    (delivery,) = queue.claim()
    posted = delivery.as_posted()
    assert posted.body != delivery.body
    assert json.loads(posted.body) == json.loads(delivery.body)
    told = posted.headers["X-Hub-Signature-256"]
    assert told == digest(delivery.body, "sim-app-secret")
    assert told != digest(posted.body, "sim-app-secret")


# Success, chronic failure, several apps


@pytest.mark.parametrize(
    ("only_200", "status", "good"),
    [(True, 201, False), (True, 200, True), (False, 204, True), (False, 302, False)],
)
def test_what_counts_as_success(
    engine: Engine, queue: DeliveryQueue, only_200: bool, status: int, good: bool
) -> None:
    engine.settings.update({"only_200": only_200})
    write(engine, "a")
    (delivery,) = queue.absorb()
    queue.claim()
    finish(queue, delivery, status)
    assert delivery.state == ("delivered" if good else "pending")


def test_seven_days_try_longer_than_36_hours(
    engine: Engine, queue: DeliveryQueue
) -> None:
    def attempts() -> int:
        write(engine, "a")
        (delivery,) = queue.absorb()
        while delivery.state == "pending":
            (one,) = queue.claim()
            finish(queue, one, 500)
            due = queue.next_due()
            if due is not None:
                engine.clock.advance(due - engine.clock.now())
        assert delivery.state == "dropped"
        return len(delivery.attempts)

    short = attempts()
    engine.settings.update({"retry_horizon": "7d"})
    assert attempts() > short + 10


def test_chronic_failure_disables_and_is_told(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.settings.update({"disable_after": 2})
    write(engine, "a", "b")
    queue.absorb()
    for _ in range(2):
        (delivery,) = queue.claim()
        finish(queue, delivery, 500)
    (held,) = engine.world.subscriptions.values()
    assert (held.failures, held.disabled) == (2, True)
    assert queue.open() == []
    write(engine, "c")
    assert queue.absorb() == []
    kinds = [(e["kind"], e["reason"]) for e in engine.journal.since()]
    assert kinds == [
        ("disabled", "2 failed attempts in a row"),
        ("silent", "the subscription is disabled after too many failures"),
    ]
    held.disabled = False
    write(engine, "d")
    assert pumped(queue) == ["d"]
    assert held.failures == 0


def test_a_success_in_between_starts_the_count_anew(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.settings.update({"disable_after": 2})
    for status in (500, 200, 500):
        write(engine, "a")
        (delivery,) = queue.absorb()
        queue.claim()
        finish(queue, delivery, status)
    assert not next(iter(engine.world.subscriptions.values())).disabled


def test_each_app_gets_its_copy_signed_with_its_secret(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.world.add_app(App("300000000000002", "Dos", "TOKEN-2", "secret-2", "v"))
    second = Subscription("app", "300000000000002", URL + "2", "v")
    engine.world.subscriptions[("app", second.id)] = second
    engine.authorise("TOKEN-2")
    write(engine, "a")
    one, two = queue.absorb()
    assert one.id != two.id
    assert (one.url, two.url) == (URL, URL + "2")
    assert one.body == two.body
    assert two.headers["X-Hub-Signature-256"] == digest(two.body, "secret-2")
    assert queue.claim() == [one], "first in, first out per person"


def test_why_it_is_silent(engine: Engine, queue: DeliveryQueue) -> None:
    engine.world.subscribed_wabas.clear()
    write(engine, "a")
    queue.absorb()
    assert engine.journal.since()[0]["reason"] == "the account is not subscribed"


def test_an_accounts_webhook_goes_to_the_account_then_the_app(
    engine: Engine, queue: DeliveryQueue
) -> None:
    engine.fields.emit("account_alerts")
    (delivery,) = queue.absorb()
    assert (delivery.url, delivery.record()["number"]) == (URL, None)
    waba = "200000000000001"
    own = Subscription("waba", waba, URL + "w", "t")
    engine.world.subscriptions[("waba", waba)] = own
    engine.fields.emit("account_alerts")
    (delivery,) = queue.absorb()
    assert delivery.url == URL + "w"


def test_thousands_of_one_person_are_no_burden(
    engine: Engine, queue: DeliveryQueue
) -> None:
    """Each claim looks at the front only: else this takes minutes."""
    write(engine, *("x" for _ in range(4000)))
    queue.absorb()
    count = 0
    while claimed := queue.claim():
        assert len(claimed) == 1
        finish(queue, claimed[0])
        count += 1
    assert count == 4000
