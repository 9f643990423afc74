"""The event stream: one WebSocket tells a watcher everything that changes."""

import asyncio

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from .state import Simulation
from .watch import Watch

router = APIRouter()
#: Changes within this time go out together, seconds.
CALM = 0.1


async def _listen(socket: WebSocket) -> None:
    """Until the watcher leaves; what it says is not needed."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue


async def _tell(socket: WebSocket, sim: Simulation, watch: Watch) -> None:
    while True:
        changed = asyncio.ensure_future(sim.pump.changed())
        try:
            for frame in watch.frames():
                await socket.send_json(frame)
            await changed
        finally:
            changed.cancel()
        await asyncio.sleep(CALM)


@router.websocket("/events")
async def events(socket: WebSocket, since: int = 0, run: str | None = None) -> None:
    """Frames as JSON texts; ``since`` and ``run`` go on where a watcher was.

    Who may come in is judged by the gate, as on the rest of ``/_sim``.
    """
    await socket.accept()
    sim: Simulation = socket.app.state.simulation
    ends = [
        asyncio.ensure_future(_listen(socket)),
        asyncio.ensure_future(_tell(socket, sim, Watch(sim, since, run))),
    ]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    if socket.client_state is WebSocketState.CONNECTED:
        try:
            await socket.close()
        except (RuntimeError, WebSocketDisconnect):
            return
