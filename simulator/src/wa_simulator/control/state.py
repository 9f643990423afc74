"""What the routes work on."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from ..delivery.pump import Pump
from ..delivery.queue import DeliveryQueue
from ..delivery.sender import Sender
from ..engine.engine import Engine
from ..engine.entities import INBOUND, Message
from ..faults import FaultBook


@dataclass
class Simulation:
    """One running simulator.  ``addresses`` are known once it listens."""

    engine: Engine
    faults: FaultBook
    queue: DeliveryQueue
    pump: Pump
    sender: Sender
    ca_pem: bytes
    addresses: dict[str, Any] = field(default_factory=dict)


async def simulation(request: Request) -> Simulation:
    """The simulation of the application."""
    found: Simulation = request.app.state.simulation
    return found


Sim = Annotated[Simulation, Depends(simulation)]


def message_record(sim: Simulation, message: Message) -> dict[str, Any]:
    """A message as the control API shows it.

    ``direction`` is the business's view: inbound comes from a customer.
    """
    world = sim.engine.world
    number = world.numbers[message.number_id]
    customer = world.customers.get(message.customer)
    person = message.customer
    inbound = message.direction == INBOUND
    return {
        "seq": message.seq,
        "wamid": message.wamid,
        "direction": message.direction,
        "number": number.id,
        "customer": person,
        "from": person if inbound else number.display,
        "to": number.display if inbound else person,
        "name": customer.name if customer else None,
        "type": message.type,
        "text": message.text,
        "payload": message.payload,
        "context": message.context,
        "biz_opaque_callback_data": message.opaque,
        "status": message.status,
        "statuses": message.statuses,
        "read_by_business": message.read_by_business,
        "timestamp": int(message.created),
    }


def messages(sim: Simulation) -> list[dict[str, Any]]:
    """All messages, oldest first."""
    return [message_record(sim, m) for m in sim.engine.world.messages.values()]
