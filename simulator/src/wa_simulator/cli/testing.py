"""What a tester does from a terminal, one function per sub-command."""

import argparse
import json
import mimetypes
import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from ..client import SimulatorClient, SimulatorError
from ..client.request import Json
from . import output
from .flags import REVIEWS

POLL = 0.3
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class WrongUse(Exception):
    """What was typed makes no sense; the text says what would."""


class CliContext:
    """A client and a place to print."""

    def __init__(self, url: str, env: Mapping[str, str]) -> None:
        token = env.get("WA_SIM_CONTROL_TOKEN")
        self.sim = SimulatorClient(url, token=token)
        self.paint = output.ColorFormatter(env, terminal=sys.stdout.isatty())

    def say(self, text: str) -> None:
        """One line, at once."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def show(self, answer: Any) -> None:
        """A whole answer."""
        self.say(json.dumps(answer, ensure_ascii=False, indent=2))


def pairs(given: list[str], flag: str) -> Json:
    """``key=value`` as typed; a value that is JSON becomes what it says."""
    found: Json = {}
    for text in given:
        key, mark, value = text.partition("=")
        if not mark or not key:
            raise WrongUse(f"{flag}: expected KEY=VALUE, got '{text}'")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def seconds(text: str) -> float:
    """``90``, ``90s``, ``5m``, ``24h``, ``2d``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if not match:
        raise WrongUse(f"clock: expected seconds or 5m, 24h, 2d; got '{text}'")
    return float(match[1]) * UNITS[match[2] or "s"]


def message(context: CliContext, args: argparse.Namespace) -> None:
    """A customer writes."""
    more = pairs(args.set, "--set")
    file = None
    if args.file is not None:
        if not args.file.is_file():
            raise WrongUse(f"--file: there is no file '{args.file}'")
        kind = mimetypes.guess_type(args.file.name)[0] or "application/octet-stream"
        file = (args.file.name, args.file.read_bytes(), kind)
        args.type = kind.partition("/")[0] if args.type == "text" else args.type
        if args.type not in ("image", "video", "audio", "sticker"):
            args.type = "document"
        if args.text:
            more["caption"] = args.text
    elif args.text is not None:
        more["body"] = args.text
    done = context.sim.customer_message(
        args.key, args.type, wait=not args.no_wait, file=file, **more
    )
    context.say(done["wamid"])
    if not done["webhooks"]:
        context.say(
            "no webhook left: nobody is subscribed. POST /_sim/webhooks/subscription "
            'with {"callback_url": …} first.'
        )
    elif not args.no_wait and not done.get("delivered"):
        last = done["deliveries"][-1]["attempts"][-1:]
        result = last[0]["status"] or last[0]["error"] if last else "no attempt yet"
        context.say(
            f"the webhook was not taken: {result}. `wa-simulator journal` shows it."
        )


def read(context: CliContext, args: argparse.Namespace) -> None:
    """A customer reads."""
    found = context.sim.customer_read(args.key, args.wamid)
    context.say("\n".join(found) or "nothing was unread")


def fault(context: CliContext, args: argparse.Namespace) -> None:
    """Faults on, off, list."""
    FAULTS[args.action](context, args)


def _fault_on(context: CliContext, args: argparse.Namespace) -> None:
    if not args.name:
        raise WrongUse("fault on: which one? `wa-simulator fault list` names them")
    made = context.sim.set_fault(
        args.name,
        params=pairs(args.param, "--param") or None,
        match=pairs(args.match, "--match") or None,
        when=pairs(args.when, "--when") or None,
        phase=args.phase,
    )
    context.say(output.fault_line(made))


def _fault_off(context: CliContext, args: argparse.Namespace) -> None:
    if args.name and args.name in {row["id"] for row in context.sim.faults()}:
        context.sim.remove_fault(args.name)
        context.say("1 fault off")
        return
    context.say(f"{context.sim.clear_faults(args.name)} fault(s) off")


def _fault_list(context: CliContext, args: argparse.Namespace) -> None:
    rows = context.sim.faults()
    context.say("\n".join(map(output.fault_line, rows)) or "no fault is on")
    known = context.sim.known_faults()
    context.say(context.paint("dim", f"there are: {', '.join(sorted(known))}"))


FAULTS = {"on": _fault_on, "off": _fault_off, "list": _fault_list}


def clock(context: CliContext, args: argparse.Namespace) -> None:
    """The time; forward, to a moment, frozen or running."""
    sim = context.sim
    if args.advance:
        sim.advance(seconds(args.advance))
    if args.to:
        sim.jump(args.to)
    if args.state in ("freeze", "run"):
        sim.freeze(frozen=args.state == "freeze")
    now = sim.clock()
    context.say(
        f"{output.moment(now['now'])} UTC, {'frozen' if now['frozen'] else 'running'}"
    )


def journal(context: CliContext, args: argparse.Namespace) -> None:
    """What went over the wire."""
    seen = args.since
    while True:
        rows = context.sim.journal(seen, args.kind, allow_dropped=True)
        for row in rows:
            line = json.dumps(row, ensure_ascii=False) if args.json else None
            context.say(line or output.journal_line(row, context.paint))
            seen = row["seq"]
        if not args.follow:
            return
        time.sleep(POLL)


def customers(context: CliContext, args: argparse.Namespace) -> None:
    """Everybody."""
    rows = context.sim.customers()
    context.say("\n".join(map(output.customer_line, rows)) or "nobody has written yet")


def world(context: CliContext, args: argparse.Namespace) -> None:
    """Everything an integrator needs, as JSON."""
    context.show(context.sim.world())


def status(context: CliContext, args: argparse.Namespace) -> None:
    """How it goes, in a few lines."""
    sim = context.sim
    here = sim.world()
    now = here["clock"]
    waiting = len(sim.webhooks("pending"))
    held = here["subscriptions"]
    places = ", ".join(str(row["callback_url"]) for row in held)
    context.say(f"{here['fake']}")
    context.say(f"address    {context.sim.url}  run {here['run']} seed {here['seed']}")
    context.say(
        f"number     {here['phone_number_id']} ({here['display_phone_number']})"
    )
    context.say(
        f"clock      {output.moment(now['now'])} UTC" + " frozen" * now["frozen"]
    )
    context.say(f"webhooks   {places or 'nobody is subscribed'}; {waiting} waiting")
    context.say(f"faults     {len(sim.faults())} on")
    context.say(f"people     {len(here['customers'])}, messages {len(sim.messages())}")


def template(context: CliContext, args: argparse.Namespace) -> None:
    """Templates: list, approve, reject, pause, disable."""
    if args.action == "list":
        rows = context.sim.templates()
        context.say("\n".join(output.template_line(row, context.paint) for row in rows))
        return
    if not args.name:
        raise WrongUse(f"template {args.action}: which one? name or id")
    context.say(
        output.template_line(
            context.sim.review_template(args.name, REVIEWS[args.action], args.reason),
            context.paint,
        )
    )


Command = Callable[[CliContext, argparse.Namespace], None]
COMMANDS: dict[str, Command] = {
    "message": message,
    "read": read,
    "fault": fault,
    "clock": clock,
    "journal": journal,
    "customers": customers,
    "world": world,
    "status": status,
    "template": template,
}


def run(args: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Do it; what goes wrong is a sentence with what to do."""
    context = CliContext(args.url, env)
    try:
        COMMANDS[args.command](context, args)
    except WrongUse as exc:
        return _complain(str(exc), 2)
    except SimulatorError as exc:
        return _complain(str(exc), 1)
    except httpx.HTTPError as exc:
        return _complain(
            f"{args.url} does not answer ({exc}). Start one with `wa-simulator serve`, "
            "or name it with --url or WA_SIM_URL.",
            1,
        )
    except KeyboardInterrupt:
        return 0
    finally:
        context.sim.close()
    return 0


def _complain(text: str, code: int) -> int:
    sys.stderr.write(f"wa-simulator: {text}\n")
    return code
