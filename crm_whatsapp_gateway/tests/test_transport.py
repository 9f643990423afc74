"""Certain or uncertain, on real sockets and on three doors.

Plain, TLS and TLS behind a CONNECT proxy: the exception for one and the same fault
differs between them, and between versions of requests and urllib3.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3 import exceptions as urllib3_exceptions

from odoo.tests import BaseCase, common, tagged

from ..tools import transport

TIMEOUT = (2, 1)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
GOOD = b'{"messages": [{"id": "wamid.X"}]}'


def _ok(body):
    return OK % (len(body), body)


# What the server does after it has read the request: bytes it writes before it
# closes, None to write nothing and hang, "reset" for a TCP reset.
AFTER_REQUEST = {
    "accepted": (_ok(GOOD), True, True),
    "error status": (
        b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}",
        True,
        False,
    ),
    "error status, no JSON": (
        b"HTTP/1.1 502 X\r\nContent-Length: 4\r\n\r\n<ht>",
        True,
        False,
    ),
    "error status, cut off": (
        b"HTTP/1.1 500 X\r\nContent-Length: 400\r\n\r\n{",
        True,
        False,
    ),
    "redirect": (
        b"HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        True,
        False,
    ),
    "2xx, no JSON": (_ok(b"<html>"), False, False),
    "2xx, a list": (_ok(b"[]"), False, False),
    "2xx, cut off": (b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{", False, False),
    "closed": (b"", False, False),
    "garbage": (b"\x00\x01\x02 nonsense\r\n\r\n", False, False),
    "hang": (None, False, False),
    "reset": ("reset", False, False),
}


class Server:
    """Reads requests and does to each what it is told; optionally TLS or a proxy."""

    def __init__(self, behaviour, context=None, connect=False, tunnel=True):
        self.behaviour = behaviour
        self.context = context
        self.connect = connect
        self.tunnel = tunnel
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.released = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_exc):
        self.released.set()
        self.listener.close()
        self.thread.join(5)

    def _serve(self):
        # A client that goes away, and our own closing of the listener, are expected.
        with contextlib.suppress(OSError):
            raw, _peer = self.listener.accept()
            with raw:
                raw.settimeout(5)
                self._talk(raw)

    def _talk(self, raw):
        if self.connect:
            self._read(raw)
            if not self.tunnel:
                raw.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            raw.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer = self.context.wrap_socket(raw, server_side=True) if self.context else raw
        self._read(peer)
        if self.behaviour is None:
            self.released.wait(10)
        elif self.behaviour == "reset":
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            peer.close()
        else:
            peer.sendall(self.behaviour)
            peer.close()

    def _read(self, peer):
        """Read one request, headers and body."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = peer.recv(65536)
            if not part:
                return
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += peer.recv(65536)


def _certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority; (context, CA file)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    ca_file = Path(folder, "ca.pem")
    ca_file.write_bytes(certificate.public_bytes(pem))
    key_file = Path(folder, "key.pem")
    key_file.write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    return context, str(ca_file)


@tagged("post_install", "-at_install")
class TestTransport(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.context, cls.ca_file = _certificate(folder.name)

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # As it is outside of tests, timeouts too: every host here is this machine.
        return common._super_send(session, request, **options)

    def post(self, url, proxies=None):
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self.ca_file
            return transport.post(
                session, url, "secret-token", TIMEOUT, json={"a": 1}, proxies=proxies
            )

    def _doors(self, behaviour):
        """(name, server, address, proxies) of each door."""
        plain = Server(behaviour)
        yield "plain", plain, f"http://127.0.0.1:{plain.port}/", {}
        tls = Server(behaviour, self.context)
        yield "tls", tls, f"https://127.0.0.1:{tls.port}/", {}
        proxy = Server(behaviour, self.context, connect=True)
        address = f"http://127.0.0.1:{proxy.port}"
        yield "connect", proxy, "https://127.0.0.1:9/", {"https": address}

    def test_after_the_request_was_sent(self):
        for name, (behaviour, certain, accepted) in AFTER_REQUEST.items():
            for door, server, url, proxies in self._doors(behaviour):
                with self.subTest(fault=name, door=door), server:
                    answer = self.post(url, proxies)
                    self.assertEqual(answer.certain, certain, answer)
                    self.assertEqual(answer.accepted, accepted, answer)
                    self.assertNotIn("secret-token", repr(answer))

    def test_before_the_request_was_sent(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        cases = {
            "refused": (f"http://127.0.0.1:{port}/", {}),
            "refused, tls": (f"https://127.0.0.1:{port}/", {}),
            "no such host": ("http://nowhere.invalid/", {}),
            "proxy refused": (
                "https://127.0.0.1:9/",
                {"https": f"http://127.0.0.1:{port}"},
            ),
            "no address": ("nonsense", {}),
        }
        for name, (url, proxies) in cases.items():
            with self.subTest(name):
                answer = self.post(url, proxies)
                self.assertTrue(answer.certain, answer)
                self.assertFalse(answer.accepted)
                self.assertIsNone(answer.status)

    def test_certificate_nobody_knows_is_certain(self):
        with tempfile.TemporaryDirectory() as folder:
            context, _ca_file = _certificate(folder)
            for connect in (False, True):
                server = Server(_ok(GOOD), context, connect=connect)
                url = f"https://127.0.0.1:{server.port}/"
                proxies = {}
                if connect:
                    proxies = {"https": f"http://127.0.0.1:{server.port}"}
                    url = "https://127.0.0.1:9/"
                with self.subTest(connect=connect), server:
                    answer = self.post(url, proxies)
                    self.assertTrue(answer.certain, answer)
                    self.assertFalse(answer.accepted)

    def test_tunnel_that_a_proxy_refuses_is_certain(self):
        with Server(b"", connect=True, tunnel=False) as server:
            answer = self.post(
                "https://127.0.0.1:9/", {"https": f"http://127.0.0.1:{server.port}"}
            )
        self.assertTrue(answer.certain, answer)

    def test_exceptions_that_depend_on_timing(self):
        """As they were measured: which one comes depends on when the peer closes."""
        closed = http.client.RemoteDisconnected("closed")
        refused = urllib3_exceptions.NewConnectionError(None, "refused")
        unknown = ssl.SSLCertVerificationError("unknown authority")
        urllib3_error = urllib3_exceptions
        cases = (
            ("TLS", requests.exceptions.SSLError, ssl.SSLEOFError("EOF"), False),
            ("TLS, certificate", requests.exceptions.SSLError, unknown, True),
            (
                "proxy, after the request",
                requests.exceptions.ProxyError,
                urllib3_error.ProxyError("Cannot connect to proxy.", closed),
                False,
            ),
            (
                "proxy, not reached",
                requests.exceptions.ProxyError,
                urllib3_error.ProxyError("Cannot connect to proxy.", refused),
                True,
            ),
            (
                "proxy, no tunnel",
                requests.exceptions.ProxyError,
                urllib3_error.ProxyError(
                    "Cannot connect to proxy.",
                    OSError("Tunnel connection failed: 403 Forbidden"),
                ),
                True,
            ),
            (
                "connecting",
                requests.exceptions.ConnectTimeout,
                urllib3_error.ConnectTimeoutError(None, "timed out"),
                True,
            ),
        )
        for name, outer, cause, certain in cases:
            with self.subTest(name):
                error = outer(urllib3_error.MaxRetryError(None, "/", cause))
                self.assertEqual(transport.is_certain(error), certain)

    def test_retry_after_is_read(self):
        head = b"HTTP/1.1 429 X\r\nRetry-After: %s\r\nContent-Length: 2\r\n\r\n{}"
        for text, seconds in ((b"7", 7), (b"soon", 0), (b"-1", 0)):
            with self.subTest(text=text), Server(head % text) as server:
                answer = self.post(f"http://127.0.0.1:{server.port}/")
                self.assertEqual(answer.retry_after, seconds)
