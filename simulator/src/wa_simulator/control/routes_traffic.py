"""Webhooks of any field, coexistence, redelivery of several, further apps."""

import random
from typing import Any

from fastapi import APIRouter, Request

from ..engine.entities import App, WebhookItem
from ..engine.errors import BadRequest
from ..engine.field_samples import SAMPLES
from ..engine.forms import FORMS
from . import models_traffic as models
from . import openapi_bodies
from .routes_people import read_message
from .routes_webhooks import attempted
from .state import Sim, Simulation, message_record

router = APIRouter()


def _emitted(sim: Simulation, items: list[WebhookItem]) -> dict[str, Any]:
    """Step, and tell what became of some items."""
    wanted = {item.id for item in items}
    made = sim.pump.step()
    ids = [d.id for d in made if any(item.id in wanted for item in d.items)]
    return {"webhooks": ids, "values": [item.value for item in items]}


@router.get("/fields")
async def fields(sim: Sim) -> dict[str, Any]:
    """The fields there are, the events that change a sample, the forms of today."""
    return {
        "fields": {
            name: {
                "events": list(sample.variants),
                "about_number": sample.about_number,
                "about_person": sample.about_person,
            }
            for name, sample in SAMPLES.items()
        },
        "forms": {
            name: {"holds": sim.engine.emitter.holds(name), "why": form.why}
            for name, form in FORMS.items()
        },
    }


@router.post("/webhooks/field", status_code=201)
async def field(sim: Sim, body: models.FieldBody) -> dict[str, Any]:
    """Send a webhook of a field: template, number, account, preferences…"""
    item = sim.engine.fields.emit(
        body.field,
        body.value,
        number_id=body.number,
        waba_id=body.waba,
        customer=body.customer,
        free=body.free,
    )
    return _emitted(sim, [item])


@router.post(
    "/customers/{key}/echo", status_code=201, openapi_extra=openapi_bodies.ECHO
)
async def echo(sim: Sim, key: str, request: Request) -> dict[str, Any]:
    """The business writes to the customer on its own phone (coexistence)."""
    body, upload = await read_message(request)
    if upload is not None:
        raise BadRequest("an echo takes no file; Meta's echoes bear a media id only")
    message = sim.engine.echo(key, body)
    made = sim.pump.step()
    return {
        "wamid": message.wamid,
        "webhooks": [d.id for d in made],
        "message": message_record(sim, message),
    }


@router.post("/coexistence/contact", status_code=201)
async def contact(sim: Sim, body: models.ContactBody) -> dict[str, Any]:
    """The address book on the business's phone changes."""
    item = sim.engine.coexistence.sync_contact(body.customer, body.number, body.action)
    return _emitted(sim, [item])


@router.post("/coexistence/history", status_code=201)
async def history(sim: Sim, body: models.HistoryBody) -> dict[str, Any]:
    """The business shares its past, in chunks, or declines to."""
    items = sim.engine.coexistence.history(
        body.number, chunk=body.chunk, declined=body.declined, threads=body.threads
    )
    return _emitted(sim, items)


@router.post("/webhooks/redeliver")
async def redeliver(sim: Sim, body: models.RedeliverBody) -> dict[str, Any]:
    """Send webhooks again, one after the other: some in any order, or all."""
    if body.ids is not None:
        chosen = [sim.queue.get(one) for one in body.ids]
    else:
        chosen = [
            d
            for d in sim.queue.all()
            if body.state in (None, d.state)
            and (body.number is None or body.number in d.numbers)
        ]
        if body.order == "newest":
            chosen.reverse()
        elif body.order == "shuffled":
            random.Random(body.seed).shuffle(chosen)
    rows = []
    for delivery in chosen:
        expected = len(delivery.attempts) + 1
        sim.queue.redeliver(delivery)
        await attempted(sim, [(delivery, expected)])
        last = delivery.attempts[-1] if delivery.attempts else None
        rows.append({"id": delivery.id, "status": last.status if last else None})
    return {"redelivered": rows}


@router.post("/webhooks/subscription/enable")
async def enable(sim: Sim, body: models.EnableBody | None = None) -> dict[str, Any]:
    """Enable what chronic failure has disabled; what was lost stays lost."""
    wanted = body or models.EnableBody()
    enabled = []
    for held in sim.engine.world.subscriptions.values():
        fits = wanted.scope in (None, held.scope) and wanted.id in (None, held.id)
        if fits and held.disabled:
            held.disabled, held.failures = False, 0
            enabled.append(held.record())
    return {"enabled": enabled}


@router.post("/world/apps", status_code=201)
async def add_app(sim: Sim, body: models.AppBody) -> dict[str, Any]:
    """A further app: subscribed with ``scope: app`` it gets its own copy."""
    return vars(sim.engine.world.add_app(App(**body.model_dump())))


@router.get("/world/apps")
async def apps(sim: Sim) -> list[dict[str, Any]]:
    """The further apps; the first one is in ``GET /_sim/world``."""
    return [vars(app) for app in sim.engine.world.apps.values()]
