"""A whole simulation as one JSON object, and back.

The clock goes to the snapshot's time, the only way it ever goes back.  A restored
world begins a new run, so that ids drawn from now on repeat none that a receiver
may remember; ``same_run`` keeps the run, for tests of one process.
"""

from typing import Any

from .delivery.delivery import ENDED, Attempt, Delivery
from .delivery.queue import DeliveryQueue
from .engine import state
from .engine.codec import Codec
from .engine.engine import Engine
from .engine.entities import WebhookItem
from .engine.errors import BadRequest
from .engine.settings import Settings
from .engine.timers import Timer
from .engine.world import World
from .faults import FaultBook

FORMAT = 1
CODEC = Codec([World, Timer, WebhookItem, Delivery, Attempt])
KEYS = (
    "format", "run", "seed", "clock", "settings", "ids", "seq", "world", "parts",
    "outbox", "faults", "deliveries",
)  # fmt: skip


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


def _check(world: Any, outbox: Any, waiting: Any) -> None:
    if not isinstance(world, World) or not world.numbers:
        raise BadRequest("snapshot: no world with a number in it")
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
    if given.get("format") != FORMAT:
        raise BadRequest(
            f"snapshot: expected format {FORMAT}, got {given.get('format')!r}"
        )
    missing = [key for key in KEYS if key not in given]
    if missing:
        raise BadRequest(f"snapshot: {', '.join(missing)} missing")
    world = CODEC.decode(given["world"])
    counters = CODEC.decode(given["ids"])
    parts = {path: CODEC.decode(value) for path, value in given["parts"].items()}
    outbox = CODEC.decode(given["outbox"])
    waiting = CODEC.decode(given["deliveries"])
    _check(world, outbox, waiting)
    Settings().update(given["settings"])
    FaultBook(engine.clock, engine.ids.seed).restore(given["faults"])
    engine.settings.update(given["settings"])
    faults.restore(given["faults"])
    queue.drop()
    engine.clock.set(float(given["clock"]["now"]))
    engine.ids.restore(counters, given["run"] if same_run else None)
    engine.adopt(world, int(given["seq"]))
    state.put_back(engine, _shared(engine), parts)
    engine.outbox.extend(outbox)
    for delivery in waiting:
        queue.adopt(delivery)
