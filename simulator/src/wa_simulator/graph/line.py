"""The connection under a call, as far as faults need it."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

EXTENSION = "wa_simulator.line"


class Line(Protocol):
    """A connection.

    ``door``: plain, tls or connect.  ``judged``: the connection was already
    judged by refusing faults when it came in, and this is its first call.
    """

    door: str
    judged: bool

    def reset(self) -> None:
        """Reset it (RST), whatever was written before."""


class NoLine:
    """An in-process caller has no connection: a reset is an exception."""

    door = "in-process"
    judged = False

    def reset(self) -> None:
        """Raise what a reset looks like without a socket."""
        raise ConnectionResetError("reset by a fault of the simulator")


def line_of(request: Request) -> Line:
    """The connection of a request."""
    found: Line | None = request.scope.get("extensions", {}).get(EXTENSION)
    return found or NoLine()


class NoAnswer(Response):
    """Sends nothing and ends when the client goes away."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for the disconnect."""
        while (await receive())["type"] != "http.disconnect":
            pass
