"""Who may drive the simulator: by Host, by Origin and, when one is set, by token.

A web page must not (DNS rebinding, CSRF), nor anybody else on the machine or the
network who does not know the token.  HTTP and WebSocket are judged alike, before
a route sees them.
"""

import hmac
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..graph.hosts import bare_host

PREFIX = "/_sim"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TOKEN_HEADER = "x-sim-token"
TOKEN_COOKIE = "wa_sim_token"
TOKEN_QUERY = "token"
CONSOLE = f"{PREFIX}/console/"
#: Without token: no data and nothing to change (a probe, a public certificate,
#: files of the package).
OPEN = (f"{PREFIX}/readyz", f"{PREFIX}/ca.pem")
OPEN_BELOW = (CONSOLE,)
HOW = (
    f"the simulator was started with a control token: send it as {TOKEN_HEADER}, or "
    f"open {CONSOLE}?{TOKEN_QUERY}=…"
)
POLICY_VIOLATION = 1008


class Gate:
    """An ASGI application around the control application.

    :param hosts: names under which it may be called, besides loopback.
    :param token: asked for besides; None asks for none.
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], token: str | None = None
    ) -> None:
        self._app = app
        self._hosts = LOOPBACK | {host.lower() for host in hosts}
        self._token = token or None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """403 or 401 with words; a WebSocket is closed before it is accepted."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._foreign(headers)
        status = 403
        if refused is None and not self._knows(scope, headers):
            refused, status = HOW, 401
        entering = self._entering(scope) if refused is None else None
        if entering is not None:
            await entering(scope, receive, send)
        elif refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            answer = JSONResponse({"error": {"message": refused}}, status)
            await answer(scope, receive, send)

    def _foreign(self, headers: Headers) -> str | None:
        """Why these headers may not come in; None when they may."""
        authority = headers.get("host", "")
        host = bare_host(authority)
        if host not in self._hosts:
            return (
                f"Host '{host}' may not drive the simulator: expected one of "
                f"{', '.join(sorted(self._hosts))}; start with --allow-host {host}"
            )
        origin = headers.get("origin")
        if origin is not None and not _same(origin, authority):
            return f"Origin '{origin}' may not drive the simulator"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            mode = headers.get("sec-fetch-mode")
            if mode != "navigate":
                return f"another site may not drive the simulator ({mode})"
        return None

    def _knows(self, scope: Scope, headers: Headers) -> bool:
        """Whether the caller knows the token, or needs none for this."""
        if self._token is None:
            return True
        path = scope["path"]
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            if path in (*OPEN, PREFIX, "/") or path == CONSOLE.rstrip("/"):
                return True
            if path.startswith(OPEN_BELOW):
                return TOKEN_QUERY not in _query(scope) or self._is(_asked(scope))
        given = headers.get(TOKEN_HEADER) or _cookie(headers.get("cookie", ""))
        return self._is(given)

    def _is(self, given: str) -> bool:
        wanted = (self._token or "").encode()
        return hmac.compare_digest(given.encode("utf-8", "replace"), wanted)

    def _entering(self, scope: Scope) -> Response | None:
        """The console opened with the token: a cookie, and an address without it."""
        opened = scope["type"] == "http" and scope["path"] == CONSOLE
        if self._token is None or not opened or not _asked(scope):
            return None
        answer = RedirectResponse(CONSOLE, 303)
        answer.set_cookie(
            TOKEN_COOKIE, self._token, path=PREFIX, httponly=True, samesite="strict"
        )
        return answer


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"))


def _asked(scope: Scope) -> str:
    return _query(scope).get(TOKEN_QUERY, [""])[0]


def _cookie(text: str) -> str:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(text)
    except CookieError:
        return ""
    return jar[TOKEN_COOKIE].value if TOKEN_COOKIE in jar else ""


def _same(origin: str, authority: str) -> bool:
    """Whether a page of this origin came from this authority.

    A port that one of both leaves out is not compared: behind a front the Host has
    none.
    """
    try:
        page, here = urlsplit(origin), urlsplit(f"//{authority}")
        ports = {page.port, here.port} - {None}
    except ValueError:
        return False
    if page.scheme not in ("http", "https") or page.hostname is None:
        return False
    return page.hostname == here.hostname and len(ports) < 2
