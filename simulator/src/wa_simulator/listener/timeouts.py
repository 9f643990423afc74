"""How long a peer may take, and how much head it may send.

Without it one idle socket per open request would be held for good (slow loris).
"""

import asyncio
from collections.abc import Callable

#: From the connection to its first byte, seconds.
IDLE_SECONDS = 60.0
#: From the first byte of a request to the end of its head, seconds.
HEAD_SECONDS = 10.0
#: Between two pieces of a body, seconds.
BODY_SECONDS = 30.0
#: Request line and headers together; common servers allow 8 to 64 KiB.
HEAD_BYTES = 64 * 1024
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


class ConnectionTimeouts:
    """Watches one connection.

    :param give_up: gets the answer to write before the connection is cut.
    :param paused: whether it is us who do not read: then the peer is not late.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        give_up: Callable[[bytes], None],
        paused: Callable[[], bool],
        head_seconds: float = HEAD_SECONDS,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._loop = loop
        self._give_up = give_up
        self._paused = paused
        self._head_seconds = head_seconds
        self._body_seconds = body_seconds
        self._alarm: asyncio.TimerHandle | None = None
        self._in_head = True
        self._idle = False
        self._head_bytes = 0

    def begin(self) -> None:
        """The connection is there; a pool may hold it for a while unused."""
        self._set(IDLE_SECONDS)
        self._idle = True

    def received(self, count: int) -> None:
        """Bytes came: a head's time runs on, a body's begins anew."""
        if not self._in_head:
            self._set(self._body_seconds)
            return
        if self._idle:
            self.stop()
            self._idle = False
        self._head_bytes += count
        if self._alarm is None:
            self._set(self._head_seconds)

    def judge(self) -> bool:
        """After parsing: whether the head, if it goes on, is still small enough."""
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self.stop()
            self._give_up(LARGE)
            return False
        return True

    def head_ended(self) -> None:
        """The body begins."""
        self._in_head = False
        self._head_bytes = 0
        self._set(self._body_seconds)

    def message_ended(self) -> None:
        """The request is complete; the next one begins with a head."""
        self._in_head = True
        self._head_bytes = 0
        self.stop()

    def stop(self) -> None:
        """Nothing is waited for."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _set(self, seconds: float) -> None:
        self.stop()
        self._alarm = self._loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._alarm = None
        if self._paused():
            self._set(self._body_seconds)
            return
        self._give_up(LATE)
