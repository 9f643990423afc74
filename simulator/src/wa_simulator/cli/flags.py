"""Flags of the testers' sub-commands.  Light: every start of the program reads it."""

import argparse
from pathlib import Path
from typing import Any

HELP = {
    "message": "a customer writes",
    "read": "a customer reads",
    "fault": "faults: on, off, list",
    "clock": "the time: show, forward, freeze, run",
    "journal": "what went over the wire",
    "customers": "everybody who wrote or was written to",
    "world": "everything an integrator needs, as JSON",
    "status": "how it goes, in a few lines",
    "template": "templates: list, approve, reject, pause, disable",
}
#: What is typed -> Meta's event.
REVIEWS = {
    "approve": "APPROVED",
    "reject": "REJECTED",
    "pause": "PAUSED",
    "disable": "DISABLED",
}


def add_commands(commands: Any, url: str) -> None:
    """The sub-commands with their flags."""
    made = {name: _command(commands, name, url) for name in HELP}
    one = made["message"]
    one.add_argument("key", help="phone, or a business-scoped user id")
    one.add_argument("text", nargs="?", help="text, or the caption of --file")
    one.add_argument("--type", default="text", help="location, order, reaction…")
    one.add_argument("--file", type=Path, help="a picture, video, document…")
    one.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="further keys: to=…, context=<wamid>, latitude=4.6…",
    )  # fmt: skip
    one.add_argument("--no-wait", action="store_true", help="not for the webhook")
    made["read"].add_argument("key")
    made["read"].add_argument("--wamid", help="one message (default: all)")
    one = made["fault"]
    one.add_argument("action", choices=("on", "off", "list"), nargs="?", default="list")
    one.add_argument("name", nargs="?", help="name; for off also an id")
    for flag in ("param", "match", "when"):
        one.add_argument(f"--{flag}", action="append", default=[], metavar="KEY=VALUE")
    one.add_argument("--phase", choices=("before", "after"))
    one = made["clock"]
    one.add_argument("state", choices=("show", "freeze", "run"), nargs="?")
    one.add_argument("--advance", metavar="24h", help="seconds, or 5m, 24h, 2d")
    one.add_argument("--to", metavar="MOMENT", help="a moment ahead, ISO 8601")
    one = made["journal"]
    one.add_argument("--follow", "-f", action="store_true", help="go on printing")
    one.add_argument("--kind", help="api, webhook, handshake, refused, silent")
    one.add_argument("--since", type=int, default=0, metavar="SEQ")
    one.add_argument("--json", action="store_true", help="whole entries, one a line")
    one = made["template"]
    one.add_argument("action", choices=("list", *REVIEWS), nargs="?", default="list")
    one.add_argument("name", nargs="?", help="name, or id")
    one.add_argument("--reason", help="of a rejection")


def _command(commands: Any, name: str, url: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=HELP[name])
    made.add_argument("--url", default=url, help="of the simulator (or WA_SIM_URL)")
    return made
