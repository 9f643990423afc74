"""Saying how a command ended, and writing the report."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo.addons.crm_whatsapp_migration.engine import ledger, report
from odoo.addons.crm_whatsapp_migration.engine.legacy import inspect
from odoo.addons.crm_whatsapp_migration.engine.no_run import NoRun
from odoo.addons.crm_whatsapp_migration.engine.options import Options
from odoo.addons.crm_whatsapp_migration.engine.plan import COUNT_WORDS, Plan
from odoo.addons.crm_whatsapp_migration.engine.reasons import REASONS
from odoo.addons.crm_whatsapp_migration.engine.report import spanish
from odoo.addons.crm_whatsapp_migration.engine.verify import Check
from odoo.addons.crm_whatsapp_migration.engine.words import say

from . import exit_codes
from .place import Place
from .screen import Screen

ADDON = "crm_whatsapp_migration"
OUTCOMES = {
    "done": exit_codes.OK,
    "rolled_back": exit_codes.OK,
    "interrupted": exit_codes.INTERRUPTED,
    "paused": exit_codes.INTERRUPTED,
}
STATES = {
    "done": "done",
    "rolled_back": "rolled back",
    "interrupted": "interrupted",
    "paused": "paused",
    "failed": "failed",
}


@dataclass(frozen=True)
class NotReady(Exception):
    """Something must be mended first; says what."""

    words: str
    values: dict[str, Any] = field(default_factory=dict)
    code: int = exit_codes.NOT_READY


def check_folder(folder: str | None) -> None:
    """Make the folder of the report, before there is a result that could be lost.

    :raise NotReady: nothing can be written there
    """
    if folder is None:
        return
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NotReady(
            "Nothing can be written to %(folder)s (%(error)s). Give another"
            " --report-dir.",
            {"folder": folder, "error": error.strerror or error},
            exit_codes.USAGE,
        ) from error


def check_installed(place: Place) -> None:
    """:raise NotReady: the addon is not installed in the database"""
    with closing(place.connect()) as connection, connection.cursor() as cr:
        legacy = inspect(cr)
    if not legacy.installed(ADDON):
        raise NotReady(
            "Install the addon first: odoo-bin -d %(database)s -i %(addon)s"
            " --stop-after-init",
            {"database": place.database, "addon": ADDON},
        )


def readiness(plan: Plan, screen: Screen) -> int:
    """Exit code of a plan; says what is missing."""
    if plan.blockers:
        screen.complain("Something must be mended first, see above.")
        return exit_codes.NOT_READY
    if plan.open_questions:
        screen.complain(
            "%(count)s questions are open. 'plan --report-dir DIR' writes"
            " DIR/decisiones.json; answer them there and give it with --decisions.",
            {"count": len(plan.open_questions)},
        )
        return exit_codes.OPEN_QUESTIONS
    return exit_codes.OK


def tell_outcome(outcome: Any, options: Options, screen: Screen) -> None:
    for table, counts in outcome.counts.items():
        skipped, rejected = counts["skipped"], counts["rejected"]
        values = {
            **counts,
            "skipped": sum(skipped.values()),
            "rejected": sum(rejected.values()),
            "open": 0,
        }
        values["total"] = sum(
            values[key] for key in ("moved", "existing", "skipped", "rejected")
        )
        screen.tell(COUNT_WORDS.get(table, table), values)
        screen.lines(
            [
                f"    {count}  {_sentence(reason, screen.lang)}"
                for reason, count in {**skipped, **rejected}.items()
            ]
        )
    if outcome.state == "done" and not outcome.counts:
        screen.tell(
            "Nothing was left to move. Reports and rollback are of the run before."
        )
    screen.tell("Ended: %(state)s.", {"state": state(outcome.state, screen.lang)})
    if options.dry_run and outcome.state == "done":
        screen.tell("This was a rehearsal: everything was taken back.")
    if outcome.state in ("interrupted", "paused"):
        screen.tell("Give the same command again to go on.")
    if outcome.error:
        screen.complain(
            "It ended with an error; what was moved before is whole. Mend the cause and"
            " give the same command again: %(error)s",
            {"error": outcome.error},
        )


def _sentence(reason: str, lang: str) -> str:
    known = REASONS.get(reason)
    if not known:
        return reason
    if lang.startswith("es"):
        return spanish.reason(reason, known.sentence)
    return known.sentence


def state(name: str, lang: str) -> str:
    return say(STATES.get(name, name), {}, lang)


def tell_checks(checks: Sequence[Check], screen: Screen) -> list[Check]:
    """Say what was looked at, a line each; gives those that failed."""
    for check in checks:
        mark = say("ok" if check.ok else "FAILS", {}, screen.lang)
        words = say(check.words, {}, screen.lang)
        screen.lines([f"{mark:<6} {words}  ({check.name})"])
        if not check.ok:
            screen.tell(
                "       expected: %(expected)s; found: %(got)s",
                {"expected": in_figures(check.expected), "got": in_figures(check.got)},
            )
    return [check for check in checks if not check.ok]


def in_figures(value: object) -> str:
    """A figure, or figures by key, as a person reads them."""
    if isinstance(value, Mapping):
        return ", ".join(f"{_key(key)}: {count}" for key, count in value.items())
    return str(value)


def _key(key: object) -> str:
    # What has no key, or one that is not known, in a comparison.
    return "?" if key in (None, "None", "") else str(key)


def as_told(check: Check, lang: str) -> dict[str, object]:
    return {**check.as_dict(), "words": say(check.words, {}, lang)}


def keep_checks(place: Place, run_id: int | None, checks: Sequence[Check]) -> None:
    with closing(place.connect()) as connection, connection, connection.cursor() as cr:
        ledger.keep(
            cr,
            run_id or newest_run(cr),
            checks=[check.as_dict() for check in checks],
        )


def tell_rollback(outcome: Any, screen: Screen) -> None:
    for table, counts in outcome.counts.items():
        words = [
            say(_UNDONE[what], {"rows": rows}, screen.lang)
            for what, rows in counts.items()
        ]
        screen.lines([f"{table}: {', '.join(words)}"])
    if outcome.state == "rolled_back":
        screen.tell("Run %(run)s was rolled back.", {"run": outcome.run_id})
    screen.tell("Ended: %(state)s.", {"state": state(outcome.state, screen.lang)})
    if outcome.state == "interrupted":
        screen.tell("Give the same command again to go on.")


_UNDONE = {"removed": "%(rows)s removed", "restored": "%(rows)s put back"}


def write_report(
    place: Place, folder: str, screen: Screen, run_id: int | None, checks: Any = None
) -> list[Path]:
    """:raise NoRun: there is no run to report on"""
    with closing(place.connect()) as connection, connection.cursor() as cr:
        return write_files(cr, folder, screen, run_id or newest_run(cr), checks)


def write_rollback(place: Place, folder: str, screen: Screen) -> list[Path]:
    with closing(place.connect()) as connection, connection.cursor() as cr:
        return write_files(cr, folder, screen, newest_run(cr, "rollback"))


def write_files(
    cr: Any, folder: str, screen: Screen, run_id: int, checks: Any = None
) -> list[Path]:
    data = report.build(cr, run_id, checks)
    files = [Path(path) for path in report.write(data, folder, cr)]
    screen.tell("Written: %(files)s", {"files": ", ".join(map(str, files))})
    return files


def newest_run(cr: Any, kind: str = "run") -> int:
    """Return the newest of a kind; of runs, one that did something if there is one.

    :raise NoRun: there is none
    """
    found = ledger.find_newest(cr) if kind == "run" else None
    if not found:
        cr.execute(
            "SELECT max(id) FROM whatsapp_migration_run"
            " WHERE kind = %s AND state <> 'draft'",
            [kind],
        )
        found = cr.fetchone()[0]
    if not found:
        raise NoRun("There is no run yet: 'run' makes one.")
    return int(found)
