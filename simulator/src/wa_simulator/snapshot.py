"""A whole simulation as one JSON object, and back.

The clock goes to the snapshot's time, the only way it ever goes back.  A restored
world begins a new run, so that ids drawn from now on repeat none that a receiver
may remember; ``same_run`` keeps the run, for tests of one process.
"""

from collections import Counter
from typing import Any

from .delivery.delivery import ENDED, Attempt, Delivery
from .delivery.queue import DeliveryQueue
from .engine import state
from .engine.codec import Codec, fits
from .engine.engine import Engine
from .engine.entities import WebhookItem
from .engine.errors import BadRequest
from .engine.messages.inbound import moment
from .engine.settings import Settings
from .engine.timers import Timer
from .engine.world import World
from .faults import FaultBook

FORMAT = 1
CODEC = Codec([World, Timer, WebhookItem, Delivery, Attempt])
#: key of a snapshot -> its JSON type.
KEYS: dict[str, type] = {
    "format": int, "run": str, "seed": int, "clock": dict, "settings": dict,
    "ids": dict, "seq": int, "world": dict, "parts": dict, "outbox": list,
    "faults": list, "deliveries": list,
}  # fmt: skip


def _shared(engine: Engine) -> list[object]:
    """What parts refer to and the snapshot holds once."""
    return [
        engine.world,
        engine.clock,
        engine.ids,
        engine.settings,
        engine.outbox,
        engine.journal,
    ]


def take(engine: Engine, faults: FaultBook, queue: DeliveryQueue) -> dict[str, Any]:
    """The simulation as it is; the journal is not part of it (export it apart)."""
    return {
        "format": FORMAT,
        "run": engine.ids.run,
        "seed": engine.ids.seed,
        "clock": {"now": engine.clock.now(), "frozen": engine.clock.frozen},
        "settings": engine.settings.record(),
        "ids": CODEC.encode(engine.ids.counters()),
        "seq": engine.seq,
        "world": CODEC.encode(engine.world),
        "parts": state.capture(engine, _shared(engine), CODEC),
        "outbox": CODEC.encode(engine.outbox),
        "faults": faults.snapshot(),
        "deliveries": [
            CODEC.encode(d) for d in queue.all() if d.state not in ENDED and d.items
        ],
    }


def _check_shape(given: dict[str, Any]) -> float:
    """The clock's time.  BadRequest for what is no snapshot of this format."""
    if given.get("format") != FORMAT:
        raise BadRequest(
            f"snapshot: expected format {FORMAT}, got {given.get('format')!r}"
        )
    for key, kind in KEYS.items():
        if key not in given:
            raise BadRequest(f"snapshot: {key} missing")
        if not isinstance(given[key], kind):
            raise BadRequest(f"snapshot: {key}: expected {kind.__name__}")
    return moment(given["clock"].get("now"), "snapshot.clock.now")


def _check(world: Any, counters: Any, outbox: Any, waiting: Any) -> None:
    if not isinstance(world, World) or not world.numbers:
        raise BadRequest("snapshot: no world with a number in it")
    if not fits(counters, Counter[tuple[str, ...]]):
        raise BadRequest("snapshot: ids: expected counters")
    for message in world.messages.values():
        if (
            message.number_id not in world.numbers
            or message.customer not in world.customers
        ):
            raise BadRequest(f"snapshot: {message.wamid}: its number or person is gone")
    for number in world.numbers.values():
        if number.waba_id not in world.wabas:
            raise BadRequest(f"snapshot: number {number.id}: its account is gone")
    for name, rows, kind in (
        ("outbox", outbox, WebhookItem),
        ("deliveries", waiting, Delivery),
    ):
        if not isinstance(rows, list) or not all(isinstance(r, kind) for r in rows):
            raise BadRequest(f"snapshot: {name}: expected {kind.__name__} only")


def restore(
    given: dict[str, Any],
    engine: Engine,
    faults: FaultBook,
    queue: DeliveryQueue,
    *,
    same_run: bool = False,
) -> None:
    """Go back to a snapshot.  BadRequest, and nothing has changed then."""
    now = _check_shape(given)
    world = CODEC.decode(given["world"])
    counters = CODEC.decode(given["ids"])
    parts = {path: CODEC.decode(value) for path, value in given["parts"].items()}
    outbox = CODEC.decode(given["outbox"])
    waiting = CODEC.decode(given["deliveries"])
    _check(world, counters, outbox, waiting)
    if wrong := state.mismatches(engine, _shared(engine), parts):
        raise BadRequest(f"snapshot: parts: {', '.join(wrong)}: another type")
    Settings().update(given["settings"])
    FaultBook(engine.clock, engine.ids.seed).restore(given["faults"])
    engine.settings.update(given["settings"])
    faults.restore(given["faults"])
    queue.drop()
    engine.clock.set(now)
    engine.ids.restore(counters, given["run"] if same_run else None)
    engine.adopt(world, given["seq"])
    state.put_back(engine, _shared(engine), parts)
    engine.outbox.extend(outbox)
    for delivery in waiting:
        queue.adopt(delivery)
