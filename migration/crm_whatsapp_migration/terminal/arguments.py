"""The command line: what may be asked, and what it means for the engine."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import phonenumbers

from odoo.addons.crm_whatsapp_migration.engine.decisions import Decisions, load
from odoo.addons.crm_whatsapp_migration.engine.options import (
    DEFAULT_BATCH,
    DEFAULT_COUNTRY,
    Options,
)

from . import exit_codes, odoo_options
from .parser import Parser, Wrong, nearest

COMMANDS = {
    "plan": "look at the database and say what a run would do; reads only",
    "run": "move the history, or go on with a run that was stopped",
    "verify": "recount everything with code of its own",
    "rollback": "remove exactly what a run made",
    "report": "write report.html, report.json and rows.csv of a run",
}
PROGRAM = "whatsapp_migrate"
LANGUAGES = ("es", "en")


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our arguments, and those that are Odoo's.

    :raise SystemExit: they cannot be used, with the reason in words
    """
    top, commands = _parsers(_language(words))
    arguments, rest = top.parse_known_args(words)
    own = commands[arguments.command]
    wrong = odoo_options.unknown_in(rest)
    if wrong is not None:
        own.refuse(_words_of_unknown(own, wrong))
    file = odoo_options.config_file(rest)
    if file is not None and not os.access(file, os.R_OK):
        own.refuse(own.say("%(file)s is not there or cannot be read.", file=file))
    return arguments, rest


def _language(words: Sequence[str]) -> str:
    """Known before anything else, since mistakes are said in it."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--lang", nargs="?")
    found = finder.parse_known_args(words)[0].lang
    return found if found in LANGUAGES else "es"


def _words_of_unknown(parser: Parser, wrong: str) -> str:
    words = parser.say("There is no option %(option)s.", option=wrong)
    known = [*parser._option_string_actions, *odoo_options.KNOWN]
    meant = nearest(wrong.partition("=")[0], known)
    return words + (parser.say(" Is %(option)s meant?", option=meant) if meant else "")


def _parsers(lang: str) -> tuple[Parser, dict[str, Parser]]:
    top = Parser(
        prog=f"odoo-bin --addons-path=… {PROGRAM}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        lang=lang,
    )
    top.description = top.say(
        "Moves the WhatsApp history of crm_import_leads into conversations. The manual"
        " is docs/GUIA.md of the addon."
    )
    codes = [f"  {code}  {top.say(words)}" for code, words in exit_codes.WORDS.items()]
    top.epilog = "\n".join(
        [
            top.say("exit codes:"),
            *codes,
            "",
            top.say(
                "Any other option is Odoo's: %(known)s.",
                known=", ".join(odoo_options.KNOWN),
            ),
        ]
    )
    commands = top.add_subparsers(
        dest="command",
        metavar=top.say("COMMAND"),
        required=True,
        title=top.say("commands"),
    )
    found = {}
    for name, words in COMMANDS.items():
        said = top.say(words)
        own = commands.add_parser(name, help=said, description=said, lang=lang)
        _add_common(own)
        _ADD[name](own)
        found[name] = own
    return top, found


def _add_common(command: Parser) -> None:
    say = command.say
    command.add_argument(
        "-d",
        "--database",
        metavar=say("DATABASE"),
        help=say("database; else the one of -c FILE"),
    )
    command.add_argument(
        "--json", action="store_true", help=say("print the result as JSON")
    )
    command.add_argument(
        "--lang", default="es", choices=LANGUAGES, help=say("es (default) or en")
    )
    command.add_argument(
        "--report-dir",
        metavar=say("DIR"),
        help=say("folder for the files that are written"),
    )


def _add_options(command: Parser) -> None:
    say = command.say
    command.add_argument(
        "--decisions", metavar=say("FILE"), help=say("answers, as a file of JSON")
    )
    command.add_argument(
        "--gateway-map",
        metavar=say("OLD:NEW"),
        action="append",
        default=[],
        type=_pairs,
        help=say("legacy gateway and the gateway of today, as 3:7; several by comma"),
    )
    command.add_argument(
        "--country",
        metavar="CO",
        default=DEFAULT_COUNTRY,
        type=_country,
        help=say("country of numbers without prefix, ISO code (CO when not given)"),
    )


def _add_plan(command: Parser) -> None:
    _add_options(command)


def _add_run(command: Parser) -> None:
    say = command.say
    _add_options(command)
    command.add_argument(
        "--batch",
        metavar="N",
        type=_positive,
        default=DEFAULT_BATCH,
        help=say(
            "rows per transaction (%(batch)s when not given)", batch=DEFAULT_BATCH
        ),
    )
    command.add_argument(
        "--limit", metavar="N", type=_positive, help=say("most messages to move now")
    )
    command.add_argument(
        "--dry-run", action="store_true", help=say("do everything, then take it back")
    )


def _add_run_id(command: Parser) -> None:
    command.add_argument(
        "--run",
        type=_positive,
        metavar="N",
        help=command.say("which run; else the newest"),
    )


def _add_rollback(command: Parser) -> None:
    say = command.say
    _add_run_id(command)
    command.add_argument(
        "--later",
        choices=("keep", "drop"),
        help=say("what people did later with it stays ('keep') or goes too ('drop')"),
    )
    command.add_argument("--yes", action="store_true", help=say("do not ask"))


_ADD: dict[str, Callable[[Parser], None]] = {
    "plan": _add_plan,
    "run": _add_run,
    "verify": _add_run_id,
    "rollback": _add_rollback,
    "report": _add_run_id,
}


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise Wrong("'%(text)s' is not a number above 0", text=text)
    return int(text)


def _country(text: str) -> str:
    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Wrong("'%(text)s' is no country; two letters, as CO", text=text)
    return text.upper()


def _pairs(text: str) -> dict[int, int]:
    found = {}
    for pair in text.split(","):
        old, _colon, new = (part.strip() for part in pair.partition(":"))
        if not all(part.isascii() and part.isdigit() for part in (old, new)):
            raise Wrong("'%(pair)s' is not OLD:NEW, as 3:7", pair=pair)
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
