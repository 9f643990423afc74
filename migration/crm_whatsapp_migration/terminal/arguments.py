"""The command line: what may be asked, and what it means for the engine."""

from __future__ import annotations

import argparse
from dataclasses import replace

from odoo.addons.crm_whatsapp_migration.engine.decisions import Decisions, load
from odoo.addons.crm_whatsapp_migration.engine.options import (
    DEFAULT_BATCH,
    DEFAULT_COUNTRY,
    Options,
)

from . import exit_codes

COMMANDS = {
    "plan": "look at the database and say what a run would do; reads only",
    "run": "move the history, or go on with a run that was stopped",
    "verify": "recount everything with code of its own; reads only",
    "rollback": "remove exactly what a run made",
    "report": "write report.html, report.json and rows.csv of a run",
}
PROGRAM = "whatsapp_migrate"


def parser() -> argparse.ArgumentParser:
    codes = "\n".join(f"  {code}  {words}" for code, words in exit_codes.WORDS.items())
    top = argparse.ArgumentParser(
        prog=f"odoo-bin --addons-path=... {PROGRAM}",
        description="Moves the WhatsApp history of crm_import_leads into conversations."
        " The manual is docs/GUIA.md of the addon.",
        epilog=f"exit codes:\n{codes}\n\nAny other option is Odoo's (-c, --db_host).",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        _add_common(command)
        _ADD[name](command)
    return top


def _add_common(command: argparse.ArgumentParser) -> None:
    command.add_argument("-d", "--database", help="database; else the one of -c FILE")
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    command.add_argument("--lang", default="es", help="es (default) or en")
    command.add_argument(
        "--report-dir", metavar="DIR", help="folder for the files that are written"
    )


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--decisions", metavar="FILE", help="answers, JSON")
    command.add_argument(
        "--gateway-map",
        metavar="OLD:NEW",
        action="append",
        default=[],
        type=_pairs,
        help="legacy gateway and the gateway of today, as 3:7; several by comma",
    )
    command.add_argument(
        "--country",
        default=DEFAULT_COUNTRY,
        type=_country,
        help="of numbers without prefix, ISO code (default %(default)s)",
    )


def _add_plan(command: argparse.ArgumentParser) -> None:
    _add_options(command)


def _add_run(command: argparse.ArgumentParser) -> None:
    _add_options(command)
    command.add_argument(
        "--batch",
        type=_positive,
        default=DEFAULT_BATCH,
        help="rows per transaction (default %(default)s)",
    )
    command.add_argument("--limit", type=_positive, help="most messages to move now")
    command.add_argument(
        "--dry-run", action="store_true", help="do everything, then take it back"
    )


def _add_run_id(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--run", type=_positive, metavar="ID", help="which run; else the newest"
    )


def _add_rollback(command: argparse.ArgumentParser) -> None:
    _add_run_id(command)
    command.add_argument(
        "--later",
        choices=("keep", "drop"),
        help="what people did later with it stays ('keep') or goes too ('drop')",
    )
    command.add_argument("--yes", action="store_true", help="do not ask")


_ADD = {
    "plan": _add_plan,
    "run": _add_run,
    "verify": _add_run_id,
    "rollback": _add_rollback,
    "report": _add_run_id,
}


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def _country(text: str) -> str:
    if len(text) != 2 or not text.isalpha():
        raise argparse.ArgumentTypeError(f"{text!r} is not a country, as CO")
    return text.upper()


def _pairs(text: str) -> dict[int, int]:
    found = {}
    for pair in text.split(","):
        old, _colon, new = pair.partition(":")
        if not old.strip().isdigit() or not new.strip().isdigit():
            raise argparse.ArgumentTypeError(f"{pair!r} is not OLD:NEW, as 3:7")
        found[int(old)] = int(new)
    return found


def options_of(arguments: argparse.Namespace) -> Options:
    """:raise DecisionsError: the decisions file cannot be used"""
    mapped: dict[int, int] = {}
    for pairs in arguments.gateway_map:
        mapped.update(pairs)
    options = Options(
        country=arguments.country,
        report_dir=arguments.report_dir,
        gateway_map=mapped,
        decisions=load(arguments.decisions)
        if arguments.decisions
        else Decisions.empty(),
    )
    if arguments.command != "run":
        return options
    return replace(
        options,
        batch=arguments.batch,
        limit=arguments.limit,
        dry_run=arguments.dry_run,
    )
