"""The control application: routes, errors as words, who may call."""

import reprlib
from collections.abc import Awaitable, Callable, Iterable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from ..engine.errors import BadRequest, NotFound
from ..engine.journal import hide
from . import (
    routes_calls,
    routes_console,
    routes_conversions,
    routes_events,
    routes_flows,
    routes_groups,
    routes_people,
    routes_routing,
    routes_state,
    routes_templates,
    routes_traffic,
    routes_webhooks,
    routes_world,
)
from .gate import PREFIX, Gate
from .state import Simulation

Next = Callable[[Request], Awaitable[Response]]


def _words(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": {"message": hide(message)}}, status)


async def _bad_request(request: Request, exc: Exception) -> Response:
    return _words(str(exc), 400)


async def _not_found(request: Request, exc: Exception) -> Response:
    return _words(str(exc), 404)


async def _http(request: Request, exc: Exception) -> Response:
    """Unknown paths and methods, and bodies that are no form."""
    if not isinstance(exc, HTTPException):
        raise exc
    words = f"{request.method} {request.url.path}: {exc.detail}"
    answer = _words(words, exc.status_code)
    answer.headers.update(exc.headers or {})
    return answer


async def _invalid(request: Request, exc: Exception) -> Response:
    errors = exc.errors() if isinstance(exc, RequestValidationError) else []
    lines = []
    for error in errors:
        where = ".".join(str(part) for part in error["loc"])
        text = str(error["msg"]).removeprefix("Value error, ")
        shown = reprlib.repr(error["input"])
        got = "" if text.startswith("unknown key") else f", got {shown}"
        lines.append(f"{where}: {text}{got}")
    if not request.headers.get("content-type", "").startswith("application/json"):
        lines.append("expected Content-Type: application/json (curl --json)")
    return _words("; ".join(lines), 400)


async def _wake(request: Request, call_next: Next) -> Response:
    """Whatever a control call changed is told to those who watch."""
    response = await call_next(request)
    if request.method not in ("GET", "HEAD"):
        simulation: Simulation = request.app.state.simulation
        simulation.pump.wake()
    return response


def make_control(
    simulation: Simulation, hosts: Iterable[str], token: str | None = None
) -> FastAPI:
    """The application, to be served under its full path.

    :param token: what a caller must know besides; see ``gate``.
    """
    app = FastAPI(
        title="wa-simulator control",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
    )
    app.state.simulation = simulation
    app.middleware("http")(_wake)
    app.add_middleware(Gate, hosts=hosts, token=token)
    app.add_exception_handler(BadRequest, _bad_request)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for module in (
        routes_world,
        routes_people,
        routes_calls,
        routes_routing,
        routes_flows,
        routes_groups,
        routes_conversions,
        routes_traffic,
        routes_state,
        routes_templates,
        routes_webhooks,
        routes_console,
        routes_events,
    ):
        app.include_router(module.router, prefix=PREFIX)
    app.include_router(routes_console.root)
    return app
