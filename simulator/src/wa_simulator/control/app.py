"""The control application: routes, errors as words, who may call."""

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.responses import Response

from ..engine.errors import BadRequest, NotFound
from ..graph.hosts import bare_host
from . import (
    routes_console,
    routes_events,
    routes_people,
    routes_webhooks,
    routes_world,
)
from .state import Simulation

PREFIX = "/_sim"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

Next = Callable[[Request], Awaitable[Response]]


def _words(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": {"message": message}}, status)


async def _bad_request(request: Request, exc: Exception) -> Response:
    return _words(str(exc), 400)


async def _not_found(request: Request, exc: Exception) -> Response:
    return _words(str(exc), 404)


async def _invalid(request: Request, exc: Exception) -> Response:
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    lines = []
    for error in errors:
        where = ".".join(str(part) for part in error["loc"])
        text = str(error["msg"]).removeprefix("Value error, ")
        got = "" if text.startswith("unknown key") else f", got {error['input']!r}"
        lines.append(f"{where}: {text}{got}")
    if not request.headers.get("content-type", "").startswith("application/json"):
        lines.append("expected Content-Type: application/json (curl --json)")
    return _words("; ".join(lines), 400)


class Gate:
    """Keeps web pages from driving the simulator (DNS rebinding, CSRF).

    :param hosts: names under which it may be called, besides loopback.
    """

    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    def refusal(self, headers: Headers) -> str | None:
        """Why these headers may not come in; None when they may."""
        host = bare_host(headers.get("host", ""))
        if host not in self._hosts:
            return (
                f"Host '{host}' may not drive the simulator: expected one of "
                f"{', '.join(sorted(self._hosts))}; start with --allow-host {host}"
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).hostname not in self._hosts:
            return f"Origin '{origin}' may not drive the simulator"
        return None

    async def __call__(self, request: Request, call_next: Next) -> Response:
        """403 with words for a foreign Host or Origin."""
        refused = self.refusal(request.headers)
        return _words(refused, 403) if refused else await call_next(request)


async def _wake(request: Request, call_next: Next) -> Response:
    """Whatever a control call changed is told to those who watch."""
    response = await call_next(request)
    if request.method not in ("GET", "HEAD"):
        simulation: Simulation = request.app.state.simulation
        simulation.pump.wake()
    return response


def make_control(simulation: Simulation, hosts: Iterable[str]) -> FastAPI:
    """The application, to be served under its full path."""
    app = FastAPI(
        title="wa-simulator control",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
    )
    app.state.simulation = simulation
    gate = Gate(hosts)
    app.state.gate = gate
    app.middleware("http")(_wake)
    app.middleware("http")(gate)
    app.add_exception_handler(BadRequest, _bad_request)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(RequestValidationError, _invalid)
    for module in (
        routes_world,
        routes_people,
        routes_webhooks,
        routes_console,
        routes_events,
    ):
        app.include_router(module.router, prefix=PREFIX)
    app.include_router(routes_console.root)
    return app
