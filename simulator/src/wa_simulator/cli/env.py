"""``wa-simulator env`` and ``readyz``: light, for containers and shells."""

import argparse
import hashlib
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

TIMEOUT = 5.0


def _get(url: str, path: str) -> bytes:
    """A control call that ignores the proxies of the environment.  OSError."""
    opener = build_opener(ProxyHandler({}))
    with opener.open(url.rstrip("/") + path, timeout=TIMEOUT) as answer:
        return bytes(answer.read())


def _silent(url: str, exc: Exception) -> int:
    reason = exc.reason if isinstance(exc, URLError) else exc
    sys.stderr.write(
        f"wa-simulator: {url} does not answer: {reason}. Start one with `wa-simulator "
        "serve`, or name it with --url or WA_SIM_URL.\n"
    )
    return 1


def readyz(args: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Ask a server whether it answers."""
    try:
        _get(args.url, "/_sim/readyz")
    except (OSError, ValueError) as exc:
        return _silent(args.url, exc)
    sys.stdout.write("ready\n")
    return 0


def run(args: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Print export lines; unpatched clients then reach the simulator."""
    try:
        pem = _get(args.url, "/_sim/ca.pem")
    except (OSError, ValueError) as exc:
        return _silent(args.url, exc)
    path = args.ca or _bundle_path(pem)
    try:
        _write(path, pem)
    except OSError as exc:
        sys.stderr.write(f"wa-simulator: cannot write {path}: {exc.strerror}\n")
        return 1
    for line in export_lines(args.url.rstrip("/"), path):
        sys.stdout.write(line + "\n")
    return 0


def _bundle_path(pem: bytes) -> Path:
    """A file per certificate authority, so that two simulators share none."""
    digest = hashlib.sha256(pem).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"wa-simulator-{os.getuid()}-{digest}.pem"


def _write(path: Path, content: bytes) -> None:
    """Write beside, then rename: a client that reads it sees the whole file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(path)


def export_lines(url: str, bundle: Path) -> list[str]:
    """The environment of a client's process.

    requests, httpx and urllib obey it; aiohttp and Node's fetch do not obey the
    proxy and need an alias of Meta's host names, or a base address.
    """
    values = {
        "HTTP_PROXY": url,
        "HTTPS_PROXY": url,
        "http_proxy": url,
        "https_proxy": url,
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
        "REQUESTS_CA_BUNDLE": str(bundle),
        "SSL_CERT_FILE": str(bundle),
        "CURL_CA_BUNDLE": str(bundle),
        "NODE_EXTRA_CA_CERTS": str(bundle),
    }
    return [f"export {key}={shlex.quote(value)}" for key, value in values.items()]
