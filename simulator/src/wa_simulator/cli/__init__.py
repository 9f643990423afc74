"""The command line.  Each sub-command's module is loaded when it is asked for.

``serve`` needs the web framework, the testers' commands need the client, ``env`` and
``readyz`` need neither: nobody waits for what he does not use.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from ..config import add_serve_flags
from .flags import HELP, add_commands

#: Sub-command -> module and function.
MODULES = {
    "serve": ("serve", "run"),
    "readyz": ("env", "readyz"),
    "env": ("env", "run"),
    "bench": ("bench", "run"),
    **dict.fromkeys(HELP, ("testing", "run")),
}

Command = Callable[[argparse.Namespace, Mapping[str, str]], int]


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wa-simulator",
        description="A fake WhatsApp Cloud API for development and tests.",
        epilog="Each flag of serve can be given as WA_SIM_<FLAG>, e.g. WA_SIM_PORT. "
        "The other commands talk to WA_SIM_URL.",
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
    bench = commands.add_parser("bench", help="measure messages and webhooks/s")
    bench.add_argument("--messages", type=int, default=6000)
    bench.add_argument("--connections", type=int, default=16)
    bench.add_argument("--json", action="store_true", help="one line of JSON")
    add_commands(commands, url)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    args = _parser(os.environ).parse_args(argv)
    try:
        code = int(_load(*MODULES[args.command])(args, os.environ))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has left (``| head -1``).  What is still buffered goes nowhere,
        # or Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _load(module: str, function: str) -> Command:
    """The function of a sub-command.

    Modules are never garbage: collecting while they load costs an eighth of the
    time to the ready line.
    """
    gc.disable()
    try:
        found: Command = getattr(import_module(f".{module}", __package__), function)
    finally:
        gc.enable()
    return found
