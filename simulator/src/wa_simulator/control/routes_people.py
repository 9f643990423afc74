"""Customers and messages."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile

from ..engine.errors import BadRequest
from ..engine.json_text import parse
from . import models, openapi_bodies
from .state import Sim, message_record, messages

router = APIRouter()
WAIT_LIMIT = 15.0


async def read_message(
    request: Request,
) -> tuple[dict[str, Any], tuple[bytes, str, str] | None]:
    """JSON, or multipart with ``file`` and either ``json`` or plain fields."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        raw = await request.body()
        return _object(raw) if raw else {}, None
    fields: dict[str, Any] = {}
    upload = None
    async with request.form() as form:
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                mime = value.content_type or "application/octet-stream"
                upload = (await value.read(), mime, value.filename or "file")
            elif key == "json":
                fields.update(_object(value))
            else:
                fields[key] = value
    return fields, upload


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        body = parse(text)
    except ValueError as exc:
        raise BadRequest(f"body: expected JSON, {exc}") from exc
    if not isinstance(body, dict):
        raise BadRequest(f"body: expected an object, got {type(body).__name__}")
    return body


@router.post(
    "/customers/{key}/messages", status_code=201, openapi_extra=openapi_bodies.INBOUND
)
async def write(
    sim: Sim, key: str, request: Request, wait: str | None = None
) -> dict[str, Any]:
    """A customer writes; an unknown customer is made.

    Body: ``type`` and Meta's node or its keys, ``to``, ``timestamp``, ``context``,
    ``referral``, ``profile``, ``message``.  ``?wait=delivered`` waits until each
    webhook had a 200 or was given up.
    """
    if wait not in (None, "delivered"):
        raise BadRequest(f"wait: expected 'delivered', got '{wait}'")
    body, upload = await read_message(request)
    message = sim.engine.write(key, body, upload)
    made = [d for d in sim.pump.step() if any(
        item.wamid == message.wamid for item in d.items
    )]  # fmt: skip
    answer: dict[str, Any] = {
        "wamid": message.wamid,
        "webhooks": [d.id for d in made],
        "message": message_record(sim, message),
    }
    if wait:
        await sim.pump.until(
            lambda: all(d.attempts or not sim.queue.moving(d) for d in made), WAIT_LIMIT
        )
        answer["delivered"] = bool(made) and all(d.state == "delivered" for d in made)
        answer["deliveries"] = [d.record() for d in made]
    return answer


@router.post("/customers/{key}/read")
async def read(
    sim: Sim, key: str, body: models.ReadBody | None = None
) -> dict[str, Any]:
    """A customer reads one message, or all that are unread."""
    touched = sim.engine.read(key, body.wamid if body else None)
    sim.pump.step()
    return {"read": [message.wamid for message in touched]}


@router.put("/customers/{key}")
@router.patch("/customers/{key}")
async def set_customer(sim: Sim, key: str, body: models.CustomerBody) -> dict[str, Any]:
    """Make or change a customer."""
    customer = sim.engine.set_customer(key, body.model_dump(exclude_unset=True))
    sim.pump.wake()
    return customer.record()


@router.get("/customers")
async def customers(sim: Sim) -> list[dict[str, Any]]:
    """Everybody."""
    return [c.record() for c in sim.engine.world.customers.values()]


@router.get("/customers/{key}")
async def customer(sim: Sim, key: str) -> dict[str, Any]:
    """One person."""
    found = sim.engine.customer(key)
    return {**found.record(), "windows": sim.engine.people.windows(found)}


@router.get("/messages")
async def list_messages(
    request: Request,
    sim: Sim,
    direction: str | None = None,
    customer: str | None = None,
    number: str | None = None,
    type: str | None = None,
    since: int = 0,
) -> dict[str, Any]:
    """Messages after ``since`` (a ``seq``); ``from`` and ``to`` filter too."""
    wanted = {
        "direction": direction,
        "customer": customer,
        "number": number,
        "type": type,
        "from": request.query_params.get("from"),
        "to": request.query_params.get("to"),
    }
    rows = [
        row
        for row in messages(sim)
        if row["seq"] > since
        and all(v is None or row[k] == v.removeprefix("+") for k, v in wanted.items())
    ]
    return {"messages": rows, "next": rows[-1]["seq"] if rows else since}


@router.get("/messages/{wamid:path}")
async def one_message(sim: Sim, wamid: str) -> dict[str, Any]:
    """One message."""
    return message_record(sim, sim.engine.message(wamid))


@router.post("/messages/{wamid:path}/status")
async def set_status(sim: Sim, wamid: str, body: models.StatusBody) -> dict[str, Any]:
    """A status by hand, for manual customers and for oddities (``force``)."""
    message = sim.engine.message(wamid)
    sim.engine.statuses.set(
        message, body.status, body.code, body.details, force=body.force
    )
    sim.pump.step()
    return message_record(sim, message)
