"""A webhook receiver as cheap as can be, in a process of its own.

Prints its port; answers 200 to each POST and checks the signature of every
fiftieth; ``GET /count`` gives ``{"posts", "items", "checked", "wrong"}``.
"""

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httptools
import uvloop

CHECK_EVERY = 50
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Count:
    """What has come."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self.posts = self.items = self.checked = self.wrong = 0

    def take(self, body: bytes, signature: bytes) -> None:
        """One POST."""
        self.posts += 1
        self.items += body.count(b'"statuses":')
        if self.posts % CHECK_EVERY == 1:
            self.checked += 1
            digest = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
            self.wrong += signature != f"sha256={digest}".encode()

    def record(self) -> bytes:
        """As JSON."""
        kept = ("posts", "items", "checked", "wrong")
        return json.dumps({key: getattr(self, key) for key in kept}).encode()


class Receiver(asyncio.Protocol):
    """One connection."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._parser = httptools.HttpRequestParser(self)
        self._write: Callable[[bytes], None] = lambda data: None
        self._url = self._signature = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._signature, self._body = b"", b"", []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-hub-signature-256":
            self._signature = value

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._parser.get_method() == b"POST":
            self._count.take(b"".join(self._body), self._signature)
            self._write(OK)
            return
        parts = urlsplit(self._url.decode())
        challenge = parse_qs(parts.query).get("hub.challenge")
        body = challenge[0].encode() if challenge else self._count.record()
        self._write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def _run(secret: str) -> None:
    count = Count(secret)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(count), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(sys.argv[1]))
