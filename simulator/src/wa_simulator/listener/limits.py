"""How large a request may be, before anything reads it.

A body is counted as it comes, whatever its head promised; the first byte too many
ends it with 413, so no caller can fill the memory.
"""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..control.gate import PREFIX
from ..engine.journal import Journal

MB = 1024 * 1024
#: Meta takes 100 MB of media; a form around it needs room.
UPLOAD = 101 * MB
#: Everything else of the dialect is JSON; Meta's own webhooks stay below 3 MB.
JSON_BODY = 4 * MB
RAW_WEBHOOK = 3 * MB
#: Media as base64 inside JSON, imports of a world: the tester's own machine.
CONTROL = 160 * MB


@dataclass(frozen=True)
class Limit:
    """What holds for a request."""

    bytes: int
    what: str


def limit_of(path: str, content_type: str) -> Limit:
    """The limit of a request by path and kind."""
    if path == f"{PREFIX}/webhooks/raw":
        # The body is a string or an object inside JSON: room for its escapes.
        return Limit(2 * RAW_WEBHOOK, "a webhook is at most 3 MB")
    if path.startswith(f"{PREFIX}/"):
        return Limit(CONTROL, "a body of the control API is at most 160 MB")
    if content_type.partition(";")[0].strip().lower() in ("", "application/json"):
        return Limit(JSON_BODY, "a JSON body is at most 4 MB")
    return Limit(UPLOAD, "media are at most 100 MB")


class _Counted:
    """Receives until the limit; from there on the caller seems to have gone."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive = receive
        self._send = send
        self._left = most
        self.begun = False

    @property
    def over(self) -> bool:
        """Whether more came than is allowed."""
        return self._left < 0

    async def receive(self) -> Message:
        """The next piece, or the end."""
        if not self.over:
            message = await self._receive()
            self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.over else message

    async def send(self, message: Message) -> None:
        """The application's answer, unless the limit has ended the request."""
        if self.over and not self.begun:
            return
        self.begun = True
        await self._send(message)


class BodyLimit:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, journal: Journal) -> None:
        self._app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """413 with words, in Meta's envelope, for a body that is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = limit_of(scope["path"], headers.get("content-type", ""))
        if _promised(headers) > limit.bytes:
            await self._refuse(scope, receive, send, limit)
            return
        body = _Counted(receive, send, limit.bytes)
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.over:
                raise
        if body.over and not body.begun:
            await self._refuse(scope, receive, send, limit)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, limit: Limit
    ) -> None:
        words = f"The request body is too large: {limit.what}."
        self._journal.add(
            "refused",
            method=scope["method"],
            host=Headers(scope=scope).get("host"),
            path=scope["path"],
            status=413,
            error=words,
        )
        error = {"message": f"(#100) {words}", "type": "OAuthException", "code": 100}
        answer = JSONResponse({"error": error}, 413, {"connection": "close"})
        await answer(scope, receive, send)


def _promised(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isdigit() else 0
