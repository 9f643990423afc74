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

from .ledger import find_newest
from .no_run import NoRun
from .runner import Outcome, Progress, locked, utc_now
from .undo import keep, remove
from .undo.made import list_made, made_tables
from .undo.uses import Use, count_originals_gone, uses
from .verification.catalog import has_table

KEEP = "keep"
DROP = "drop"
ROLLED_BACK = "rolled_back"
INTERRUPTED = "interrupted"


class StillUsed(Exception):
    """Later messages or changes of people hang on what the run made.

    Nothing was undone; ``force`` says what becomes of them.
    """

    def __init__(self, found: list[Use]) -> None:
        self.found = found
        super().__init__("; ".join(self.words("en")))

    def words(self, lang: str) -> list[str]:
        return [use.say(lang) for use in self.found]


class OriginalsGone(Exception):
    """Error: the run holds the only copy, its old rows are not there any more.

    Nothing was undone; ``words`` and ``values`` say what can be done.
    """

    words = (
        "Nothing was removed: of %(count)s records that the run made the original is"
        " gone (the old tables were dropped, or their rows deleted), so these are the"
        " only copy. Restore the old tables from a backup first; where only some rows"
        " are gone, '--later keep' undoes the rest."
    )

    def __init__(self, count: int) -> None:
        self.values = {"count": count}
        super().__init__(self.words % self.values)


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
    :param run_id: None: the rollback that was interrupted, else the newest run that
        did something
    :param force: "keep": conversations that people use stay whole, the rest goes;
        "drop": they go, with what was written in them since
    :param progress, should_stop, clock: as for ``runner.Runner``
    :return: state "rolled_back" or, when stopped, "interrupted"; ``counts``: per
        table, rows ``removed`` and ``restored``
    :raise OriginalsGone: the old tables are not there, or ``force`` is "drop" and some
        of their rows are not
    :raise StillUsed: somebody uses what the run made and ``force`` is None
    :raise runner.Locked: a run or another rollback is at work
    :raise NoRun: there is no such run, it did nothing, or a later one stands on it
    """
    if force not in (None, KEEP, DROP):
        raise ValueError(f"force is None, {KEEP!r} or {DROP!r}")
    with locked(connect) as connection, connection.cursor() as cr:
        undo = _Rollback(connection, cr, progress, should_stop, clock, batch)
        return undo.run(run_id, force)


def hanging(cr: Any, run_id: int, lang: str = "en") -> list[str]:
    """What people have done with a run since, in words; empty when it may go.

    Makes temporary tables, changes nothing else.
    """
    list_made(cr, run_id)
    return [use.say(lang) for use in uses(cr, run_id)]


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
        self.counts: dict[str, dict[str, int]] = {}
        # Row of whatsapp_migration_run that this rollback is.
        self.undone = 0

    def run(self, run_id: int | None, force: str | None) -> Outcome:
        cr = self.cr
        paper = _unfinished(cr, run_id)
        if paper:
            undone, run_id, begun_with, self.counts = paper
            # People may have begun to use things while it lay there: then it is
            # asked anew. What it began with holds.
            force = begun_with or force
            _go_on(cr, undone, run_id, force)
        else:
            run_id = _find(cr, run_id)
            undone = 0
        list_made(cr, run_id)
        found = uses(cr, run_id)
        gone = count_originals_gone(cr)
        if gone and (force == DROP or not has_table(cr, "whatsapp_message")):
            raise OriginalsGone(gone)
        if found and force is None:
            raise StillUsed(found)
        self.undone = undone or _open(cr, run_id, force, self.clock())
        keep.keep_shared(cr) if force == DROP else keep.keep_used(cr)
        keep.keep_changes(cr, run_id)
        self.connection.commit()
        finished = self._work(run_id, force)
        self._close(finished)
        return Outcome(
            run_id, ROLLED_BACK if finished else INTERRUPTED, dict(self.counts)
        )

    def _commit(self, table: str | None = None, what: str = "", rows: int = 0) -> None:
        """Commit a batch, and with it how many rows there were of what."""
        if table and rows > 0:
            own = self.counts.setdefault(table, {})
            own[what] = own.get(what, 0) + rows
            _keep_counts(self.cr, self.undone, self.counts)
        self.connection.commit()

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
                after, rows = remove.restore_batch(
                    self.cr, run_id, table, after, self.batch
                )
                self._commit(table, "restored", rows)
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
            last, rows = remove.delete_batch(self.cr, table, after, self.batch)
            self._commit(table, "removed", rows)
            if last is None:
                return True
            after, done = last, min(done + self.batch, total)
            self._tell(table, done, total, begun)
            if self.should_stop():
                return False

    def _forget(self, run_id: int) -> bool:
        for table in remove.TRAIL:
            after: int | None = 0
            while after is not None:
                after = remove.forget_batch(self.cr, run_id, table, after, self.batch)
                self.connection.commit()
                if self.should_stop():
                    return False
        return True

    def _close(self, finished: bool) -> None:
        remove.drop_indexes(self.cr)
        state = "done" if finished else INTERRUPTED
        self.cr.execute(
            "UPDATE whatsapp_migration_run SET state = %s, ended = %s WHERE id = %s",
            [state, self.clock(), self.undone],
        )
        self.connection.commit()

    def _tell(self, table: str, done: int, total: int, begun: float) -> None:
        rate = done / max(time.monotonic() - begun, 0.001)
        self.progress(
            Progress(table, done, total, rate, (total - done) / max(rate, 0.001))
        )


# -------------------------------------------------------------- rows of runs
Paper = tuple[int, int, str | None, dict[str, dict[str, int]]]


def _unfinished(cr: Any, run_id: int | None) -> Paper | None:
    """(rollback's row, run it undoes, force, counts) of one that was interrupted."""
    cr.execute(
        """
        SELECT id, (options ->> 'run')::int, options ->> 'force',
               coalesce(counts, '{}')
          FROM whatsapp_migration_run
         WHERE kind = 'rollback' AND state IN ('running', 'interrupted', 'failed')
           AND (%(run)s::int IS NULL OR (options ->> 'run')::int = %(run)s)
      ORDER BY id DESC LIMIT 1
        """,
        {"run": run_id},
    )
    row: Paper | None = cr.fetchone()
    return row


def _go_on(cr: Any, undone: int, run_id: int, force: str | None) -> None:
    cr.execute(
        "UPDATE whatsapp_migration_run SET state = 'running', ended = NULL,"
        " options = %s WHERE id = %s",
        [Json({"run": run_id, "force": force}), undone],
    )


def _keep_counts(cr: Any, undone: int, counts: dict[str, dict[str, int]]) -> None:
    cr.execute(
        "UPDATE whatsapp_migration_run SET counts = %s WHERE id = %s",
        [Json(counts), undone],
    )


def _find(cr: Any, run_id: int | None) -> int:
    """Return the run to undo: the one asked for, else the newest.

    :raise NoRun: it is none to undo
    """
    if run_id is None:
        newest = find_newest(cr)
        if newest is None:
            raise NoRun(
                "There is no run to roll back: none has begun, or all were rolled back."
            )
        return newest
    cr.execute(
        "SELECT count(*) FROM whatsapp_migration_run WHERE id = %s AND kind = 'run'"
        " AND state NOT IN ('draft', 'rolled_back')",
        [run_id],
    )
    if not cr.fetchone()[0]:
        raise NoRun(
            "There is no run to roll back: none has begun, or all were rolled back."
        )
    later = find_newest(cr, after=run_id)
    if later:
        raise NoRun(
            "Run %(later)s came after run %(run)s and stands on it: roll that one"
            " back first.",
            later=later,
            run=run_id,
        )
    if find_newest(cr, after=run_id - 1) is None:
        raise NoRun(
            "Run %(run)s did nothing, so there is nothing to roll back. Leave --run"
            " out: the last run that did something is taken.",
            run=run_id,
        )
    return run_id


def _open(cr: Any, run_id: int, force: str | None, now: datetime) -> int:
    """Write down that the rollback begins; from here on only it goes on.

    Later runs did nothing: they are undone as well, and none of them goes on.
    """
    cr.execute(
        "UPDATE whatsapp_migration_run SET state = 'rolled_back'"
        " WHERE id >= %s AND kind = 'run' AND state <> 'draft'",
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
