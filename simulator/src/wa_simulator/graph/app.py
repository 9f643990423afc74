"""The Graph host and the download host, one Starlette application each."""

import asyncio
import time

from starlette.background import BackgroundTask
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..delivery.pump import Pump
from ..engine.engine import Engine
from ..engine.entities import Message
from ..engine.errors import Refused, Unsupported
from ..engine.messages.media import DOWNLOAD_PATH
from ..faults import FaultBook
from ..faults.base import AFTER, BEFORE
from .hosts import META_HOSTS, bare_host
from .line import CutAnswer, Line, NoAnswer, line_of
from .operations import perform
from .outcome import Outcome
from .outside import Outside
from .ranges import cut
from .render import (
    auth_headers,
    error_body,
    status_of,
    unsupported_body,
    usage_headers,
)
from .request import GraphCall, read_call
from .striking import Handled, strike

#: What the header says of a call without version.
NEWEST = 23.0
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


class GraphDoor:
    """Turns requests into engine calls; faults strike before or after."""

    def __init__(
        self, engine: Engine, faults: FaultBook, pump: Pump, outside: Outside
    ) -> None:
        self._engine = engine
        self._outside = outside
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
            return NoAnswer(line)
        except (MultiPartException, Refused) as exc:
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
        seen = call.matchable(self._engine.world, download=download)
        handled.version, handled.waba = call.version, seen.waba
        handled.fired = self._faults.consult(seen, connection_judged=line.judged)
        await self._delay(handled, BEFORE)
        if self._strike(handled, BEFORE):
            return
        try:
            if download:
                self._engine.authorise(call.token)
                self._download(call, handled)
            else:
                outcome = perform(self._engine, call)
                if outcome.proof is not None:
                    await self._outside.prove(outcome.proof.subscription)
                    outcome.proof.done()
                self._done(handled, outcome)
        except Refused as exc:
            self._refuse(handled, exc)
        except Unsupported as exc:
            handled.status, handled.body = 501, unsupported_body(exc)
        await self._early(handled)
        await self._delay(handled, AFTER)
        self._strike(handled, AFTER)

    async def _delay(self, handled: Handled, phase: str) -> None:
        seconds = handled.fired.delays(phase)
        if seconds:
            await asyncio.sleep(seconds)

    def _strike(self, handled: Handled, phase: str) -> bool:
        """Let a fault replace the answer; whether one did."""
        return strike(handled, handled.fired.decisive(phase), self._refuse)

    async def _early(self, handled: Handled) -> None:
        """Statuses that come before the answer, when a fault asks for it."""
        odd = handled.fired.odd
        if odd is None or not odd.early or handled.message is None:
            return
        self._answered(handled)
        made = self._pump.step()
        await self._pump.until(lambda: all(d.attempts for d in made), odd.early)

    def _refuse(
        self, handled: Handled, refused: Refused, http: int | None = None
    ) -> None:
        handled.status = http or status_of(refused, self._engine.settings)
        trace = self._engine.ids.trace()
        handled.body = error_body(refused, trace, handled.version)
        handled.headers.update(auth_headers(refused))
        handled.headers.update(usage_headers(refused, handled.waba))

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
        handled.status, handled.content, headers = cut(media.content, call.range)
        handled.headers.update(headers)
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
            self._answered(handled)
            if handled.lost == "reset":
                line.reset()
            return NoAnswer(line, handled.hold)
        response = self._response(handled)
        if handled.cut is not None:
            response = CutAnswer(line, response, handled.cut)
        if handled.message is not None:
            response.background = BackgroundTask(self._after, handled)
        else:
            self._pump.wake()
        return response

    def _response(self, handled: Handled) -> Response:
        if handled.content is not None:
            return Response(
                handled.content,
                handled.status,
                {**handled.headers, "content-type": handled.content_type},
            )
        response = JSONResponse(handled.body, handled.status, handled.headers)
        version = handled.version or NEWEST
        response.headers["facebook-api-version"] = f"v{version}"
        response.headers["content-type"] = "application/json; charset=UTF-8"
        return response

    async def _after(self, handled: Handled) -> None:
        """Once the answer is out: Meta's statuses may follow."""
        self._answered(handled)

    def _answered(self, handled: Handled) -> None:
        """Let the statuses follow, once: an early one does not follow again."""
        if handled.message is not None and not handled.told:
            handled.told = True
            links = self._engine.fetching(handled.message)
            if links:
                self._pump.spawn(self._fetch(handled, handled.message, links))
                return
            self._tell(handled, handled.message)
        self._pump.wake()

    async def _fetch(
        self, handled: Handled, message: Message, links: list[str]
    ) -> None:
        """Media by link are fetched after the answer, before the statuses."""
        await self._outside.fetch(message, links)
        self._tell(handled, message)
        self._pump.wake()

    def _tell(self, handled: Handled, message: Message) -> None:
        odd = handled.fired.odd
        self._engine.answered(message, odd.statuses if odd else None)


def _base_url(request: Request) -> str | None:
    host = request.headers.get("host", "")
    if bare_host(host) in META_HOSTS:
        return None
    return f"{request.url.scheme}://{host}"


class Graph:
    """The two routes as an ASGI application.

    A router with its middleware costs a fifth of a call and decides nothing here.
    """

    def __init__(self, door: GraphDoor) -> None:
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call."""
        request = Request(scope, receive, send)
        if request.method not in METHODS:
            response = Response(status_code=405, headers={"allow": ", ".join(METHODS)})
        elif scope["path"] == DOWNLOAD_PATH:
            response = await self._door.lookaside(request)
        else:
            response = await self._door.graph(request)
        await response(scope, receive, send)


def make_graph(
    engine: Engine, faults: FaultBook, pump: Pump, outside: Outside | None = None
) -> ASGIApp:
    """The application: downloads under their path, the dialect everywhere else.

    :param outside: proves callbacks and fetches media by link; without it callbacks
        are believed and links fail with 131053.
    """
    return Graph(GraphDoor(engine, faults, pump, outside or Outside(engine)))
