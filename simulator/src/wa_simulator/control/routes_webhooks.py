"""Subscriptions, deliveries, waiting."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from ..delivery.queue import ENDED, Delivery
from ..delivery.sender import HandshakeFailed
from ..delivery.wire import serialise, sign
from ..engine.entities import Subscription
from ..engine.errors import BadRequest, NotFound
from . import models
from .matching import check_keys, differences, nearest_records
from .routes_people import WAIT_LIMIT
from .state import Sim, Simulation, messages

router = APIRouter()
WRONG_SECRET = "not-the-app-secret"
DELIVERY_KEYS = [
    "id", "state", "kind", "status", "wamid", "number", "person", "url",
    "field", "type", "waba", "items",
]  # fmt: skip
MESSAGE_KEYS = [
    "seq", "wamid", "direction", "number", "customer", "from", "to", "name", "type",
    "text", "context", "status", "biz_opaque_callback_data", "read_by_business",
]  # fmt: skip


def _scope_id(sim: Simulation, body: models.SubscriptionBody) -> str:
    world = sim.engine.world
    first = world.number_of(None)
    known = {
        "app": [world.credentials.app_id, *world.apps],
        "waba": [first.waba_id, *world.wabas],
        "number": [first.id, *world.numbers],
    }[body.scope]
    if body.id is not None and body.id not in known:
        raise NotFound(f"{body.scope} '{body.id}': expected one of {known[-5:]}")
    return body.id or known[0]


@router.post("/webhooks/subscription")
async def subscribe(sim: Sim, body: models.SubscriptionBody) -> dict[str, Any]:
    """Do Meta's handshake, then send webhooks there.

    400 tells what was expected and what was got.  The account of the scope is
    subscribed too.
    """
    world = sim.engine.world
    scope_id = _scope_id(sim, body)
    app = world.apps.get(scope_id)
    own = app.verify_token if app else world.credentials.verify_token
    verify_token = body.verify_token or own
    challenge = str(int(sim.engine.ids.digits("challenge")) % 10**10)
    note = {"url": body.callback_url, "scope": body.scope, "id": scope_id}
    try:
        await sim.sender.handshake(
            body.callback_url,
            verify_token,
            challenge,
            sim.engine.settings.answer_timeout,
        )
    except HandshakeFailed as exc:
        sim.engine.journal.add("handshake", ok=False, error=str(exc), **note)
        raise
    sim.engine.journal.add("handshake", ok=True, error=None, **note)
    subscription = Subscription(body.scope, scope_id, body.callback_url, verify_token)
    world.subscriptions[(body.scope, scope_id)] = subscription
    if body.scope == "number":
        world.subscribed_wabas.add(world.numbers[scope_id].waba_id)
    else:
        world.subscribed_wabas.update(
            [scope_id] if body.scope == "waba" else world.wabas
        )
    return subscription.record()


@router.get("/webhooks/subscription")
async def subscriptions(sim: Sim) -> list[dict[str, Any]]:
    """Who is subscribed."""
    return [s.record() for s in sim.engine.world.subscriptions.values()]


@router.delete("/webhooks/subscription")
async def unsubscribe(
    sim: Sim,
    scope: str | None = None,
    id: str | None = None,
) -> dict[str, int]:
    """Remove the subscriptions of a scope, or all: silence."""
    held = sim.engine.world.subscriptions
    gone = [key for key in held if scope in (None, key[0]) and id in (None, key[1])]
    for key in gone:
        del held[key]
    return {"removed": len(gone)}


@router.get("/webhooks")
async def webhooks(
    sim: Sim, state: str | None = None, wamid: str | None = None
) -> dict[str, Any]:
    """Deliveries with their attempts, oldest first."""
    rows = [
        d.record()
        for d in sim.queue.all()
        if state in (None, d.state) and wamid in (None, *(i.wamid for i in d.items))
    ]
    return {"webhooks": rows, "forgotten": sim.queue.forgotten}


async def attempted(sim: Simulation, before: list[tuple[Delivery, int]]) -> None:
    """Start what may go, and wait until each has had so many attempts."""
    sim.pump.step()
    await sim.pump.until(
        lambda: all(len(d.attempts) >= count for d, count in before), WAIT_LIMIT
    )


@router.post("/webhooks/flush")
async def flush(sim: Sim) -> dict[str, Any]:
    """Attempt now whatever waits for its retry; answers when it was tried.  No body."""
    waiting = sim.queue.flush()
    await attempted(sim, [(d, len(d.attempts) + 1) for d in waiting])
    done = sum(d.state == "delivered" for d in waiting)
    return {"attempted": len(waiting), "delivered": done}


@router.post("/webhooks/raw")
async def raw(sim: Sim, body: models.RawBody) -> dict[str, Any]:
    """Post a body of your own, signed well, badly or not; one attempt."""
    world = sim.engine.world
    target = world.callback_for(world.number_of(body.number))
    if target is None:
        raise BadRequest("nobody is subscribed: POST /_sim/webhooks/subscription first")
    text = body.body
    content = text.encode() if isinstance(text, str) else serialise(text)
    secret = {"good": world.credentials.app_secret, "bad": WRONG_SECRET}.get(body.sign)
    extra = (
        sign(content, secret, sha1=sim.engine.settings.sha1_signature) if secret else {}
    )
    delivery = sim.queue.add_raw(target.callback_url, content, extra)
    await attempted(sim, [(delivery, 1)])
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "id": delivery.id,
        "status": last.status if last else None,
        "answer": last.answer if last else "",
        "error": last.error if last else "no attempt within the limit",
    }


@router.get("/webhooks/{webhook_id}")
async def webhook(sim: Sim, webhook_id: str) -> dict[str, Any]:
    """One delivery."""
    return sim.queue.get(webhook_id).record()


@router.post("/webhooks/{webhook_id}/redeliver")
async def redeliver(sim: Sim, webhook_id: str, times: int = 1) -> dict[str, Any]:
    """Send the same bytes again; answers when it was tried.  No body."""
    if not 1 <= times <= 100:
        raise BadRequest(f"times: expected 1 to 100, got {times}")
    delivery = sim.queue.get(webhook_id)
    expected = len(delivery.attempts) + times
    sim.queue.redeliver(delivery, times)
    await attempted(sim, [(delivery, expected)])
    return delivery.record()


def _records(sim: Simulation, kind: str) -> list[dict[str, Any]]:
    if kind == "webhook":
        return [d.record() for d in sim.queue.all()]
    return messages(sim)


@router.post("/wait", response_model=None)
async def wait(sim: Sim, body: models.WaitBody) -> dict[str, Any] | Response:
    """Wait for idle, a webhook or a message; 408 tells what came nearest.

    ``idle``: nothing in flight or due now (a retry that waits is idle).  A
    ``webhook`` counts once it was attempted and ended, unless ``state`` is asked.
    """
    if body.for_ == "idle":
        sim.pump.wake()
        if await sim.pump.until(lambda: sim.pump.idle() or None, body.timeout):
            return {"idle": True}
        flying = [d.record() for d in sim.queue.all() if d.state not in ENDED]
        return _late("nothing in flight", len(flying), flying[-3:])
    match = dict(body.match)
    check_keys(match, DELIVERY_KEYS if body.for_ == "webhook" else MESSAGE_KEYS)
    if body.for_ == "webhook":
        match.setdefault("state", "delivered")

    def found() -> dict[str, Any] | None:
        rows = _records(sim, body.for_)
        return next((r for r in rows if not differences(r, match)), None)

    record = await sim.pump.until(found, body.timeout)
    if record is not None:
        return {body.for_: record}
    rows = _records(sim, body.for_)
    return _late(match, len(rows), nearest_records(rows, match))


def _late(expected: Any, count: int, near: list[Any]) -> JSONResponse:
    return JSONResponse(
        {
            "error": {
                "message": "it did not come in time",
                "expected": expected,
                "got": f"{count} other record(s)",
                "nearest": near,
            }
        },
        408,
    )
