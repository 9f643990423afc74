"""From arguments to an exit code; every expected error is said in words."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import psycopg2

from odoo.addons.crm_whatsapp_migration.engine.columns import RequiredColumns
from odoo.addons.crm_whatsapp_migration.engine.decisions import DecisionsError
from odoo.addons.crm_whatsapp_migration.engine.runner import (
    Locked,
    OpenQuestions,
    Undecided,
    in_words,
)

from . import exit_codes
from .arguments import parser
from .commands import COMMANDS
from .place import NoDatabase, find_place
from .results import NotReady
from .screen import Screen


def main(args: Sequence[str]) -> None:
    """:raise SystemExit: always, with a code of ``exit_codes.py``"""
    arguments, odoo_arguments = parser().parse_known_args(args)
    screen = Screen(sys.stdout, sys.stderr, arguments.lang, arguments.json)
    try:
        place = find_place(arguments.database, odoo_arguments)
        code = COMMANDS[arguments.command](place, arguments, screen)
    except DecisionsError as error:
        screen.complain("The decisions cannot be used:")
        for problem in error.problems:
            screen.complain("- %(problem)s", {"problem": problem})
        code = exit_codes.USAGE
    except NoDatabase as error:
        screen.complain("No database: %(error)s", {"error": error})
        code = exit_codes.NOT_READY
    except NotReady as error:
        screen.complain(error.words, error.values)
        code = exit_codes.NOT_READY
    except RequiredColumns as error:
        screen.complain("%(error)s", {"error": error})
        code = exit_codes.NOT_READY
    except (OpenQuestions, Undecided):
        screen.complain("Questions of the plan are open: 'plan' tells which.")
        code = exit_codes.OPEN_QUESTIONS
    except Locked:
        screen.complain(
            "Another run or rollback is at work on this database. Wait until it is"
            " done, or stop it with Ctrl-C there, and try again."
        )
        code = exit_codes.LOCKED
    except KeyboardInterrupt:
        screen.complain(
            "Stopped at once; what was committed is whole. The same command goes on."
        )
        code = exit_codes.INTERRUPTED
    except psycopg2.Error as error:
        screen.complain(
            "The database refused or broke off: %(error)s. What was committed is whole;"
            " mend the cause and give the same command again.",
            {"error": in_words(error)},
        )
        code = exit_codes.FAILED
    sys.exit(code)
