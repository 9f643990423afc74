"""A world as JSON and back: nothing is lost, nothing repeats."""

import json
from collections import Counter, deque
from itertools import chain, count
from typing import Any

import pytest

from wa_simulator import snapshot
from wa_simulator.delivery.queue import Attempt, DeliveryQueue
from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.codec import Codec
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Message, Subscription
from wa_simulator.engine.errors import BadRequest
from wa_simulator.engine.ids import IdSource
from wa_simulator.engine.world import World
from wa_simulator.faults import FaultBook

NUMBER = "100000000000001"
ANA, EVA = "573012345678", "573018888888"
URL = "http://127.0.0.1:1/hook"
DAY = 86_400


class Whole:
    """Engine, faults and queue, as a server puts them together."""

    def __init__(self, *nonces: str) -> None:
        drawn = chain(nonces or ("one", "two", "three"), map(str, count()))
        self.engine = Engine(FrozenClock(), IdSource(1, lambda: next(drawn)))
        self.faults = FaultBook(self.engine.clock, 1)
        self.queue = DeliveryQueue(self.engine, faults=self.faults)

    def subscribe(self) -> None:
        app = self.engine.world.credentials.app_id
        held = Subscription("app", app, URL, "t")
        self.engine.world.subscriptions[("app", app)] = held

    def take(self) -> Any:
        """Through the text, as over HTTP."""
        made = snapshot.take(self.engine, self.faults, self.queue)
        return json.loads(json.dumps(made))

    def restore(self, given: Any, *, same_run: bool = False) -> None:
        snapshot.restore(given, self.engine, self.faults, self.queue, same_run=same_run)

    def send(self, to: str = ANA, **more: Any) -> Message:
        body = {"messaging_product": "whatsapp", "to": to, "text": {"body": "x"}}
        message = self.engine.accept(NUMBER, {**body, **more}).message
        self.engine.answered(message)
        self.engine.tick()
        return message


def busy() -> Whole:
    """A world in which everything is in some state."""
    whole = Whole()
    whole.subscribe()
    engine = whole.engine
    engine.set_customer(
        ANA, {"script": [{"reply": "ok", "after": 60}], "read_after": 9}
    )
    engine.write(EVA, {"type": "image"})
    engine.write(EVA, {"body": "hola", "referral": {"source_type": "ad"}})
    whole.send()
    whole.send(EVA)
    whole.queue.absorb()
    for delivery in whole.queue.claim():
        whole.queue.finish(delivery, Attempt(0.0, 500, None, 1))
    whole.faults.add({"name": "webhook_drop", "when": {"probability": 0.5}})
    engine.settings.update({"batch_merge": True})
    return whole


def test_a_snapshot_of_a_restored_world_is_the_same() -> None:
    whole = busy()
    before = whole.take()
    other = Whole("other")
    other.restore(before, same_run=True)
    after = other.take()
    assert {k for k in before if before[k] != after[k]} <= {"deliveries"}
    slim = [
        [{k: v for k, v in d.items() if k not in ("seq", "stamp", "state")} for d in s]
        for s in (before["deliveries"], after["deliveries"])
    ]
    assert slim[0] == slim[1]


def test_timers_scripts_and_retries_go_on() -> None:
    other = Whole("other")
    other.restore(busy().take())
    engine = other.engine
    assert engine.customer(EVA).key in engine.world.customers
    engine.clock.advance(9)
    engine.tick()
    assert [i.status for i in engine.drain()] == ["read"]
    engine.clock.advance(51)
    engine.tick()
    assert [i.kind for i in engine.drain()] == ["message"]
    (retried,) = [d for d in other.queue.claim() if d.items[0].type == "image"]
    assert len(retried.attempts) == 1
    held = next(iter(engine.world.subscriptions.values()))
    assert retried.target is held, "failures are counted where they are shown"


def test_media_windows_and_counters_are_there() -> None:
    whole = busy()
    other = Whole("other")
    other.restore(whole.take())
    (mine,), (theirs,) = (
        whole.engine.world.media.values(),
        (other.engine.world.media.values()),
    )
    assert mine == theirs
    customer = other.engine.customer(EVA)
    (row,) = other.engine.people.windows(customer)
    assert row["open"]
    assert row["free_entry_point"]


def test_the_thousand_free_messages_go_on_counting() -> None:
    whole = Whole()
    for _ in range(999):
        whole.send()
    other = Whole("other")
    other.restore(whole.take())
    assert other.send().pricing == {
        "billable": False, "pricing_model": "PMP", "category": "service",
        "type": "free_customer_service",
    }  # fmt: skip
    assert other.send().pricing["billable"]  # type: ignore[index]


def test_limits_go_on_counting() -> None:
    whole = Whole()
    whole.engine.settings.update({"pair_limit": True})
    for _ in range(45):
        whole.send()
    other = Whole("other")
    other.restore(whole.take())
    with pytest.raises(Exception, match="131056"):
        other.send()


def test_going_back_takes_the_clock_along() -> None:
    whole = busy()
    given, now = whole.take(), whole.engine.clock.now()
    whole.engine.clock.advance(10 * DAY)
    whole.engine.reset()
    whole.restore(given)
    assert whole.engine.clock.now() == now
    assert whole.engine.settings.batch_merge


def test_a_restored_world_repeats_no_id_unless_told_so() -> None:
    whole = Whole()
    given = whole.take()
    first = whole.engine.write(ANA, {"body": "x"}).wamid
    whole.restore(given)
    assert whole.engine.ids.run == "two"
    assert whole.engine.write(ANA, {"body": "x"}).wamid != first
    whole.restore(given, same_run=True)
    assert whole.engine.write(ANA, {"body": "x"}).wamid == first


def test_chance_goes_on_where_it_was() -> None:
    def strikes(book: FaultBook, whole: Whole) -> list[bool]:
        found = []
        for _ in range(20):
            whole.engine.write(ANA, {"body": "x"})
            found.append(not whole.queue.absorb())
        return found

    whole = Whole()
    whole.subscribe()
    whole.faults.add({"name": "webhook_drop", "when": {"probability": 0.5}})
    strikes(whole.faults, whole)
    given = whole.take()
    expected = strikes(whole.faults, whole)
    other = Whole("other")
    other.restore(given)
    assert strikes(other.faults, other) == expected
    assert 0 < sum(expected) < 20


def test_pending_deliveries_of_the_old_world_are_gone() -> None:
    whole = Whole()
    given = whole.take()
    whole.subscribe()
    whole.engine.write(ANA, {"body": "x"})
    whole.queue.absorb()
    whole.restore(given)
    assert whole.queue.all() == []
    assert whole.queue.claim() == []
    assert whole.engine.drain() == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: s.update(format=2), "expected format 1, got 2"),
        (lambda s: s.pop("world"), "world missing"),
        (lambda s: s["world"].update({"$": "Popen"}), "'Popen' is nothing"),
        (lambda s: s["world"].update(numbres=[]), "numbres"),
        (lambda s: s["world"].update(numbers={}), "no world with a number"),
        (lambda s: s.update(faults=[{"name": "outge", "id": "f_1"}]), "outage"),
        (lambda s: s.update(settings={"paralel": 1}), "parallel"),
        (lambda s: s.update(outbox={"$bytes": "*"}), "snapshot"),
    ],
)
def test_a_bad_snapshot_changes_nothing(spoil: Any, words: str) -> None:
    whole = busy()
    given = whole.take()
    spoil(given)
    before = whole.take()
    with pytest.raises(BadRequest, match=words):
        whole.restore(given)
    assert whole.take() == before


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        "ñ",
        b"\x00\xff",
        [1, [2]],
        (1, ("a",)),
        {1, 2},
        frozenset({"a"}),
        deque([1]),
        {"a": {("x", 1): b"y"}},
        {"$": "text"},
        Counter({("a", "b"): 3}),
    ],
)
def test_the_codec_keeps_types(value: Any) -> None:
    codec = Codec([World])
    back = codec.decode(json.loads(json.dumps(codec.encode(value))))
    assert back == value
    assert type(back) is type(value)


def test_the_codec_reaches_every_class_of_the_world() -> None:
    assert {"World", "Customer", "Message", "Media", "App"} <= set(Codec([World]).known)
    with pytest.raises(TypeError, match="not a value"):
        Codec([World]).encode(object())
