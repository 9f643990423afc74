"""One connection: its socket and how it came in."""

import asyncio
import socket
import struct

#: Linux only; elsewhere the option does not exist and is not needed.
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)
LINGER_RESET = struct.pack("ii", 1, 0)

PLAIN = "plain"
TLS = "tls"
CONNECT = "connect"


def quick_ack(sock: socket.socket) -> None:
    """Acknowledge at once: clients with Nagle on would stall 40 ms per POST.

    The kernel forgets the option, so it is set again after each read.
    """
    if QUICKACK is None or sock.fileno() < 0:
        return
    try:
        sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
    except OSError:
        # The peer has gone; the next read says so.
        return


def reset_socket(sock: socket.socket) -> None:
    """Make the coming close a RST."""
    if sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RESET)


class Connection:
    """What faults and the journal know of a connection.

    :param listener: plain, tls or connect.
    :param host: of the CONNECT, else None.
    :param judged: refusing faults have judged it; true until its second call.
    """

    def __init__(
        self, sock: socket.socket, listener: str, host: str | None, *, judged: bool
    ) -> None:
        self.sock = sock
        self.listener = listener
        self.host = host
        self.judged = judged
        self.transport: asyncio.Transport | None = None

    def reset(self) -> None:
        """Reset it: the peer reads ECONNRESET."""
        reset_socket(self.sock)
        if self.transport is not None:
            self.transport.abort()

    def close(self) -> None:
        """Close it in order once what was written has left."""
        if self.transport is not None:
            self.transport.close()
