"""Calls as the person on the other side makes and takes them."""

from typing import Any, Literal

from fastapi import APIRouter

from .models import Strict
from .state import Sim, message_record

router = APIRouter()


class CustomerCallBody(Strict):
    """``missed``: rings and ends at once; ``voicemail``: and leaves an audio."""

    to: str | None = None
    sdp: str | None = None
    deeplink_payload: str | None = None
    cta_payload: str | None = None
    missed: bool = False
    voicemail: bool = False


class CallActionBody(Strict):
    """Action of the person on a call."""

    action: Literal["accept", "reject", "hang_up"]


class CallPermissionBody(Strict):
    """The person's answer to a request for permission."""

    response: Literal["accept", "reject"] = "accept"
    permanent: bool = False
    to: str | None = None


class CallingBody(Strict):
    """Whether calls of a number are on."""

    status: Literal["ENABLED", "DISABLED"] = "ENABLED"


@router.post("/customers/{key}/calls", status_code=201)
async def call_business(
    sim: Sim, key: str, body: CustomerCallBody | None = None
) -> dict[str, Any]:
    """A customer calls; an unknown customer is made."""
    body = body or CustomerCallBody()
    given = body.model_dump(exclude={"missed", "voicemail"}, exclude_none=True)
    call = sim.engine.calls.call_business(key, given)
    if body.missed or body.voicemail:
        sim.engine.calls.act(call.id, "hang_up")
    if body.voicemail:
        sim.engine.calls.leave_voicemail(call)
    sim.pump.step()
    return call.record()


@router.get("/calls")
async def calls(sim: Sim) -> list[dict[str, Any]]:
    """All calls, oldest first."""
    return [call.record() for call in sim.engine.world.calls.values()]


@router.post("/calls/{call_id:path}/action")
async def act(sim: Sim, call_id: str, body: CallActionBody) -> dict[str, Any]:
    """The customer picks up, rejects or hangs up."""
    call = sim.engine.calls.act(call_id, body.action)
    sim.pump.step()
    return call.record()


@router.post("/customers/{key}/call-permission", status_code=201)
async def allow_calls(
    sim: Sim, key: str, body: CallPermissionBody | None = None
) -> dict[str, Any]:
    """The customer allows calls, or refuses; asked for or not."""
    body = body or CallPermissionBody()
    number = sim.engine.world.number_of(body.to)
    message = sim.engine.reply_to_call_request(
        key, number, body.response, permanent=body.permanent
    )
    sim.pump.step()
    return message_record(sim, message)


@router.put("/numbers/{number_id}/calling")
async def set_calling(
    sim: Sim, number_id: str, body: CallingBody | None = None
) -> dict[str, Any]:
    """Switch calls of a number on or off, as ``POST /{number}/settings`` does."""
    number = sim.engine.world.number_of(number_id)
    status = (body or CallingBody()).status
    sim.engine.set_number_settings(number, {"calling": {"status": status}})
    sim.pump.step()
    return sim.engine.management.numbers.settings_of(number)
