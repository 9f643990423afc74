"""The Graph host and the download host, one Starlette application each."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..delivery.pump import Pump
from ..engine.engine import Engine
from ..engine.entities import Message
from ..engine.errors import Refused, Unsupported
from ..engine.media import DOWNLOAD_PATH
from ..faults import Answer, FaultBook, Fired, Hang
from ..faults.base import AFTER, BEFORE, Effect
from .hosts import META_HOSTS, bare_host
from .line import Line, NoAnswer, line_of
from .operations import Outcome, perform
from .render import auth_headers, error_body, status_of, unsupported_body
from .request import GraphCall, read_call

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


@dataclass
class Handled:
    """What came of a call, for the answer and the journal."""

    status: int = 0
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = ""
    message: Message | None = None
    fired: Fired = field(default_factory=Fired)
    lost: str | None = None


class GraphDoor:
    """Turns requests into engine calls; faults strike before or after."""

    def __init__(self, engine: Engine, faults: FaultBook, pump: Pump) -> None:
        self._engine = engine
        self._faults = faults
        self._pump = pump

    async def graph(self, request: Request) -> Response:
        """Any call to the Graph host."""
        return await self._serve(request, download=False)

    async def lookaside(self, request: Request) -> Response:
        """A download."""
        return await self._serve(request, download=True)

    async def _serve(self, request: Request, *, download: bool) -> Response:
        start = time.perf_counter()
        line = line_of(request)
        handled = Handled()
        try:
            call = await read_call(request, _base_url(request))
        except ClientDisconnect:
            return NoAnswer()
        except (HTTPException, Refused) as exc:
            call = GraphCall(
                request.method, request.headers.get("host", ""), request.url.path,
                request.url.path, None, {}, None,
            )  # fmt: skip
            self._refuse(handled, Refused(100, message=f"(#100) {exc}"))
        else:
            await self._handle(call, line, handled, download=download)
        self._journal(request, call, line, handled, start)
        return self._respond(line, handled)

    async def _handle(
        self, call: GraphCall, line: Line, handled: Handled, *, download: bool
    ) -> None:
        numbers = set(self._engine.world.numbers)
        handled.fired = self._faults.consult(
            call.matchable(numbers), connection_judged=line.judged
        )
        await self._delay(handled, BEFORE)
        if self._strike(handled, handled.fired.decisive(BEFORE)):
            return
        try:
            self._engine.authorise(call.token)
            if download:
                self._download(call, handled)
            else:
                self._done(handled, perform(self._engine, call))
        except Refused as exc:
            self._refuse(handled, exc)
        except Unsupported as exc:
            handled.status, handled.body = 501, unsupported_body(exc)
        await self._delay(handled, AFTER)
        self._strike(handled, handled.fired.decisive(AFTER))

    async def _delay(self, handled: Handled, phase: str) -> None:
        seconds = handled.fired.delays(phase)
        if seconds:
            await asyncio.sleep(seconds)

    def _strike(self, handled: Handled, effect: Effect | None) -> bool:
        """Let a fault replace the answer; whether one did."""
        if effect is None:
            return False
        handled.content, handled.headers = None, {}
        if isinstance(effect, Answer):
            refused = Refused(effect.code, effect.details)
            self._refuse(handled, refused, effect.http)
            handled.headers.update(dict(effect.headers))
        else:
            handled.lost = "hang" if isinstance(effect, Hang) else "reset"
            handled.status, handled.body = 0, None
        return True

    def _refuse(
        self, handled: Handled, refused: Refused, http: int | None = None
    ) -> None:
        handled.status = http or status_of(refused)
        handled.body = error_body(refused, self._engine.ids.trace())
        handled.headers.update(auth_headers(refused))

    def _done(self, handled: Handled, outcome: Outcome) -> None:
        handled.status, handled.body = 200, outcome.body
        handled.message = outcome.message

    def _download(self, call: GraphCall, handled: Handled) -> None:
        query = call.query
        media = self._engine.media.download(
            query.get("mid", ""), query.get("ext", ""), query.get("hash", "")
        )
        if media is None or call.method != "GET":
            handled.status, handled.content = 404, b""
            handled.content_type = "text/plain"
            return
        handled.status, handled.content = 200, media.content
        handled.content_type = media.mime_type

    def _journal(
        self,
        request: Request,
        call: GraphCall,
        line: Line,
        handled: Handled,
        start: float,
    ) -> None:
        message = handled.message
        content = handled.content
        self._engine.journal.add(
            "api",
            method=call.method,
            host=call.host,
            path=call.full_path,
            query=call.query,
            door=line.door,
            headers={
                key: request.headers[key]
                for key in ("authorization", "user-agent", "content-type")
                if key in request.headers
            },
            request=call.shown_body(),
            status=handled.status or None,
            answer=handled.body if content is None else {"bytes": len(content)},
            accepted=message is not None,
            wamid=message.wamid if message else None,
            faults=handled.fired.names,
            lost=handled.lost,
            duration_ms=round((time.perf_counter() - start) * 1000),
        )

    def _respond(self, line: Line, handled: Handled) -> Response:
        if handled.lost:
            self._answered(handled.message)
            if handled.lost == "reset":
                line.reset()
            return NoAnswer()
        if handled.content is not None:
            return Response(
                handled.content,
                handled.status,
                {**handled.headers, "content-type": handled.content_type},
            )
        response = JSONResponse(handled.body, handled.status, handled.headers)
        response.headers["facebook-api-version"] = "v23.0"
        response.headers["content-type"] = "application/json; charset=UTF-8"
        if handled.message is not None:
            response.background = BackgroundTask(self._after, handled.message)
        else:
            self._pump.wake()
        return response

    async def _after(self, message: Message) -> None:
        """Once the answer is out: Meta's statuses may follow."""
        self._answered(message)

    def _answered(self, message: Message | None) -> None:
        if message is not None:
            self._engine.answered(message)
        self._pump.wake()


def _base_url(request: Request) -> str | None:
    host = request.headers.get("host", "")
    if bare_host(host) in META_HOSTS:
        return None
    return f"{request.url.scheme}://{host}"


def make_graph(engine: Engine, faults: FaultBook, pump: Pump) -> Starlette:
    """The application: downloads under their path, the dialect everywhere else."""
    door = GraphDoor(engine, faults, pump)
    return Starlette(
        routes=[
            Route(DOWNLOAD_PATH, door.lookaside, methods=METHODS),
            Route("/{path:path}", door.graph, methods=METHODS),
        ]
    )
