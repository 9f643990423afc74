"""Which application answers: by host, by path, and what is refused."""

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..control.gate import LOOPBACK, PREFIX
from ..engine.journal import Journal
from ..graph.connection import EXTENSION
from ..graph.hosts import META_HOSTS, bare_host
from .connection import PLAIN
from .protocol import TARGET

#: Answers at once: what ``wa-simulator bench`` compares with.
EMPTY_PATH = PREFIX + "/empty"


class Router:
    """The root application.

    Meta's hosts reach the dialect only; ``/_sim`` is reached by the simulator's
    own names; a plain request through the proxy to any other host is refused and
    journalled.
    """

    def __init__(
        self, graph: ASGIApp, control: ASGIApp, journal: Journal, hosts: frozenset[str]
    ) -> None:
        self._graph = graph
        self._control = control
        self._journal = journal
        self._own = LOOPBACK | hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one request."""
        if scope["type"] == "websocket":
            await self._control(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        extensions: dict[str, Any] = scope.get("extensions", {})
        target = extensions.get(TARGET)
        host = self._host(scope, target)
        if target is not None and host not in META_HOSTS and host not in self._own:
            await self._refuse(scope, target)(scope, receive, send)
            return
        connection = extensions.get(EXTENSION)
        plain = connection is None or connection.listener == PLAIN
        ours = host not in META_HOSTS and (
            scope["path"].startswith(PREFIX + "/") or _asks_for_root(scope)
        )
        app = self._control if ours and plain else self._graph
        if app is self._control and scope["path"] == EMPTY_PATH:
            app = _empty
        await app(scope, receive, send)

    def _host(self, scope: Scope, target: str | None) -> str:
        if target is not None:
            return (urlsplit(target).hostname or "").lower()
        found = next((v for k, v in scope["headers"] if k == b"host"), b"")
        return bare_host(found.decode("latin-1"))

    def _refuse(self, scope: Scope, target: str) -> JSONResponse:
        parts = urlsplit(target)
        self._journal.add(
            "refused",
            method=scope["method"],
            host=parts.netloc,
            path=parts.path or "/",
            listener=PLAIN,
            status=403,
        )
        return JSONResponse({"error": {"message": refusal(parts.netloc)}}, 403)


async def _empty(scope: Scope, receive: Receive, send: Send) -> None:
    """No content, no application."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _asks_for_root(scope: Scope) -> bool:
    """A browser at the bare address; the dialect has nothing there."""
    return scope["path"] == "/" and scope["method"] in ("GET", "HEAD")


def refusal(host: str) -> str:
    """Why a host is not reached."""
    return (
        f"wa-simulator refuses {host}: it stands in for {', '.join(META_HOSTS)} only, "
        "nothing else leaves this machine"
    )
