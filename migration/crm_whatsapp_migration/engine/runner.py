"""Runs the steps: one runner at a time, a commit per batch, resumable at any point.

What is done stands in the ledger, in the same transaction as the rows themselves.
So going on after a kill is the same as beginning: every step looks for what is left.
The position kept on the run tells people how far it came.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg2
import psycopg2.errors

from . import classify, ledger
from .addons_path import ModuleCopy
from .columns import RequiredColumns
from .columns import read as read_columns
from .context import Context, read_refs
from .invariants import measure
from .legacy import inspect
from .no_run import NoRun
from .options import Options
from .plan import make_plan
from .room import give_session_room
from .steps import STEPS, Step
from .steps.limits import keep_oldest
from .verification.minutes import find_differences

# Key of the advisory lock: "wamig" on the keys of a telephone.
LOCK = 92644
# Seconds. Longer than the server needs to miss somebody who was killed.
LOCK_WAIT = 5.0


def utc_now() -> datetime:
    """Time as the database keeps it: UTC, naive."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Progress:
    """One event of a run.

    :param noun: step, as in ``steps.STEPS``
    :param done: rows of this step that are accounted for
    :param total: rows of this step
    :param rate: rows per second since the step began
    :param eta: seconds left for this step; None while unknown
    """

    noun: str
    done: int
    total: int
    rate: float = 0.0
    eta: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run (or rollback) ended.

    :param state: state of ``whatsapp.migration.run``
    :param counts: {source table: {"moved": n, "existing": n, "skipped": {reason: n},
        "rejected": {reason: n}}}
    :param run_id: row of ``whatsapp_migration_run``; a rehearsal leaves only that
    """

    run_id: int | None
    state: str
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: str | None = None


class Locked(Exception):
    """Another runner holds the advisory lock."""


class OpenQuestions(Exception):
    """The plan has questions that the decisions do not answer, or blockers.

    ``questions``: as in ``Plan.questions``; ``plan``: the whole of it.
    """

    def __init__(self, questions: list[Any], plan: Any) -> None:
        super().__init__(f"{len(questions)} open questions")
        self.questions = questions
        self.plan = plan


class Undecided(Exception):
    """Rows that only a person can decide about came between plan and run."""


class TextsDiffer(Exception):
    """A batch would show texts twice, or not at all; it was not committed."""

    words = (
        "Of the messages %(ids)s the text would be shown twice in its conversation, or"
        " not at all. The batch was not written; what was moved before is whole. Roll"
        " back, and report this."
    )

    def __init__(self, ids: Sequence[int]) -> None:
        self.values = {"ids": ", ".join(map(str, ids[:5]))}
        super().__init__(self.words % self.values)


class Stopped(Exception):
    """Somebody asked for the end, between two batches; carries the run's state."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@contextmanager
def locked(connect: Callable[[], Any]) -> Iterator[Any]:
    """A connection that holds the migration's lock, for run and rollback.

    The lock goes with the connection, so a killed runner leaves none. PostgreSQL
    notices a moment later: so whoever comes waits for up to ``LOCK_WAIT``.

    :raise Locked: another one holds it
    """
    connection = connect()
    try:
        connection.set_session(isolation_level="READ COMMITTED", autocommit=False)
        with connection.cursor() as cr:
            _take_lock(cr)
            give_session_room(cr)
        connection.commit()
        try:
            yield connection
        finally:
            _release_lock(connection)
    finally:
        connection.close()


def _take_lock(cr: Any) -> None:
    cr.execute("SET LOCAL lock_timeout = %s", (f"{int(LOCK_WAIT * 1000)}ms",))
    try:
        cr.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
    except psycopg2.errors.LockNotAvailable as error:
        raise Locked from error


def _release_lock(connection: Any) -> None:
    """Now, not when the server has seen the end of the connection."""
    # A connection that was lost has taken the lock along.
    with suppress(psycopg2.OperationalError, psycopg2.InterfaceError):
        connection.rollback()
        with connection.cursor() as cr:
            cr.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
        connection.commit()


def in_words(error: BaseException) -> str:
    """An error without the values of rows, which are people's messages."""
    if isinstance(error, psycopg2.Error):
        words = error.diag.message_primary or "the connection was lost"
        return f"{type(error).__name__}: {words}"
    return f"{type(error).__name__}: {error}"


class Runner:
    """Moves the legacy rows.

    :param connect: callable giving a new psycopg2 connection to the database
    :param options: ``options.Options``
    :param progress: called with a :class:`Progress` after each batch
    :param should_stop: asked between batches; True ends the run as ``interrupted``,
        a text as that state (``paused``)
    :param clock: callable giving the time (naive UTC ``datetime``)
    :param new_id: callable giving a new random text
    :param rehearsed: called with ``(cursor, run id)`` at the end of a rehearsal,
        before it is rolled back: what it would write can be looked at there
    :param user_id: who started it
    :param legacy_on_path: whether the legacy module's files are on the addons path;
        without them a module that counts as installed is in nobody's way
    :param legacy_files: those that hold WhatsApp, see ``leftovers.find_files``
    :param copies: see ``addons_path.find_copies``
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        options: Options,
        progress: Callable[[Progress], Any] = lambda event: None,
        should_stop: Callable[[], bool | str] = lambda: False,
        clock: Callable[[], datetime] = utc_now,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        rehearsed: Callable[[Any, int], Any] | None = None,
        user_id: int | None = None,
        legacy_on_path: bool | None = None,
        legacy_files: Mapping[str, str] | None = None,
        copies: Sequence[ModuleCopy] = (),
    ) -> None:
        self.connect = connect
        self.options = options
        self.progress = progress
        self.should_stop = should_stop
        self.clock = clock
        self.new_id = new_id
        self.rehearsed = rehearsed
        self.user_id = user_id
        self.legacy_on_path = legacy_on_path
        self.legacy_files = legacy_files
        self.copies = copies

    def run(self) -> Outcome:
        """Run, or go on with the run that was interrupted.

        :raise Locked: another runner is at work
        :raise OpenQuestions: decisions are missing; nothing was written
        :raise RequiredColumns: another module requires columns that nobody can fill;
            nothing was written
        :raise NoRun: a rollback was interrupted and must end first
        """
        with locked(self.connect) as connection, connection.cursor() as cr:
            self._refuse_half_undone(cr)
            plan = self._plan(cr)
            # Ends its read-only transaction; what it found out about each row stays,
            # in temporary tables.
            connection.commit()
            if self.options.dry_run:
                return self._rehearse(connection, cr, plan)
            return self._run(connection, cr, plan)

    # ------------------------------------------------------------- before
    def _refuse_half_undone(self, cr: Any) -> None:
        """What an interrupted rollback has removed still stands in the ledger."""
        undone = ledger.find_unfinished_rollback(cr)
        cr.connection.rollback()
        if undone:
            raise NoRun(
                "The rollback of run %(run)s was interrupted. Give 'rollback' again"
                " until it is done, then run.",
                run=undone,
            )

    def _plan(self, cr: Any) -> Any:
        plan = make_plan(
            cr, self.options, self.legacy_on_path, self.legacy_files, self.copies
        )
        waiting = [*plan.blockers, *plan.open_questions]
        if waiting:
            raise OpenQuestions(waiting, plan)
        return plan

    def _context(self, cr: Any, run_id: int) -> Context:
        return Context(
            cr,
            inspect(cr),
            self.options,
            self._tables(cr),
            read_refs(cr, self.options.country),
            run_id,
            self.clock(),
            self.new_id,
        )

    def _tables(self, cr: Any) -> Any:
        tables = read_columns(cr)
        if tables.missing:
            raise RequiredColumns(list(tables.missing))
        return tables

    def _open(self, cr: Any, kind: str, plan: Any) -> int:
        run_id = ledger.find_unfinished(cr) if kind == "run" else None
        options = self.options.as_dict()
        if run_id:
            now = self.clock()
            begins = ledger.reopen_run(cr, run_id, now, options, plan.as_dict())
        else:
            run_id = ledger.open_run(
                cr, kind, self.clock(), options, plan.as_dict(), self.user_id
            )
            begins = True
        if begins:
            ledger.keep(cr, run_id, before=measure(cr))
        return run_id

    # ---------------------------------------------------------------- run
    def _run(self, connection: Any, cr: Any, plan: Any) -> Outcome:
        self._tables(cr)
        run_id = self._open(cr, "run", plan)
        connection.commit()
        try:
            self._work(self._context(cr, run_id), connection.commit)
        except Stopped as stop:
            return self._close(connection, cr, run_id, stop.state)
        except KeyboardInterrupt:
            connection.rollback()
            return self._close(connection, cr, run_id, "interrupted")
        except Exception as error:
            # Kept on the run, where the administrator looks; then the caller's.
            connection.rollback()
            self._close(connection, cr, run_id, "failed", in_words(error))
            raise
        ledger.keep(cr, run_id, after=measure(cr))
        return self._close(connection, cr, run_id, "done")

    def _close(
        self,
        connection: Any,
        cr: Any,
        run_id: int,
        state: str,
        error: str | None = None,
    ) -> Outcome:
        counts = ledger.count(cr, run_id)
        ledger.keep(cr, run_id, counts=counts)
        ledger.close_run(cr, run_id, state, self.clock(), error)
        connection.commit()
        return Outcome(run_id, state, counts, error)

    def _rehearse(self, connection: Any, cr: Any, plan: Any) -> Outcome:
        """The same steps in one transaction that is rolled back."""
        run_id = self._open(cr, "dry", plan)
        state = "done"
        try:
            self._work(self._context(cr, run_id), lambda: None)
        except Stopped as stop:
            state = stop.state
        counts, after = ledger.count(cr, run_id), measure(cr)
        ledger.keep(cr, run_id, after=after, counts=counts)
        ledger.close_run(cr, run_id, state, self.clock())
        if self.rehearsed:
            self.rehearsed(cr, run_id)
        cr.execute("SELECT before FROM whatsapp_migration_run WHERE id = %s", (run_id,))
        before = cr.fetchone()[0]
        connection.rollback()
        run_id = ledger.open_run(
            cr,
            "dry",
            self.clock(),
            self.options.as_dict(),
            plan.as_dict(),
            self.user_id,
        )
        ledger.keep(cr, run_id, before=before, after=after, counts=counts)
        ledger.close_run(cr, run_id, state, self.clock())
        connection.commit()
        return Outcome(run_id, state, counts)

    def _work(self, context: Context, commit: Callable[[], Any]) -> None:
        for kind in STEPS:
            step = kind()
            self._step(context, step, commit)
            if step.noun == "gateways":
                # The plan said what becomes of each row; who gets which gateway is
                # known now.
                classify.name_gateways(context.cr)
                self._check_decided(context)
                if self.options.limit is not None:
                    keep_oldest(context, self.options.limit)
                commit()

    def _step(self, context: Context, step: Step, commit: Callable[[], Any]) -> None:
        began = self.clock()
        total = step.prepare(context)
        commit()
        self._tell(step.noun, 0, total, began)
        position = 0
        while True:
            self._heed()
            batch = step.work(context, position)
            if batch is None:
                break
            position = batch.position
            self._look(context, step)
            ledger.keep(
                context.cr,
                context.run_id,
                position={"noun": step.noun, "key": position, "total": total},
            )
            commit()
            self._tell(step.noun, batch.done, total, began)
        if total and step.analyze:
            context.cr.execute("ANALYZE " + ", ".join(step.analyze))
            commit()

    def _look(self, context: Context, step: Step) -> None:
        """Compare texts of a few conversations before the batch is committed."""
        sample = step.sample(context)
        found = find_differences(context.cr, sample.channels, sample.rows)
        if found:
            raise TextsDiffer(found)

    def _check_decided(self, context: Context) -> None:
        """The plan asks before; rows may have come since."""
        undecided = context.value(
            "SELECT count(*) FROM wamig_message WHERE state = 'open'"
        )
        if undecided:
            raise Undecided(
                f"{undecided} messages came since the plan that need a decision. Plan"
                " again."
            )

    def _heed(self) -> None:
        asked = self.should_stop()
        if asked:
            raise Stopped(asked if isinstance(asked, str) else "interrupted")

    def _tell(self, noun: str, done: int, total: int, began: datetime) -> None:
        seconds = (self.clock() - began).total_seconds()
        rate = done / seconds if seconds > 0 else 0.0
        eta = (total - done) / rate if rate else None
        self.progress(Progress(noun, done, total, rate, eta))
