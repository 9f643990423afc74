"""Undoes a run: removes what it made, restores what it changed, nothing else.

Work is committed in batches and begins anew at any point: what is to be done is
read from ledger and effects, which are the last to go.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from psycopg2.extras import Json

from .runner import Outcome, Progress, locked, utc_now
from .undo import keep, remove
from .undo.made import list_made, made_tables
from .undo.uses import uses

KEEP = "keep"
DROP = "drop"
ROLLED_BACK = "rolled_back"
INTERRUPTED = "interrupted"


class StillUsed(Exception):
    """Later messages or changes of people hang on what the run made.

    ``found``: lines in words. Nothing was undone; ``force`` says what becomes of them.
    """

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found))
        self.found = found


def rollback(
    connect: Callable[[], Any],
    run_id: int | None = None,
    force: str | None = None,
    progress: Callable[[Progress], Any] = lambda event: None,
    should_stop: Callable[[], bool | str] = lambda: False,
    clock: Callable[[], datetime] = utc_now,
    batch: int = 5000,
) -> Outcome:
    """Undo a run, in batches that are committed; called again it goes on.

    Gateways and templates that other conversations use stay in either case.

    :param connect: callable giving a new psycopg2 connection
    :param run_id: None: the rollback that was interrupted, else the newest run
    :param force: "keep": conversations that people use stay whole, the rest goes;
        "drop": they go, with what was written in them since
    :param progress, should_stop, clock: as for ``runner.Runner``
    :return: state "rolled_back" or, when stopped, "interrupted"; ``counts``: rows
        deleted per table
    :raise StillUsed: somebody uses what the run made and ``force`` is None
    :raise runner.Locked: a run or another rollback is at work
    :raise LookupError: there is no such run, or a later one stands on it
    """
    if force not in (None, KEEP, DROP):
        raise ValueError(f"force is None, {KEEP!r} or {DROP!r}")
    with locked(connect) as connection, connection.cursor() as cr:
        undo = _Rollback(connection, cr, progress, should_stop, clock, batch)
        return undo.run(run_id, force)


def hanging(cr: Any, run_id: int) -> list[str]:
    """What people have done with a run since, in words; empty when it may go.

    Makes temporary tables, changes nothing else.
    """
    list_made(cr, run_id)
    return [use.words for use in uses(cr, run_id)]


class _Rollback:
    def __init__(
        self,
        connection: Any,
        cr: Any,
        progress: Callable[[Progress], Any],
        should_stop: Callable[[], bool | str],
        clock: Callable[[], datetime],
        batch: int,
    ) -> None:
        self.connection = connection
        self.cr = cr
        self.progress = progress
        self.should_stop = should_stop
        self.clock = clock
        self.batch = batch
        self.counts: dict[str, dict[str, object]] = {}

    def run(self, run_id: int | None, force: str | None) -> Outcome:
        cr = self.cr
        paper = _unfinished(cr, run_id)
        if paper:
            undone, run_id, force = paper
            _set_state(cr, undone, "running")
        else:
            run_id = _find(cr, run_id)
            _refuse_if_built_on(cr, run_id)
            undone = 0
        list_made(cr, run_id)
        found = uses(cr, run_id)
        if found and force is None:
            raise StillUsed([use.words for use in found])
        if not undone:
            undone = _open(cr, run_id, force, self.clock())
        keep.keep_shared(cr) if force == DROP else keep.keep_used(cr)
        keep.keep_changes(cr, run_id)
        self.connection.commit()
        finished = self._work(run_id, force)
        self._close(undone, finished)
        return Outcome(
            run_id, ROLLED_BACK if finished else INTERRUPTED, dict(self.counts)
        )

    def _work(self, run_id: int, force: str | None) -> bool:
        cr = self.cr
        remove.make_indexes(cr, remove.missing_indexes(cr))
        self.connection.commit()
        return (
            self._restore(run_id)
            and self._drop(force)
            and all(self._delete(table) for table in remove.in_order(made_tables(cr)))
            and self._forget(run_id)
        )

    def _restore(self, run_id: int) -> bool:
        remove.unlink_files(self.cr, run_id)
        remove.restore_derived(self.cr, run_id)
        self.connection.commit()
        for table in remove.changed_tables(self.cr, run_id):
            after: int | None = 0
            while after is not None:
                after = remove.restore_batch(self.cr, run_id, table, after, self.batch)
                self.connection.commit()
                if self.should_stop():
                    return False
        return True

    def _drop(self, force: str | None) -> bool:
        if force == DROP:
            remove.drop_later(self.cr)
            self.connection.commit()
        return not self.should_stop()

    def _delete(self, table: str) -> bool:
        self.cr.execute(
            "SELECT count(*) FROM wamig_undo WHERE table_name = %s AND NOT kept",
            [table],
        )
        total, done, after = self.cr.fetchone()[0], 0, 0
        begun = time.monotonic()
        while True:
            last = remove.delete_batch(self.cr, table, after, self.batch)
            self.connection.commit()
            if last is None:
                self.counts[table] = {"removed": total}
                return True
            after, done = last, min(done + self.batch, total)
            self._tell(table, done, total, begun)
            if self.should_stop():
                return False

    def _forget(self, run_id: int) -> bool:
        while remove.forget_batch(self.cr, run_id, self.batch):
            self.connection.commit()
            if self.should_stop():
                return False
        return True

    def _close(self, undone: int, finished: bool) -> None:
        remove.drop_indexes(self.cr)
        if finished:
            self.cr.execute(
                "UPDATE whatsapp_migration_run"
                " SET state = 'done', ended = %s, counts = %s WHERE id = %s",
                [self.clock(), Json(self.counts), undone],
            )
        else:
            _set_state(self.cr, undone, INTERRUPTED)
        self.connection.commit()

    def _tell(self, table: str, done: int, total: int, begun: float) -> None:
        rate = done / max(time.monotonic() - begun, 0.001)
        self.progress(
            Progress(table, done, total, rate, (total - done) / max(rate, 0.001))
        )


# -------------------------------------------------------------- rows of runs
def _unfinished(cr: Any, run_id: int | None) -> tuple[int, int, str | None] | None:
    """(rollback's row, the run it undoes, force) of one that was interrupted."""
    cr.execute(
        """
        SELECT id, (options ->> 'run')::int, options ->> 'force'
          FROM whatsapp_migration_run
         WHERE kind = 'rollback' AND state IN ('running', 'interrupted', 'failed')
           AND (%(run)s::int IS NULL OR (options ->> 'run')::int = %(run)s)
      ORDER BY id DESC LIMIT 1
        """,
        {"run": run_id},
    )
    row: tuple[int, int, str | None] | None = cr.fetchone()
    return row


def _find(cr: Any, run_id: int | None) -> int:
    cr.execute(
        """
        SELECT max(id) FROM whatsapp_migration_run
         WHERE kind = 'run' AND state NOT IN ('draft', 'rolled_back')
           AND (%(run)s::int IS NULL OR id = %(run)s)
        """,
        {"run": run_id},
    )
    found: int | None = cr.fetchone()[0]
    if found is None:
        raise LookupError("There is no run to roll back.")
    return found


def _refuse_if_built_on(cr: Any, run_id: int) -> None:
    cr.execute(
        """
        SELECT max(id) FROM whatsapp_migration_run
         WHERE kind = 'run' AND state NOT IN ('draft', 'rolled_back') AND id > %s
        """,
        [run_id],
    )
    later = cr.fetchone()[0]
    if later:
        raise LookupError(
            f"Run {later} came after run {run_id} and stands on it: roll that one"
            " back first."
        )


def _open(cr: Any, run_id: int, force: str | None, now: datetime) -> int:
    """Write down that the rollback begins; from here on only it goes on."""
    cr.execute(
        "UPDATE whatsapp_migration_run SET state = 'rolled_back' WHERE id = %s",
        [run_id],
    )
    cr.execute(
        """
        INSERT INTO whatsapp_migration_run
               (kind, state, started, options, user_id, create_date, write_date)
        SELECT 'rollback', 'running', %(now)s, %(options)s, user_id, %(now)s, %(now)s
          FROM whatsapp_migration_run WHERE id = %(run)s
     RETURNING id
        """,
        {"now": now, "options": Json({"run": run_id, "force": force}), "run": run_id},
    )
    made: int = cr.fetchone()[0]
    return made


def _set_state(cr: Any, row_id: int, state: str) -> None:
    cr.execute(
        "UPDATE whatsapp_migration_run SET state = %s WHERE id = %s", [state, row_id]
    )
