"""The command line: ``wa-simulator serve | readyz | env``."""

import argparse
import asyncio
import json
import logging
import os
import shlex
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from .config import ServeConfig, add_serve_flags, serve_config
from .server import Server, new_loop

BANNER = """\
============================================================
 wa-simulator: THIS IS A FAKE of the WhatsApp Cloud API.
 Not Meta, not WhatsApp. No message reaches any phone.
============================================================"""


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wa-simulator",
        description="A fake WhatsApp Cloud API for development and tests.",
        epilog="Each flag of serve can be given as WA_SIM_<FLAG>, e.g. WA_SIM_PORT.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the simulator")
    add_serve_flags(serve, env)
    url = env.get("WA_SIM_URL") or "http://127.0.0.1:4004"
    ready = commands.add_parser("readyz", help="exit 0 when a simulator answers")
    ready.add_argument("--url", default=url)
    exports = commands.add_parser("env", help="print what a client's process needs")
    exports.add_argument("--url", default=url)
    exports.add_argument(
        "--ca", type=Path, help="where to write the bundle (default: a temporary file)"
    )
    return parser


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _complain(text: str) -> int:
    sys.stderr.write(f"wa-simulator: {text}\n")
    return 1


async def _serve(config: ServeConfig) -> int:
    server = Server(config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        ready = await server.start()
    except OSError as exc:
        await server.stop()
        return _complain(
            f"cannot listen on {config.host}: {exc}. Choose another --port or "
            "--tls-port; 0 picks a free one."
        )
    _say(json.dumps(ready))
    await stop.wait()
    await server.stop()
    return 0


def serve(args: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    sys.stderr.write(BANNER + "\n")
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(_serve(serve_config(args)))


def _get(url: str, path: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=5) as client:
        return client.get(url.rstrip("/") + path).raise_for_status()


def readyz(args: argparse.Namespace) -> int:
    """Ask a server whether it answers."""
    try:
        _get(args.url, "/_sim/readyz")
    except httpx.HTTPError as exc:
        return _complain(f"{args.url} does not answer: {exc}")
    _say("ready")
    return 0


def env(args: argparse.Namespace) -> int:
    """Print export lines; unpatched clients then reach the simulator."""
    try:
        pem = _get(args.url, "/_sim/ca.pem").content
    except httpx.HTTPError as exc:
        return _complain(f"{args.url} does not answer: {exc}")
    path = args.ca or Path(tempfile.gettempdir()) / f"wa-simulator-{os.getuid()}.pem"
    path.write_bytes(pem)
    for line in export_lines(args.url.rstrip("/"), path):
        _say(line)
    return 0


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


COMMANDS = {"serve": serve, "readyz": readyz, "env": env}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    args = _parser(os.environ).parse_args(argv)
    return COMMANDS[args.command](args)


if __name__ == "__main__":
    sys.exit(main())
