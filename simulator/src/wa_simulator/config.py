"""Options of ``serve``: a flag, or ``WA_SIM_<FLAG>`` in the environment."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "WA_SIM_"
TRUE = ("1", "true", "yes", "on")
CLOCKS = ("real", "frozen")
FALSE = ("0", "false", "no", "off", "")


@dataclass(frozen=True)
class ServeConfig:
    """How to serve.  Port 0 picks one; ``tls_port`` None opens no TLS port."""

    host: str = "127.0.0.1"
    port: int = 0
    tls_port: int | None = None
    seed: int = 1
    clock: str = "real"
    state_dir: Path | None = None
    ready_file: Path | None = None
    realistic: bool = False
    allow_hosts: tuple[str, ...] = ()
    allow_callbacks: tuple[str, ...] = ()
    allow_fetch: tuple[str, ...] = ()
    control_token: str | None = None
    nonce: str | None = None


class Environment:
    """Reads defaults; a bad value is an error that names the variable."""

    def __init__(self, parser: argparse.ArgumentParser, env: Mapping[str, str]) -> None:
        self._parser = parser
        self._env = env

    def text(self, flag: str, default: str | None) -> str | None:
        """A string."""
        return self._env.get(self._name(flag)) or default

    def choice(self, flag: str, allowed: tuple[str, ...]) -> str:
        """One of a few words; the first one by default."""
        value = self._env.get(self._name(flag)) or allowed[0]
        if value not in allowed:
            expected = " or ".join(allowed)
            self._parser.error(
                f"{self._name(flag)}: expected {expected}, got '{value}'"
            )
        return value

    def whole(self, flag: str, default: int | None) -> int | None:
        """A whole number."""
        value = self._env.get(self._name(flag))
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            self._parser.error(
                f"{self._name(flag)}: expected a whole number, got '{value}'"
            )

    def switch(self, flag: str) -> bool:
        """A boolean."""
        value = self._env.get(self._name(flag), "").lower()
        if value not in (*TRUE, *FALSE):
            self._parser.error(f"{self._name(flag)}: expected 1 or 0, got '{value}'")
        return value in TRUE

    def names(self, flag: str) -> list[str]:
        """A list with commas."""
        value = self._env.get(self._name(flag), "")
        return [name.strip() for name in value.split(",") if name.strip()]

    def _name(self, flag: str) -> str:
        return PREFIX + flag.upper().replace("-", "_")


def add_serve_flags(parser: argparse.ArgumentParser, env: Mapping[str, str]) -> None:
    """The flags of ``serve`` with defaults out of the environment."""
    given = Environment(parser, env)
    parser.add_argument("--host", default=given.text("host", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=given.whole("port", 4004))
    parser.add_argument("--tls-port", type=int, default=given.whole("tls-port", None))
    parser.add_argument("--seed", type=int, default=given.whole("seed", 1))
    parser.add_argument(
        "--clock", choices=CLOCKS, default=given.choice("clock", CLOCKS)
    )
    parser.add_argument(
        "--state-dir", type=Path, default=given.text("state-dir", None),
        help="keeps the certificate authority (ca.pem) over restarts",
    )  # fmt: skip
    parser.add_argument(
        "--ready-file", type=Path, default=given.text("ready-file", None),
        help="gets the ready line, written atomically",
    )  # fmt: skip
    parser.add_argument(
        "--realistic", action="store_true", default=given.switch("realistic"),
        help="Meta's limits: 80 messages/s, pair limit, 24 h window",
    )  # fmt: skip
    parser.add_argument(
        "--allow-host", action="append", default=given.names("allow-host"),
        metavar="NAME", help="a name under which /_sim may be called",
    )  # fmt: skip
    parser.add_argument(
        "--allow-callbacks", action="append", default=given.names("allow-callbacks"),
        metavar="HOST", help="a public host that webhooks may go to",
    )  # fmt: skip
    parser.add_argument(
        "--allow-fetch", action="append", default=given.names("allow-fetch"),
        metavar="HOST", help="a public host that media by link may be fetched from",
    )  # fmt: skip
    parser.add_argument(
        "--control-token", default=given.text("control-token", None),
        metavar="SECRET", help="what callers of /_sim must send as X-Sim-Token",
    )  # fmt: skip


def serve_config(args: argparse.Namespace) -> ServeConfig:
    """The options as parsed.  Environment values pass the same types."""
    return ServeConfig(
        host=args.host,
        port=args.port,
        tls_port=args.tls_port,
        seed=args.seed,
        clock=args.clock,
        state_dir=args.state_dir,
        ready_file=args.ready_file,
        realistic=args.realistic,
        allow_hosts=tuple(args.allow_host),
        allow_callbacks=tuple(args.allow_callbacks),
        allow_fetch=tuple(args.allow_fetch),
        control_token=args.control_token,
    )
