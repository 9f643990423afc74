"""What a business has reported of its advertisements."""

from typing import Any

from fastapi import APIRouter

from .state import Sim

router = APIRouter()


@router.get("/conversions")
async def conversions(sim: Sim) -> list[dict[str, Any]]:
    """All events that were received, oldest first; ``customer``: whose click."""
    return list(sim.engine.world.conversions)
