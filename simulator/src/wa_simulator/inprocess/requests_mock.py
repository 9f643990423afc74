"""``requests`` answered in-process, through the library ``responses``."""

import re
from typing import Any

import requests
import responses
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from ..graph.hosts import META_HOSTS
from .asgi import Answered, Lost
from .simulator import InProcess

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)")
META = re.compile(
    rf"https?://({'|'.join(map(re.escape, META_HOSTS))})(:\d+)?(/|$)", re.IGNORECASE
)


def body_of(request: requests.PreparedRequest) -> bytes:
    """A request's body, whatever ``requests`` took: bytes, text, a file, a
    generator, an encoder of requests-toolbelt (it is iterable only by ``read``)."""
    body: Any = request.body
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return b"".join(part.encode() if isinstance(part, str) else part for part in body)


def lost_connection(url: str, lost: Lost) -> requests.RequestException:
    """What ``requests`` raises on a connection to Meta that ends this way."""
    host = url.split("/")[2]
    how = str(lost)
    if how == "silent":
        return requests.ReadTimeout(f"{host}: Read timed out. (a fault in-process)")
    if how == "refused":
        pool = HTTPSConnectionPool(host)
        reason = NewConnectionError(
            HTTPSConnection(host), "[Errno 111] Connection refused"
        )
        return requests.ConnectionError(MaxRetryError(pool, url, reason))
    cause = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(ProtocolError("Connection aborted.", cause))


class RequestsMock:
    """Intercepts Meta's hosts while it is started.

    Loopback passes; any other host raises ``requests.ConnectionError``.
    """

    def __init__(self, simulator: InProcess) -> None:
        self._simulator = simulator
        self.mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._rules = [
            responses.CallbackResponse(method, META, callback=self._callback)
            for method in METHODS
        ]
        for rule in self._rules:
            self.mock.add(rule)
        self.mock.add_passthru(LOOPBACK)

    def start(self) -> None:
        """Begin to intercept."""
        self.mock.start()

    def stop(self) -> None:
        """Let the world through again."""
        self.mock.stop()

    def _callback(
        self, request: requests.PreparedRequest
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        # The library remembers every call with its body; nobody reads it here.
        self.mock.calls.reset()
        for rule in self._rules:
            rule.calls.reset()
        got = self._answer(request)
        # A HEAD says how long the body would be and brings none.
        return got.status, got.headers, b"" if request.method == "HEAD" else got.body

    def _answer(self, request: requests.PreparedRequest) -> Answered:
        url = str(request.url)
        try:
            return self._simulator.graph(
                str(request.method), url, list(request.headers.items()),
                body_of(request),
            )  # fmt: skip
        except Lost as lost:
            raise lost_connection(url, lost) from lost
