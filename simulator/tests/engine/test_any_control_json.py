"""Whatever JSON a tester sends, there are words: no traceback, no half state."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from wa_simulator import snapshot
from wa_simulator.delivery.queue import DeliveryQueue
from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import EngineError
from wa_simulator.engine.field_samples import SAMPLES
from wa_simulator.engine.ids import IdSource
from wa_simulator.faults import REGISTRY, FaultBook

ANA = "573012345678"
ODD: list[Any] = [
    None, 0, -1, 1.5, True, "", "x", "1e999", "(", [], ["x"], [[]], [{}], {}, {"$": 1},
    {"$map": [1]}, {"$bytes": 1}, {"type": []},
]  # fmt: skip

Try = Callable[[Engine, Any], object]


def _fields(engine: Engine, given: Any) -> object:
    for field in given:
        value = (
            given[field] if isinstance(given[field], dict) else {"event": given[field]}
        )
        engine.fields.emit(field, value, customer=ANA)
    return engine.drain()


def _rule(engine: Engine, given: Any) -> object:
    book = FaultBook(engine.clock, 1)
    book.add(given)
    queue = DeliveryQueue(engine, faults=book)
    engine.write(ANA, {"body": "ñ/"})
    queue.absorb()
    return queue.claim()


def _people(engine: Engine, given: Any) -> object:
    engine.set_customer(ANA, given)
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    engine.answered(engine.accept("100000000000001", body).message)
    return engine.tick()


def _restore(engine: Engine, given: Any) -> object:
    book = FaultBook(engine.clock, 1)
    snapshot.restore(given, engine, book, DeliveryQueue(engine, faults=book))
    return engine.drain()


def _snapshot() -> Any:
    engine = Engine(FrozenClock(), IdSource(1, lambda: "x"))
    engine.write(ANA, {"body": "x"})
    book = FaultBook(engine.clock, 1)
    return snapshot.take(engine, book, DeliveryQueue(engine))


STARTS: dict[str, tuple[Any, Try]] = {
    "fields": ({name: {} for name in SAMPLES}, _fields),
    "people": (
        {
            "name": "Ana", "presence": "reads", "read_after": 1, "blocks": False,
            "script": [{"match": "x", "reply": ["a", {"body": "b"}], "after": 1}],
        },
        _people,
    ),
    "echo": (
        {"type": "edit", "original_message_id": "x", "body": "b", "message": {}},
        lambda engine, given: engine.echo(ANA, given),
    ),
    "history": (
        [{"id": ANA, "messages": [{"id": "x", "type": "text", "timestamp": "1"}]}],
        lambda engine, given: engine.coexistence.history(None, threads=given),
    ),
    **{
        f"rule {name}": (
            {
                "name": name, "params": dict(kind.PARAMS) | {"code": 4},
                "match": {"to": ANA, "path": "x"}, "phase": kind.PHASES[0],
                "when": {"every": 1, "from": 0, "until": "2030-01-01T00:00:00+00:00"},
            }
            if "code" in kind.PARAMS
            else {"name": name, "params": dict(kind.PARAMS)},
            _rule,
        )
        for name, kind in REGISTRY.items()
    },
}  # fmt: skip


def spoil(value: Any, chance: random.Random) -> Any:
    """One place of a JSON value replaced by something odd."""
    places: list[tuple[Any, Any]] = []
    todo = [value]
    while todo:
        one = todo.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            places.append((one, key))
            if isinstance(one[key], (dict, list)):
                todo.append(one[key])
    owner, key = chance.choice(places)
    owner[key] = deepcopy(chance.choice(ODD))
    return value


@pytest.mark.parametrize("name", sorted(STARTS))
def test_no_traceback(engine: Engine, name: str) -> None:
    start, attempt = STARTS[name]
    chance = random.Random(name)
    for _ in range(150):
        given = spoil(deepcopy(start), chance)
        before = json.dumps(given)
        words = "taken"
        try:
            attempt(engine, given)
        except EngineError as exc:
            words = str(exc)
        except Exception as exc:  # noqa: BLE001
            pytest.fail(f"{type(exc).__name__}: {exc} for {before}")
        assert words, before


def test_a_spoilt_snapshot_is_refused_or_taken(engine: Engine) -> None:
    start, chance = _snapshot(), random.Random(1)
    parts = start.pop("parts")  # The engine's own counters are taken as they are.
    for _ in range(300):
        given = {**spoil(deepcopy(start), chance), "parts": parts}
        words = "taken"
        try:
            _restore(engine, given)
            engine.write(ANA, {"body": "x"})
            engine.tick()
        except EngineError as exc:
            words = str(exc)
        assert words
