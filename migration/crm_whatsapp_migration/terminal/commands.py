"""The five subcommands. Each gives an exit code (``exit_codes.py``)."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from odoo.addons.crm_whatsapp_migration.engine.plan import make_plan
from odoo.addons.crm_whatsapp_migration.engine.rollback import StillUsed, rollback
from odoo.addons.crm_whatsapp_migration.engine.runner import OpenQuestions, Runner
from odoo.addons.crm_whatsapp_migration.engine.verify import verify

from . import exit_codes, results
from .arguments import options_of
from .interrupt import StopOnRequest
from .place import Place
from .plan_files import write_plan
from .progress import ProgressLine
from .screen import Screen


def command_plan(place: Place, arguments: argparse.Namespace, screen: Screen) -> int:
    options = options_of(arguments)
    # Never committed: the plan's tables go with the connection.
    with closing(place.connect()) as connection, connection.cursor() as cr:
        plan = make_plan(
            cr, options, place.legacy_on_path, place.legacy_files, place.copies
        )
        screen.lines(plan.words(screen.lang))
        if arguments.report_dir:
            folder = Path(arguments.report_dir)
            files = write_plan(plan, folder, screen.lang, cr, _now())
            screen.tell("Written: %(files)s", {"files": ", ".join(map(str, files))})
    screen.result(plan.as_dict(screen.lang))
    return results.readiness(plan, screen)


def command_run(place: Place, arguments: argparse.Namespace, screen: Screen) -> int:
    options = options_of(arguments)
    results.check_installed(place)
    line = _progress(screen)
    try:
        with StopOnRequest(screen) as stop:
            outcome = Runner(
                place.connect,
                options,
                line,
                stop.wanted,
                _now,
                rehearsed=_reporter(arguments, screen),
                legacy_on_path=place.legacy_on_path,
                legacy_files=place.legacy_files,
                copies=place.copies,
            ).run()
    except OpenQuestions as error:
        screen.lines(error.plan.words(screen.lang))
        screen.result(error.plan.as_dict(screen.lang))
        return results.readiness(error.plan, screen)
    finally:
        line.end()
    results.tell_outcome(outcome, options, screen)
    # One that found nothing to do leaves the report of the run before.
    if arguments.report_dir and outcome.counts and not options.dry_run:
        results.write_report(place, arguments.report_dir, screen, outcome.run_id)
    screen.result(asdict(outcome))
    return results.OUTCOMES.get(outcome.state, exit_codes.FAILED)


def command_verify(place: Place, arguments: argparse.Namespace, screen: Screen) -> int:
    results.check_installed(place)
    with closing(place.connect()) as connection, connection.cursor() as cr:
        checks = verify(cr, arguments.run, place.filestore)
    # What was found stays on the run, for whoever reads its report later.
    results.keep_checks(place, arguments.run, checks)
    bad = results.tell_checks(checks, screen)
    values = {"good": len(checks) - len(bad), "bad": len(bad)}
    screen.tell("%(good)s checks agree, %(bad)s do not.", values)
    if arguments.report_dir:
        results.write_report(place, arguments.report_dir, screen, arguments.run, checks)
    screen.result(
        {"checks": [results.as_told(check, screen.lang) for check in checks], **values}
    )
    return exit_codes.FAILED if bad else exit_codes.OK


def command_rollback(
    place: Place, arguments: argparse.Namespace, screen: Screen
) -> int:
    results.check_installed(place)
    if not arguments.yes and not _confirmed(place, screen):
        screen.complain("Nothing was removed.")
        return exit_codes.USAGE
    line = _progress(screen)
    try:
        with StopOnRequest(screen) as stop:
            outcome = rollback(
                place.connect,
                arguments.run,
                arguments.later,
                progress=line,
                should_stop=stop.wanted,
                clock=_now,
            )
    except StillUsed as used:
        found = used.words(screen.lang)
        screen.complain(
            "Nothing was removed: people have used what the run made. Say what becomes"
            " of it: --later keep (it stays as it is) or --later drop (it goes too)."
        )
        screen.lines([f"- {words}" for words in found])
        screen.result({"state": "still_used", "found": found})
        return exit_codes.STILL_USED
    finally:
        line.end()
    results.tell_rollback(outcome, screen)
    if arguments.report_dir:
        results.write_rollback(place, arguments.report_dir, screen)
    screen.result(asdict(outcome))
    return results.OUTCOMES.get(outcome.state, exit_codes.FAILED)


def command_report(place: Place, arguments: argparse.Namespace, screen: Screen) -> int:
    results.check_installed(place)
    folder = arguments.report_dir or "."
    results.check_folder(folder)
    files = results.write_report(place, folder, screen, arguments.run)
    screen.result({"files": [str(path) for path in files]})
    return exit_codes.OK


Command = Callable[[Place, argparse.Namespace, Screen], int]
COMMANDS: dict[str, Command] = {
    "plan": command_plan,
    "run": command_run,
    "verify": command_verify,
    "rollback": command_rollback,
    "report": command_report,
}


def _reporter(
    arguments: argparse.Namespace, screen: Screen
) -> Callable[[Any, int], None] | None:
    """Write the report of a rehearsal, which is gone when it ends."""
    if not arguments.report_dir:
        return None

    def write(cr: Any, run_id: int) -> None:
        results.write_files(cr, arguments.report_dir, screen, run_id)

    return write


def _confirmed(place: Place, screen: Screen) -> bool:
    """Ask a person; where there is none to ask, it is a no."""
    screen.complain(
        "This removes what the run made in database %(database)s. Type the database's"
        " name to go on (or give --yes):",
        {"database": place.database},
    )
    return sys.stdin.isatty() and sys.stdin.readline().strip() == place.database


def _progress(screen: Screen) -> ProgressLine:
    return ProgressLine(
        screen.err, screen.lang, time.monotonic, bar=screen.err.isatty()
    )


def _now() -> datetime:
    """As the database keeps times: UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)
