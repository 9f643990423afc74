"""Looks at a migrated database with eyes of its own.

Nothing here is shared with ``steps/`` or ``phones.py``: a mistake made twice in the
same code would be found by nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from .no_run import NoRun
from .old_columns import complete
from .room import give_room
from .verification import (
    contents,
    counts,
    files,
    ledger,
    minutes,
    orphans,
    reasons,
    silence,
    states,
)
from .verification.catalog import has_table
from .verification.check import Check
from .verification.originals import check_originals
from .verification.scene import Scene
from .verification.unchanged import check_unchanged

__all__ = ["LOOKS", "Check", "look_at", "verify"]


def check_figures(scene: Scene) -> list[Check]:
    return check_unchanged(scene.before, scene.after)


# What can be looked at as soon as there is a ledger, in the order of the report.
ALWAYS: tuple[Callable[[Scene], list[Check]], ...] = (
    check_originals,
    ledger.check_sums,
    check_figures,
    silence.check_silence,
    silence.check_popups,
    orphans.check_orphans,
    orphans.check_strays,
)
# What compares with the old messages.
BESIDE_OLD: tuple[Callable[[Scene], list[Check]], ...] = (
    ledger.check_ledger,
    reasons.check_reasons,
    counts.check_counts,
    contents.check_texts,
    contents.check_times,
    contents.check_authors,
    contents.check_order,
    contents.check_conversations,
    contents.check_leads,
    states.check_states,
    states.check_wamids,
    files.check_files,
    minutes.check_minutes,
)
LOOKS = (*ALWAYS, *BESIDE_OLD)


def verify(
    cr: Any, run_id: int | None, filestore: Path | str | None = None
) -> list[Check]:
    """Compare what is there with what the old tables say. Reads only.

    :param run_id: the run whose figures before and after are compared; None: the
        newest one that did something. Sums, texts and ids are of all runs together
    :param filestore: folder of the database's files; None: files are not opened
    """
    give_room(cr)
    scene = look_at(cr, run_id, filestore)
    return [check for look in LOOKS for check in glance(scene, look)]


def glance(scene: Scene, look: Callable[[Scene], list[Check]]) -> list[Check]:
    """One look; nothing where its tables are missing."""
    if look in BESIDE_OLD and not has_table(scene.cr, "whatsapp_message"):
        return []
    return look(scene)


def look_at(cr: Any, run_id: int | None, filestore: Path | str | None = None) -> Scene:
    """Facts of a run for the checks; from here on the transaction only reads.

    :raise NoRun: there is no such run, or it was rolled back
    """
    cr.execute(
        """
        SELECT before, after, decisions,
               (SELECT max(ended) FROM whatsapp_migration_run
                 WHERE kind = 'run' AND state NOT IN ('draft', 'rolled_back'))
          FROM whatsapp_migration_run run
         WHERE kind = 'run' AND state NOT IN ('draft', 'rolled_back')
           AND (%(run)s::int IS NULL OR id = %(run)s)
      ORDER BY EXISTS (SELECT FROM whatsapp_migration_item item
                        WHERE item.run_id = run.id) DESC, id DESC
         LIMIT 1
        """,
        {"run": run_id},
    )
    row = cr.fetchone()
    if not row:
        raise NoRun(
            "There is no run to verify: none has begun, or it was rolled back."
            " 'run' makes one."
        )
    before, after, decisions, ended = row
    complete(cr)
    cr.execute("SET TRANSACTION READ ONLY")
    return Scene(
        cr,
        Path(filestore) if filestore else None,
        before or {},
        after or {},
        decisions or {},
        ended or datetime.max,  # noqa: DTZ901 - as the database: naive UTC
    )
