"""The Graph host and the download host, one Starlette application each."""

import asyncio
import time

from starlette.background import BackgroundTask
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..delivery.pump import Pump
from ..engine.advice import AnsweredCall, of_call
from ..engine.engine import Engine
from ..engine.entities import Message
from ..engine.errors import Refused, Unsupported
from ..engine.messages.media import DOWNLOAD_PATH
from ..engine.versions import alive, served
from ..faults import FaultBook
from ..faults.base import AFTER, BEFORE
from .apply_fault import apply_fault
from .call_result import CallResult
from .connection import Connection, NoAnswer, TruncatedAnswer, connection_of
from .external_calls import ExternalCalls
from .hosts import META_HOSTS, PAGES, bare_host
from .operations import perform
from .pages import page
from .ranges import cut
from .render import (
    auth_headers,
    error_body,
    status_of,
    unsupported_body,
    usage_headers,
)
from .request import GraphCall, read_call

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


class GraphHandler:
    """Turns requests into engine calls; faults strike before or after."""

    def __init__(
        self, engine: Engine, faults: FaultBook, pump: Pump, external: ExternalCalls
    ) -> None:
        self._engine = engine
        self._external = external
        self._faults = faults
        self._pump = pump

    async def graph(self, request: Request) -> Response:
        """Any call to the Graph host."""
        return await self._serve(request, download=False)

    def page(self, request: Request) -> Response:
        """A page of Meta's documentation, journalled."""
        response = page(request, self._engine.clock.now())
        self._engine.journal.add(
            "page",
            method=request.method,
            host=request.headers.get("host", ""),
            path=request.url.path,
            status=response.status_code,
        )
        return response

    async def lookaside(self, request: Request) -> Response:
        """A download."""
        return await self._serve(request, download=True)

    async def _serve(self, request: Request, *, download: bool) -> Response:
        start = time.perf_counter()
        connection = connection_of(request)
        result = CallResult()
        try:
            call = await read_call(
                request,
                _base_url(request),
                json_by_type=self._engine.settings.json_needs_content_type,
            )
        except ClientDisconnect:
            return NoAnswer(connection)
        except (MultiPartException, Refused) as exc:
            call = GraphCall(
                request.method, request.headers.get("host", ""), request.url.path,
                request.url.path, None, {}, None,
            )  # fmt: skip
            self._refuse(result, Refused(100, message=f"(#100) {exc}"))
        else:
            await self._handle(call, connection, result, download=download)
        self._journal(request, call, connection, result, start)
        return self._respond(connection, result)

    async def _handle(
        self,
        call: GraphCall,
        connection: Connection,
        result: CallResult,
        *,
        download: bool,
    ) -> None:
        seen = call.matchable(self._engine.world, download=download)
        engine = self._engine
        call.version = served(call.asked, engine.clock.now(), engine.settings)
        result.version, result.waba = call.version, seen.waba
        result.fired = self._faults.consult(seen, connection_judged=connection.judged)
        await self._delay(result, BEFORE)
        if self._apply_fault(result, BEFORE):
            return
        try:
            if download:
                self._engine.authorise(call.token)
                self._download(call, result)
            else:
                await self._perform(call, result)
        except Refused as exc:
            self._refuse(result, exc)
        except Unsupported as exc:
            result.status, result.body = 501, unsupported_body(exc)
        await self._early(result)
        await self._delay(result, AFTER)
        self._apply_fault(result, AFTER)

    async def _delay(self, result: CallResult, phase: str) -> None:
        seconds = result.fired.delays(phase)
        if seconds:
            await asyncio.sleep(seconds)

    def _apply_fault(self, result: CallResult, phase: str) -> bool:
        """Let a fault replace the answer; whether one did."""
        return apply_fault(result, result.fired.decisive(phase), self._refuse)

    async def _early(self, result: CallResult) -> None:
        """Statuses that come before the answer, when a fault asks for it."""
        anomaly = result.fired.anomaly
        if anomaly is None or not anomaly.early or result.message is None:
            return
        self._answered(result)
        made = self._pump.step()
        await self._pump.until(lambda: all(d.attempts for d in made), anomaly.early)

    def _refuse(
        self, result: CallResult, refused: Refused, http: int | None = None
    ) -> None:
        result.status = http or status_of(refused, self._engine.settings)
        trace = self._engine.ids.trace()
        result.body = error_body(refused, trace, result.version)
        result.headers.update(auth_headers(refused))
        result.headers.update(usage_headers(refused, result.waba))

    async def _perform(self, call: GraphCall, result: CallResult) -> None:
        done = perform(self._engine, call)
        if done.verification is not None:
            await self._external.verify_callback(done.verification.subscription)
            done.verification.done()
        result.status, result.body = 200, done.body
        result.message = done.message

    def _download(self, call: GraphCall, result: CallResult) -> None:
        query = call.query
        media = self._engine.media.download(
            query.get("mid", ""), query.get("ext", ""), query.get("hash", "")
        )
        if media is None or call.method != "GET":
            result.status, result.content = 404, b""
            result.content_type = "text/plain"
            return
        result.status, result.content, headers = cut(media.content, call.range)
        result.headers.update(headers)
        result.content_type = media.mime_type

    def _journal(
        self,
        request: Request,
        call: GraphCall,
        connection: Connection,
        result: CallResult,
        start: float,
    ) -> None:
        message = result.message
        content = result.content
        self._engine.journal.add(
            "api",
            method=call.method,
            host=call.host,
            path=call.full_path,
            query=call.query,
            listener=connection.listener,
            headers={
                key: request.headers[key]
                for key in ("authorization", "user-agent", "content-type")
                if key in request.headers
            },
            request=call.shown_body(),
            status=result.status or None,
            answer=result.body if content is None else {"bytes": len(content)},
            accepted=message is not None,
            wamid=message.wamid if message else None,
            faults=result.fired.names,
            lost=result.lost,
            advice=self._advice(call, result),
            duration_ms=round((time.perf_counter() - start) * 1000),
        )

    def _advice(self, call: GraphCall, result: CallResult) -> list[str]:
        """Codes of what Meta would dislike about a call that passed."""
        if result.status != 200 or result.content is not None:
            return []
        edge = "/".join(call.parts[1:])
        asked = AnsweredCall(call.method, edge, call.asked, call.query, call.given)
        return of_call(asked, self._engine.clock.now())

    def _respond(self, connection: Connection, result: CallResult) -> Response:
        if result.lost:
            self._answered(result)
            if result.lost == "reset":
                connection.reset()
            return NoAnswer(connection, result.hold)
        response = self._response(result)
        if result.cut is not None:
            response = TruncatedAnswer(connection, response, result.cut)
        if result.message is not None:
            response.background = BackgroundTask(self._after, result)
        else:
            self._pump.wake()
        return response

    def _response(self, result: CallResult) -> Response:
        if result.content is not None:
            return Response(
                result.content,
                result.status,
                {**result.headers, "content-type": result.content_type},
            )
        response = JSONResponse(result.body, result.status, result.headers)
        newest = alive(self._engine.clock.now())[0].number
        response.headers["facebook-api-version"] = f"v{result.version or newest}"
        response.headers["content-type"] = "application/json; charset=UTF-8"
        return response

    async def _after(self, result: CallResult) -> None:
        """Once the answer is out: Meta's statuses may follow."""
        self._answered(result)

    def _answered(self, result: CallResult) -> None:
        """Let the statuses follow, once: an early one does not follow again."""
        if result.message is not None and not result.answered:
            result.answered = True
            links = self._engine.fetching(result.message)
            if links:
                self._pump.spawn(self._fetch(result, result.message, links))
                return
            self._tell(result, result.message)
        self._pump.wake()

    async def _fetch(
        self, result: CallResult, message: Message, links: list[str]
    ) -> None:
        """Media by link are fetched after the answer, before the statuses."""
        await self._external.fetch(message, links)
        self._tell(result, message)
        self._pump.wake()

    def _tell(self, result: CallResult, message: Message) -> None:
        anomaly = result.fired.anomaly
        self._engine.answered(message, anomaly.statuses if anomaly else None)


def _base_url(request: Request) -> str | None:
    host = request.headers.get("host", "")
    if bare_host(host) in META_HOSTS:
        return None
    return f"{request.url.scheme}://{host}"


class Graph:
    """The three routes as an ASGI application.

    A router with its middleware costs a fifth of a call and decides nothing here.
    """

    def __init__(self, handler: GraphHandler) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One call."""
        request = Request(scope, receive, send)
        if request.method not in METHODS:
            response = Response(status_code=405, headers={"allow": ", ".join(METHODS)})
        elif scope["path"] == DOWNLOAD_PATH:
            response = await self._handler.lookaside(request)
        elif META_HOSTS.get(bare_host(request.headers.get("host", ""))) == PAGES:
            response = self._handler.page(request)
        else:
            response = await self._handler.graph(request)
        await response(scope, receive, send)


def make_graph(
    engine: Engine, faults: FaultBook, pump: Pump, external: ExternalCalls | None = None
) -> ASGIApp:
    """The application: downloads under their path, the dialect everywhere else.

    :param external: verifies callbacks and fetches media by link; without it callbacks
        are believed and links fail with 131053.
    """
    return Graph(GraphHandler(engine, faults, pump, external or ExternalCalls(engine)))
