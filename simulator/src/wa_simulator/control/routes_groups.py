"""Groups as people join and leave them, and as Meta suspends them."""

from typing import Any

from fastapi import APIRouter

from .models import Strict
from .state import Sim, Simulation

router = APIRouter()


class PersonBody(Strict):
    """Who joins or leaves; an unknown customer who joins is made."""

    customer: str


class SuspensionBody(Strict):
    """Whether Meta has suspended the group."""

    suspended: bool = True


def _record(sim: Simulation, group_id: str) -> dict[str, Any]:
    group = sim.engine.groups.find(group_id)
    held = sim.engine.world.group_messages.values()
    written = [m.record() for m in held if m.group_id == group.id]
    return {**group.record(), "messages": written}


@router.get("/groups")
async def groups(sim: Sim) -> list[dict[str, Any]]:
    """All groups with what the business wrote in them."""
    return [_record(sim, group_id) for group_id in sim.engine.world.groups]


@router.post("/groups/{group_id}/join")
async def join(sim: Sim, group_id: str, body: PersonBody) -> dict[str, Any]:
    """A customer opens the link: joins, or asks to."""
    group = sim.engine.groups.find(group_id)
    person = sim.engine.world.ensure_customer(body.customer, sim.engine.ids)
    request = sim.engine.groups.join(group, person)
    sim.pump.step()
    return {"join_request_id": request, "group": _record(sim, group.id)}


@router.post("/groups/{group_id}/leave")
async def leave(sim: Sim, group_id: str, body: PersonBody) -> dict[str, Any]:
    """A customer leaves, or takes a join request back."""
    group = sim.engine.groups.find(group_id)
    sim.engine.groups.leave(group, sim.engine.customer(body.customer))
    sim.pump.step()
    return _record(sim, group.id)


@router.post("/groups/{group_id}/suspension")
async def suspend(
    sim: Sim, group_id: str, body: SuspensionBody | None = None
) -> dict[str, Any]:
    """Meta suspends a group, or lets it go on."""
    group = sim.engine.groups.find(group_id)
    suspended = (body or SuspensionBody()).suspended
    sim.engine.groups.suspend(group, suspended=suspended)
    sim.pump.step()
    return _record(sim, group.id)
