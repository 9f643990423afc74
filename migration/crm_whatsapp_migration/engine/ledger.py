"""The paper trail of a run: its own row, and one row per legacy row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

# States in which a run has not come to its end: the next runner goes on with it.
UNFINISHED = ("running", "paused", "interrupted", "failed")

# A row that was skipped or rejected is looked at again in each run: a decision may
# have changed. What was moved is done for good.
UPSERT = """
    ON CONFLICT (source_table, source_id) DO UPDATE
       SET run_id = EXCLUDED.run_id, state = EXCLUDED.state,
           reason = EXCLUDED.reason, target_table = EXCLUDED.target_table,
           target_id = EXCLUDED.target_id, detail = EXCLUDED.detail
     WHERE whatsapp_migration_item.state IN ('skipped', 'rejected')
       AND (whatsapp_migration_item.state, whatsapp_migration_item.reason)
           IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.reason)
"""


# Of a row of whatsapp_migration_run named "run": it moved or accounted for something.
DID_SOMETHING = """
    (EXISTS (SELECT FROM whatsapp_migration_item item WHERE item.run_id = run.id)
     OR EXISTS (SELECT FROM whatsapp_migration_effect effect
                 WHERE effect.run_id = run.id))
"""


def find_newest(cr: Any, after: int = 0) -> int | None:
    """Return the newest run that did something and was not rolled back.

    :param after: of the runs later than this one
    """
    cr.execute(
        f"""
        SELECT max(run.id) FROM whatsapp_migration_run run
         WHERE run.kind = 'run' AND run.state NOT IN ('draft', 'rolled_back')
           AND run.id > %s AND {DID_SOMETHING}
        """,
        (after,),
    )
    found: int | None = cr.fetchone()[0]
    return found


def find_unfinished(cr: Any) -> int | None:
    """Run to go on with; under the runner's lock "running" means that it died."""
    cr.execute(
        """
        SELECT id FROM whatsapp_migration_run
         WHERE kind = 'run' AND state IN %s ORDER BY id DESC LIMIT 1
        """,
        (UNFINISHED,),
    )
    row = cr.fetchone()
    return row[0] if row else None


def find_unfinished_rollback(cr: Any) -> int | None:
    """Run of which a rollback has begun and not ended; under the lock, too."""
    cr.execute(
        """
        SELECT (options ->> 'run')::int FROM whatsapp_migration_run
         WHERE kind = 'rollback' AND state IN %s ORDER BY id DESC LIMIT 1
        """,
        (UNFINISHED,),
    )
    row = cr.fetchone()
    return row[0] if row else None


def open_run(
    cr: Any,
    kind: str,
    now: datetime,
    options: Mapping[str, Any],
    plan: Mapping[str, Any] | None,
    user_id: int | None = None,
) -> int:
    """Make the row of a run that begins now."""
    options = dict(options)
    decisions = options.pop("decisions", None)
    cr.execute(
        """
        INSERT INTO whatsapp_migration_run
               (kind, state, started, user_id, options, decisions, plan,
                create_date, write_date)
        VALUES (%(kind)s, 'running', %(now)s, %(user)s, %(options)s, %(decisions)s,
                %(plan)s, %(now)s, %(now)s)
        RETURNING id
        """,
        {
            "kind": kind,
            "now": now,
            "user": user_id,
            "options": Json(options),
            "decisions": Json(decisions),
            "plan": Json(plan),
        },
    )
    return int(cr.fetchone()[0])


def reopen_run(
    cr: Any, run_id: int, now: datetime, options: Mapping[str, Any], plan: Any
) -> bool:
    """Go on with a run, or begin one that the screen prepared.

    :return: whether it begins only now
    """
    options = dict(options)
    decisions = options.pop("decisions", None)
    cr.execute(
        """
        UPDATE whatsapp_migration_run
           SET state = 'running', ended = NULL, error = NULL,
               started = coalesce(started, %(now)s), options = %(options)s,
               decisions = %(decisions)s, plan = coalesce(plan, %(plan)s)
         WHERE id = %(run)s
     RETURNING before IS NULL
        """,
        {
            "run": run_id,
            "now": now,
            "options": Json(options),
            "decisions": Json(decisions),
            "plan": Json(plan),
        },
    )
    return bool(cr.fetchone()[0])


def keep(cr: Any, run_id: int, **values: Any) -> None:
    """Write ``before``, ``after``, ``position``, ``counts``, ``checks`` of a run."""
    for name in ("before", "after", "position", "counts", "checks"):
        if name in values:
            cr.execute(
                f"UPDATE whatsapp_migration_run SET {name} = %s WHERE id = %s",
                (Json(values[name]), run_id),
            )


def close_run(
    cr: Any, run_id: int, state: str, now: datetime, error: str | None = None
) -> None:
    cr.execute(
        """
        UPDATE whatsapp_migration_run
           SET state = %s, ended = %s, write_date = %s, error = %s WHERE id = %s
        """,
        (state, now, now, error, run_id),
    )


def note(
    cr: Any,
    run_id: int,
    source: tuple[str, int],
    state: str,
    reason: str | None = None,
    target: tuple[str, int] | None = None,
) -> None:
    """Account for one legacy row (gateways and templates, which are few).

    :param source: (table, id)
    :param target: (table, id) of what it became or already is
    """
    cr.execute(
        f"""
        INSERT INTO whatsapp_migration_item
               (run_id, source_table, source_id, state, reason,
                target_table, target_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        {UPSERT}
        """,
        (run_id, *source, state, reason or None, *(target or (None, None))),
    )


def count(cr: Any, run_id: int) -> dict[str, dict[str, Any]]:
    """Sums of a run, by source table.

    :return: ``{table: {"moved": n, "existing": n, "skipped": {reason: n},
        "rejected": {reason: n}}}``
    """
    cr.execute(
        """
        SELECT source_table, state, coalesce(reason, ''), count(*)
          FROM whatsapp_migration_item WHERE run_id = %s GROUP BY 1, 2, 3
        """,
        (run_id,),
    )
    counts: dict[str, dict[str, Any]] = {}
    for table, state, reason, number in cr.fetchall():
        own = counts.setdefault(
            table, {"moved": 0, "existing": 0, "skipped": {}, "rejected": {}}
        )
        if state in ("skipped", "rejected"):
            own[state][reason] = own[state].get(reason, 0) + number
        else:
            own[state] += number
    return counts
