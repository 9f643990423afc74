"""Calls an ASGI application without a connection."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp

from ..graph.connection import EXTENSION


class Lost(Exception):
    """There is no answer: ``refused``, ``reset`` or ``silent``."""


@dataclass
class Answered:
    """An answer; shorter than its content-length when it was torn."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class _Gone(Exception):
    """The application ended the connection."""


class _Line:
    """What a fault sees in the place of a connection."""

    listener = "in-process"
    judged = True

    def reset(self) -> None:
        raise Lost("reset")

    def close(self) -> None:
        raise _Gone


class _Exchange:
    """The two callables of ASGI.

    After the body an application that asks again waits for the client to leave.
    :param patient: such an application is one that watches beside its work (a
        middleware does); else it is a call that will never be answered.
    """

    def __init__(self, body: bytes, *, patient: bool) -> None:
        self._body: bytes | None = body
        self._patient = patient
        self._done = asyncio.Event()
        self.answer = Answered()

    async def receive(self) -> dict[str, Any]:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if self._patient:
            await self._done.wait()
        elif not self._done.is_set():
            raise Lost("silent")
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", [])
            ]
        else:
            self.answer.body += message.get("body", b"")
            if not message.get("more_body"):
                self._done.set()


async def ask(
    app: ASGIApp,
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    *,
    patient: bool = False,
) -> Answered:
    """One request.  Lost when a fault takes the answer away."""
    parts = urlsplit(url)
    exchange = _Exchange(body, patient=patient)
    sent = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
    if not any(name == b"host" for name, _ in sent):
        sent.append((b"host", parts.netloc.encode("ascii")))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme,
        "path": unquote(parts.path or "/"),
        "raw_path": (parts.path or "/").encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": sent,
        "server": (parts.hostname, parts.port or 443),
        "client": None,
        "extensions": {EXTENSION: _Line()},
        "state": {},
    }
    try:
        await app(scope, exchange.receive, exchange.send)
    except _Gone:
        return exchange.answer
    if not exchange.answer.status:
        raise Lost("silent")
    return exchange.answer
