"""Snapshot and restore; import of a journal."""

from typing import Any

from fastapi import APIRouter, Request

from .. import snapshot
from ..delivery.wire import sign
from ..engine.errors import BadRequest
from ..engine.json_text import parse
from . import models_traffic as models
from . import openapi_bodies
from .routes_webhooks import attempted
from .state import Sim, Simulation

router = APIRouter()


@router.get("/snapshot")
async def take(sim: Sim) -> dict[str, Any]:
    """Everything but the journal: world, media, timers, faults, what waits."""
    return snapshot.take(sim.engine, sim.faults, sim.queue)


@router.post("/snapshot")
async def restore(sim: Sim, body: models.SnapshotBody) -> dict[str, Any]:
    """Go back to a snapshot, clock included.  A new run begins unless
    ``same_run``."""
    snapshot.restore(
        body.snapshot, sim.engine, sim.faults, sim.queue, same_run=body.same_run
    )
    sim.pump.wake()
    return {"run": sim.engine.ids.run, "now": sim.engine.clock.now()}


@router.post("/journal/import", openapi_extra=openapi_bodies.JOURNAL)
async def import_journal(
    sim: Sim, request: Request, replay: bool = False
) -> dict[str, Any]:
    """Lines of JSON as ``GET /_sim/export/journal.jsonl`` gives them.

    Entries are appended, marked ``imported``.  ``?replay=true`` also posts the
    webhooks among them again, in their order, signed for today's subscriber.
    """
    entries = _entries((await request.body()).decode("utf-8", "replace"))
    for entry in entries:
        rest = {k: v for k, v in entry.items() if k not in ("seq", "at", "kind")}
        then = {"seq": entry.get("seq"), "at": entry.get("at")}
        sim.engine.journal.add(entry["kind"], **{**rest, "imported": then})
    posted = await _replay(sim, entries) if replay else []
    return {"imported": len(entries), "replayed": posted}


def _entries(text: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = parse(line)
        except ValueError as exc:
            raise BadRequest(f"line {number}: expected JSON, {exc}") from exc
        if not isinstance(row, dict) or not isinstance(row.get("kind"), str):
            raise BadRequest(f"line {number}: expected an object with 'kind'")
        if row["kind"] != "head":
            rows.append(row)
    return rows


async def _replay(sim: Simulation, entries: list[dict[str, Any]]) -> list[Any]:
    """Post the bodies once each: retries in the journal are not repeated."""
    posted, seen = [], set()
    for entry in entries:
        body, webhook = entry.get("body"), entry.get("webhook")
        known = isinstance(body, str) and isinstance(webhook, str)
        if entry["kind"] != "webhook" or not known or webhook in seen:
            continue
        seen.add(webhook)
        world = sim.engine.world
        number = str(entry.get("number"))
        target = world.callback_for(
            world.number_of(number if number in world.numbers else None)
        )
        if target is None:
            raise BadRequest("nobody is subscribed: POST /_sim/webhooks/subscription")
        content = str(body).encode("utf-8", "replace")
        sha1 = sim.engine.settings.sha1_signature
        signed = sign(content, world.secret_of(target), sha1=sha1)
        delivery = sim.queue.add_raw(target.callback_url, content, signed)
        await attempted(sim, [(delivery, 1)])
        last = delivery.attempts[-1] if delivery.attempts else None
        posted.append({"webhook": webhook, "status": last.status if last else None})
    return posted
