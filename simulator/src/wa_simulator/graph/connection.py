"""The connection under a call, as far as faults need it."""

import asyncio
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EXTENSION = "wa_simulator.connection"


class Connection(Protocol):
    """A connection.

    ``listener``: plain, tls or connect.  ``judged``: the connection was already
    judged by refusing faults when it came in, and this is its first call.
    """

    listener: str
    judged: bool

    def reset(self) -> None:
        """Reset it (RST), whatever was written before."""

    def close(self) -> None:
        """Close it once what was written has left."""


class InProcessConnection:
    """An in-process caller has no connection: a reset is an exception."""

    listener = "in-process"
    judged = False

    def reset(self) -> None:
        """Raise what a reset looks like without a socket."""
        raise ConnectionResetError("reset by a fault of the simulator")

    def close(self) -> None:
        """Raise what a torn answer looks like without a socket."""
        raise ConnectionAbortedError("torn by a fault of the simulator")


def connection_of(request: Request) -> Connection:
    """The connection of a request."""
    found: Connection | None = request.scope.get("extensions", {}).get(EXTENSION)
    return found or InProcessConnection()


class NoAnswer(Response):
    """Sends nothing and ends when the client goes away.

    :param hold: seconds of wall time after which the connection is reset.
    """

    def __init__(self, connection: Connection, hold: float | None = None) -> None:
        super().__init__()
        self._connection = connection
        self._hold = hold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the disconnect."""
        try:
            async with asyncio.timeout(self._hold):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            self._connection.reset()


class TruncatedAnswer(Response):
    """Announces a whole answer, sends a share of it and closes."""

    def __init__(self, connection: Connection, whole: Response, share: float) -> None:
        super().__init__()
        self._connection = connection
        self._whole = whole
        self._share = share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The head tells the truth about the length; the end never comes."""
        body = bytes(self._whole.body)
        await send(
            {
                "type": "http.response.start",
                "status": self._whole.status_code,
                "headers": self._whole.raw_headers,
            }
        )
        part = body[: int(len(body) * self._share)]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        if self.background is not None:
            await self.background()
        self._connection.close()
        while (await receive())["type"] != "http.disconnect":
            pass
