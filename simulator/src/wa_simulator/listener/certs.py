"""The certificate authority of the interception."""

import os
import ssl
from pathlib import Path

import trustme

from ..graph.hosts import META_HOSTS

CA_FILE = "ca.pem"
KEY_FILE = "ca.key"
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class Authority:
    """Makes the server's certificate.

    :param state_dir: keeps the authority over restarts; None makes a new one.
    """

    def __init__(self, state_dir: Path | None, names: tuple[str, ...] = ()) -> None:
        self._ca = self._load(state_dir) if state_dir else trustme.CA()
        leaf = self._ca.issue_cert(*META_HOSTS, *LOCAL_NAMES, *names)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(self.context)
        self.context.set_alpn_protocols(["http/1.1"])

    @property
    def pem(self) -> bytes:
        """The authority's certificate, for REQUESTS_CA_BUNDLE and the like."""
        return self._ca.cert_pem.bytes()

    def _load(self, state_dir: Path) -> trustme.CA:
        state_dir.mkdir(parents=True, exist_ok=True)
        cert, key = state_dir / CA_FILE, state_dir / KEY_FILE
        if cert.exists() and key.exists():
            return trustme.CA.from_pem(cert.read_bytes(), key.read_bytes())
        made = trustme.CA()
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(made.private_key_pem.bytes())
        write_atomically(cert, made.cert_pem.bytes())
        return made


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader sees the old file or the whole new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink()
        raise
