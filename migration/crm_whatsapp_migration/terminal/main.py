"""From arguments to an exit code; every expected error is said in words."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import psycopg2
from psycopg2 import errors

from odoo.addons.crm_whatsapp_migration.engine.columns import RequiredColumns
from odoo.addons.crm_whatsapp_migration.engine.decisions import DecisionsError
from odoo.addons.crm_whatsapp_migration.engine.no_run import NoRun
from odoo.addons.crm_whatsapp_migration.engine.rollback import OriginalsGone
from odoo.addons.crm_whatsapp_migration.engine.runner import (
    Locked,
    OpenQuestions,
    TextsDiffer,
    Undecided,
    in_words,
)
from odoo.addons.crm_whatsapp_migration.engine.steps.messages import ConversationGone

from . import exit_codes
from .arguments import parse
from .commands import COMMANDS
from .place import NoDatabase, find_place
from .results import NotReady, check_folder
from .screen import Screen


def main(args: Sequence[str]) -> None:
    """:raise SystemExit: always, with a code of ``exit_codes.py``"""
    for stream in (sys.stdout, sys.stderr):
        # A cron job often knows no accents; it need not end for that.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments, odoo_arguments = parse(args)
    screen = Screen(sys.stdout, sys.stderr, arguments.lang, arguments.json)
    try:
        check_folder(arguments.report_dir)
        place = find_place(arguments.database, odoo_arguments)
        code = COMMANDS[arguments.command](place, arguments, screen)
    except tuple(_PLAIN) as error:
        words, code = _PLAIN[type(error)]
        screen.complain(words)
    except (NotReady, NoDatabase, NoRun, OriginalsGone, RequiredColumns) as error:
        screen.complain(error.words, error.values)
        code = getattr(error, "code", exit_codes.NOT_READY)
    except TextsDiffer as error:
        screen.complain(error.words, error.values)
        code = exit_codes.FAILED
    except DecisionsError as error:
        screen.complain("The decisions cannot be used:")
        for problem in error.problems:
            screen.complain("- %(problem)s", {"problem": problem.say(screen.lang)})
        code = exit_codes.USAGE
    except psycopg2.Error as error:
        code = _refused(error, screen)
    sys.exit(code)


_OPEN = "Questions of the plan are open: 'plan' tells which."
# What says all by its name: words, exit code.
_PLAIN: dict[type[BaseException], tuple[str, int]] = {
    OpenQuestions: (_OPEN, exit_codes.OPEN_QUESTIONS),
    Undecided: (_OPEN, exit_codes.OPEN_QUESTIONS),
    Locked: (
        "Another run or rollback is at work on this database. Wait until it is done, or"
        " stop it with Ctrl-C there, and try again.",
        exit_codes.LOCKED,
    ),
    ConversationGone: (
        "Somebody deleted a conversation while its messages were moved. Nothing of that"
        " batch was written. Give the same command again: it is made anew.",
        exit_codes.FAILED,
    ),
    KeyboardInterrupt: (
        "Stopped at once; what was committed is whole. The same command goes on.",
        exit_codes.INTERRUPTED,
    ),
}


def _refused(error: psycopg2.Error, screen: Screen) -> int:
    values = {"error": in_words(error)}
    if isinstance(error, errors.InsufficientPrivilege):
        screen.complain(
            "The database user may not do this: %(error)s. Use the user that Odoo"
            " works with: -c FILE with Odoo's settings, or --db_user.",
            values,
        )
        return exit_codes.NOT_READY
    if isinstance(error, errors.ReadOnlySqlTransaction | errors.FeatureNotSupported):
        screen.complain(
            "This database takes no temporary tables (%(error)s): it is read only, a"
            " standby perhaps. Use the primary, or a copy.",
            values,
        )
        return exit_codes.NOT_READY
    screen.complain(
        "The database refused or broke off: %(error)s. What was committed is whole;"
        " mend the cause and give the same command again.",
        values,
    )
    return exit_codes.FAILED
