"""Review, quality and pacing of templates; the state of numbers."""

from typing import Any, Literal

from fastapi import APIRouter

from ..engine.entities import Template
from ..engine.errors import NotFound
from ..engine.nearest import nearest
from .models import Strict
from .state import Sim, Simulation

router = APIRouter()


class ReviewBody(Strict):
    """``event`` as in Meta's webhook: APPROVED, REJECTED, PAUSED, DISABLED…"""

    event: str
    reason: str | None = None


class QualityBody(Strict):
    """GREEN, YELLOW, RED or UNKNOWN."""

    score: str


class CategoryBody(Strict):
    """Where Meta files the template now."""

    category: str


class PacingBody(Strict):
    """``hold`` begins; ``release`` sends what is held, ``drop`` fails it (132015)."""

    state: Literal["hold", "release", "drop"]


class NumberStateBody(Strict):
    """What Graph shows of a number, and whether it can send."""

    status: (
        Literal[
            "CONNECTED", "DISCONNECTED", "UNVERIFIED", "FLAGGED", "RESTRICTED", "BANNED"
        ]
        | None
    ) = None
    verified: bool | None = None
    quality: Literal["GREEN", "YELLOW", "RED", "UNKNOWN"] | None = None
    limit: str | None = None
    name_status: str | None = None
    account_mode: Literal["LIVE", "SANDBOX"] | None = None


def _template(sim: Simulation, key: str) -> Template:
    """By id, or by name when there is one of that name."""
    held = sim.engine.world.templates
    named = [t for t in held.values() if t.name == key]
    if key in held:
        return held[key]
    if len(named) == 1:
        return named[0]
    if named:
        rows = ", ".join(f"{t.id} ({t.language})" for t in named)
        raise NotFound(f"there are several templates '{key}'; name one by id: {rows}")
    names = [t.name for t in held.values()]
    close = nearest(key, [*held, *names])
    hint = (
        f"nearest '{close}'" if close else f"there are {', '.join(sorted(set(names)))}"
    )
    raise NotFound(f"there is no template '{key}'; {hint}")


@router.get("/templates")
async def templates(sim: Sim) -> list[dict[str, Any]]:
    """All templates with what review and quality have left on them."""
    desk = sim.engine.management.templates
    return [desk.record(t) for t in sim.engine.world.templates.values()]


@router.post("/templates/{key}/review")
async def review(sim: Sim, key: str, body: ReviewBody) -> dict[str, Any]:
    """Something happens to a template; its webhook follows."""
    template = _template(sim, key)
    done = sim.engine.management.templates.happen(template.id, body.event, body.reason)
    sim.pump.wake()
    return done


@router.post("/templates/{key}/quality")
async def quality(sim: Sim, key: str, body: QualityBody) -> dict[str, Any]:
    """A new quality score; its webhook follows."""
    template = _template(sim, key)
    done = sim.engine.management.templates.set_quality(template.id, body.score)
    sim.pump.wake()
    return done


@router.post("/templates/{key}/category")
async def category(sim: Sim, key: str, body: CategoryBody) -> dict[str, Any]:
    """Another category; its webhook follows."""
    template = _template(sim, key)
    done = sim.engine.management.templates.set_category(template.id, body.category)
    sim.pump.wake()
    return done


@router.post("/templates/{key}/pacing")
async def pacing(sim: Sim, key: str, body: PacingBody) -> dict[str, Any]:
    """Hold what is sent with a template; release or drop it later."""
    template = _template(sim, key)
    desk = sim.engine.management.pacing
    if body.state == "hold":
        return desk.hold(template.id)
    done = desk.end(template.id, body.state)
    sim.pump.wake()
    return done


@router.get("/numbers")
async def numbers(sim: Sim) -> list[dict[str, Any]]:
    """All numbers with registration, PIN and the code of the last request."""
    return [_number(sim, number_id) for number_id in sim.engine.world.numbers]


@router.patch("/numbers/{number_id}")
async def set_number(sim: Sim, number_id: str, body: NumberStateBody) -> dict[str, Any]:
    """Change a number's state by hand."""
    number = sim.engine.world.number_of(number_id)
    state = sim.engine.world.business.number(number.id)
    for name, value in body.model_dump(exclude_none=True).items():
        setattr(state, name, value)
    return _number(sim, number.id)


def _number(sim: Simulation, number_id: str) -> dict[str, Any]:
    number = sim.engine.world.numbers[number_id]
    return {**vars(number), "state": vars(sim.engine.world.business.number(number_id))}
