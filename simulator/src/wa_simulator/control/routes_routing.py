"""Conversation routing: responders of a number, and threads handed over."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from ..engine.errors import BadRequest, Refused
from ..engine.routing.entities import Responder
from .models import Strict
from .state import Sim, Simulation

router = APIRouter()


class ResponderBody(Strict):
    """``app``: one of the world, or any word for a partner outside it."""

    app: str = Field(min_length=1)
    roles: list[str] = Field(default_factory=list)
    standby: bool = False


class RoutingBody(Strict):
    """All responders of a number; fewer than two: it is not routed."""

    responders: list[ResponderBody]


class ThreadBody(Strict):
    """A responder acts on a thread.

    ``app`` defaults to the thread's owner.  ``send``: it writes ``text`` to the
    person.  ``summary``: what an AI agent tells whom it passes the thread to.
    """

    customer: str
    action: Literal["pass", "take", "release", "send"]
    number: str | None = None
    app: str | None = None
    target_role: str | None = None
    metadata: str | None = Field(default=None, max_length=2000)
    summary: str | None = None
    text: str = "Hola, le escribe otro equipo."


@router.put("/numbers/{number_id}/routing")
async def set_routing(sim: Sim, number_id: str, body: RoutingBody) -> dict[str, Any]:
    """Set who answers on a number, and who reads along."""
    number = sim.engine.world.number_of(number_id)
    responders = [Responder(**each.model_dump()) for each in body.responders]
    sim.engine.routing.configure(number, responders)
    return await routing(sim, number.id)


@router.get("/numbers/{number_id}/routing")
async def routing(sim: Sim, number_id: str) -> dict[str, Any]:
    """Who answers on a number; whether it is routed at all."""
    number = sim.engine.world.number_of(number_id)
    held = sim.engine.world.routing.get(number.id, {})
    return {
        "number": number.id,
        "active": sim.engine.routing.active(number.id),
        "responders": [vars(each) for each in held.values()],
    }


@router.get("/threads")
async def threads(sim: Sim) -> list[dict[str, Any]]:
    """Owners of threads, as they are now."""
    return [_thread(sim, *pair) for pair in sim.engine.world.threads]


@router.post("/threads")
async def act(sim: Sim, body: ThreadBody) -> dict[str, Any]:
    """A responder passes, takes, releases a thread, or writes on it."""
    engine = sim.engine
    number = engine.world.number_of(body.number)
    person = engine.customer(body.customer)
    app = body.app or engine.routing.thread(number.id, person.key).owner
    if app is None:
        raise BadRequest("app: the thread is idle, name who acts")
    try:
        if body.action == "send":
            engine.send_as(app, number.id, person.key, body.text)
        else:
            engine.routing.act(
                number, person, app, body.action,
                body.target_role, body.metadata, body.summary,
            )  # fmt: skip
    except Refused as exc:
        raise BadRequest(f"Meta would refuse: {exc}") from exc
    sim.pump.step()
    return _thread(sim, number.id, person.key)


def _thread(sim: Simulation, number_id: str, person: str) -> dict[str, Any]:
    found = sim.engine.routing.thread(number_id, person)
    return {"number": number_id, "customer": person, **found.record()}
