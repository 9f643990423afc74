"""Rules: what they meet, when they fire, how a bad one is named."""

from typing import Any

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.errors import BadRequest, NotFound
from wa_simulator.faults import REGISTRY, Answer, Call, Delay, FaultBook, Hang, Refuse
from wa_simulator.faults.base import AFTER, API, BEFORE


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(1000.0)


@pytest.fixture
def book(clock: FrozenClock) -> FaultBook:
    return FaultBook(clock, seed=1)


CALL = Call(API, "/100000000000001/messages", "100000000000001", "573012345678", "text")


def strikes(book: FaultBook, count: int, call: Call = CALL) -> list[int]:
    """Which calls (from 1) are struck."""
    return [i for i in range(1, count + 1) if book.consult(call).effects]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"nth": 3}, [3]),
        ({"every": 2}, [2, 4, 6]),
        ({"times": 2}, [1, 2]),
        ({"every": 2, "times": 2}, [2, 4]),
        ({"probability": 0}, []),
        ({"probability": 1}, [1, 2, 3, 4, 5, 6]),
        ({"from": 1001}, []),
        ({"until": 999}, []),
        ({"from": 1000, "until": 1000}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_when(book: FaultBook, when: dict[str, Any], expected: list[int]) -> None:
    book.add({"name": "outage", "when": when})
    assert strikes(book, 6) == expected


def test_from_and_until_follow_the_clock(book: FaultBook, clock: FrozenClock) -> None:
    book.add({"name": "outage", "when": {"from": 1010, "until": 1020}})
    seen = []
    for _ in range(4):
        seen.append(bool(book.consult(CALL).effects))
        clock.advance(10)
    assert seen == [False, True, True, False]


def test_probability_repeats_with_the_seed(clock: FrozenClock) -> None:
    def run(seed: int) -> list[int]:
        book = FaultBook(clock, seed=9)
        book.add({"name": "outage", "when": {"probability": 0.5}, "seed": seed})
        return strikes(book, 40)

    assert run(7) == run(7)
    assert run(7) != run(8)
    assert 5 < len(run(7)) < 35


@pytest.mark.parametrize(
    ("match", "met"),
    [
        ({}, True),
        ({"direction": "api"}, True),
        ({"path": "/messages$"}, True),
        ({"path": "/media$"}, False),
        ({"number": "100000000000001"}, True),
        ({"number": "100000000000002"}, False),
        ({"to": 573012345678}, True),
        ({"to": "573010000000"}, False),
        ({"type": "text"}, True),
        ({"type": "template"}, False),
        ({"type": "text", "path": "/media"}, False),
    ],
)
def test_match(book: FaultBook, match: dict[str, Any], met: bool) -> None:
    book.add({"name": "outage", "match": match})
    assert bool(strikes(book, 1)) is met


def test_calls_out_of_scope_are_not_counted(book: FaultBook) -> None:
    book.add({"name": "outage", "match": {"type": "text"}, "when": {"nth": 2}})
    image = Call(API, CALL.path, CALL.number, CALL.to, "image")
    seen = [bool(book.consult(c).effects) for c in (CALL, image, image, CALL)]
    assert seen == [False, False, False, True]


def test_delays_add_up_and_the_first_decisive_effect_wins(book: FaultBook) -> None:
    book.add({"name": "latency", "params": {"seconds": 0.5}})
    book.add({"name": "latency", "params": {"seconds": 1}})
    book.add({"name": "outage", "params": {"mode": "hang"}, "phase": "after"})
    book.add({"name": "error", "params": {"code": 130429, "retry_after": 7}})
    book.add({"name": "outage"})
    fired = book.consult(CALL)
    assert fired.delays(BEFORE) == 1.5
    assert fired.decisive(BEFORE) == Answer(
        130429, headers=(("retry-after", "7"),), http=None
    )
    assert fired.decisive(AFTER) == Hang()
    assert len(fired.names) == 5


def test_refusing_is_judged_once_per_connection(book: FaultBook) -> None:
    book.add({"name": "outage", "params": {"mode": "refuse"}, "when": {"nth": 2}})
    assert book.refuses() == []
    assert not book.consult(CALL, connection_judged=True).effects
    assert book.refuses() == ["fault_1"]
    assert not book.closed()


def test_the_port_closes_only_without_conditions(
    book: FaultBook, clock: FrozenClock
) -> None:
    rule = {"name": "outage", "params": {"mode": "refuse"}}
    book.add({**rule, "match": {"path": "/messages"}})
    assert not book.closed()
    assert book.refuses() == [], "nothing is read yet, a path cannot match"
    assert book.consult(CALL).decisive(BEFORE) == Refuse()
    book.clear()
    book.add({**rule, "when": {"until": 1005}})
    assert book.closed()
    clock.advance(6)
    assert not book.closed()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "outge"}, "nearest 'outage'"),
        ({}, "unknown fault 'None'"),
        ({"name": "outage", "pase": "after"}, "unknown key 'pase': nearest 'phase'"),
        ({"name": "outage", "params": {"mod": 1}}, "key in 'params' 'mod': nearest 'm"),
        ({"name": "outage", "params": {"mode": "resett"}}, "nearest 'reset'"),
        ({"name": "outage", "match": {"tipe": 1}}, "nearest 'type'"),
        ({"name": "outage", "match": {"path": "("}}, "not a regular expression"),
        ({"name": "outage", "match": {"direction": "webhook"}}, "known: api"),
        ({"name": "outage", "when": {"nht": 1}}, "nearest 'nth'"),
        ({"name": "outage", "when": {"nth": 0}}, "expected 1, 2, 3"),
        ({"name": "outage", "when": {"probability": 2}}, "expected 0 to 1"),
        ({"name": "outage", "when": {"times": "2"}}, "expected a number, got '2'"),
        ({"name": "outage", "when": []}, None),
        ({"name": "outage", "when": [1]}, "expected an object"),
        ({"name": "outage", "phase": "later"}, "unknown phase 'later'"),
        ({"name": "outage", "seed": "x"}, "expected a whole number"),
        (
            {"name": "outage", "params": {"mode": "refuse"}, "phase": "after"},
            "accepts nothing",
        ),
        ({"name": "error", "params": {"code": 5}}, "got 5; known: 0, 1, 2"),
        ({"name": "error"}, "got None"),
        ({"name": "error", "params": {"code": 4, "http": 200}}, "400 to 599"),
        ({"name": "latency", "params": {"seconds": 0}}, "above 0, got 0"),
    ],
)
def test_bad_rules_are_named(
    book: FaultBook, body: dict[str, Any], words: str | None
) -> None:
    if words is None:
        assert book.add(body).when == {}
        return
    with pytest.raises(BadRequest) as caught:
        book.add(body)
    assert words in str(caught.value)
    assert not book.rules()


def test_remove(book: FaultBook) -> None:
    for name in ("outage", "latency", "outage"):
        book.add({"name": name})
    assert book.remove(name="outage") == 2
    with pytest.raises(NotFound, match="fault_2"):
        book.remove("fault_9")
    assert book.remove("fault_2") == 1
    assert book.remove() == 0


def test_a_scoped_clear_takes_the_rules_of_its_numbers(book: FaultBook) -> None:
    book.add({"name": "outage", "match": {"number": "1"}})
    book.add({"name": "outage"})
    book.clear(["1"])
    assert [rule.id for rule in book.rules()] == ["fault_2"]


def test_every_fault_is_described() -> None:
    for name, fault in REGISTRY.items():
        assert name == fault.NAME
        assert fault.__doc__
    assert Delay(1).seconds == 1
