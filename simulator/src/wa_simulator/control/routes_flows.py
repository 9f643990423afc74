"""Flows as a person fills them in, as Meta judges them, as a phone asks them."""

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field

from ..delivery.flow_endpoint import exchange
from ..engine.errors import BadRequest
from ..engine.flows import rules
from .models import Strict
from .state import Sim, message_record

router = APIRouter()


class FlowAnswerBody(Strict):
    """``answers`` become the ``response_json``; ``token``: with the flow token."""

    answers: dict[str, Any] = Field(default_factory=dict)
    wamid: str | None = None
    token: bool = True


class FlowStatusBody(Strict):
    """What Meta decides about a flow."""

    status: Literal["DRAFT", "PUBLISHED", "DEPRECATED", "BLOCKED", "THROTTLED"]


class FlowExchangeBody(Strict):
    """What the phone asks the endpoint."""

    action: Literal["ping", "INIT", "BACK", "data_exchange"] = "ping"
    screen: str | None = None
    data: dict[str, Any] | None = None
    flow_token: str | None = None
    number: str | None = None


@router.get("/flows")
async def flows(sim: Sim) -> list[dict[str, Any]]:
    """All flows with their JSON."""
    return [flow.record() for flow in sim.engine.world.flows.values()]


@router.post("/flows/{key}/status")
async def set_status(sim: Sim, key: str, body: FlowStatusBody) -> dict[str, Any]:
    """Meta blocks, throttles or frees a flow; its webhook follows."""
    flow = sim.engine.flows.set_status(key, body.status)
    sim.pump.step()
    return flow.record()


@router.post("/customers/{key}/flows", status_code=201)
async def fill_in(
    sim: Sim, key: str, body: FlowAnswerBody | None = None
) -> dict[str, Any]:
    """A customer fills in the flow of a message (default: the last one) and sends."""
    body = body or FlowAnswerBody()
    engine = sim.engine
    given = engine.flows.answer(
        engine.customer(key), body.answers, body.wamid, with_token=body.token
    )
    message = engine.write(key, given)
    sim.pump.step()
    return message_record(sim, message)


@router.post("/flows/{key}/exchange")
async def ask_endpoint(sim: Sim, key: str, body: FlowExchangeBody) -> dict[str, Any]:
    """Ask a flow's endpoint as a phone does, encrypted and signed."""
    engine = sim.engine
    flow = engine.flows.find(key)
    number = engine.world.number_of(body.number)
    public_key = engine.world.business.number(number.id).public_key
    if not flow.endpoint_uri:
        raise BadRequest(f"flow {flow.id} has no endpoint_uri")
    if not public_key:
        raise BadRequest(
            f"number {number.id} has no public key: POST /{number.id}"
            "/whatsapp_business_encryption"
        )
    data = body.model_dump(exclude={"number"}, exclude_none=True)
    data["version"] = rules.read(flow.flow_json).get("data_api_version", "3.0")
    secret = engine.world.credentials.app_secret
    done = await exchange(flow.endpoint_uri, data, public_key, secret, sim.sender)
    engine.journal.add(
        "flow", flow=flow.id, url=flow.endpoint_uri, request=data,
        status=done.status, answer=done.answer, error=done.error,
    )  # fmt: skip
    return vars(done)
