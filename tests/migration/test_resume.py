"""Killed at any point, a run goes on where it was and ends as if nothing had been."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from random import Random
from typing import Any

import psycopg2
import psycopg2.extensions
import pytest

from odoo.addons.crm_whatsapp_migration.engine.runner import Runner

from tests.migration.bench import COMMAND_SECONDS, Database, Legacy
from tests.migration.compare import Photograph, differences
from tests.migration.conftest import GENERATIONS
from tests.migration.driving import NOW, Moved, options, run
from tests.migration.endstate import end_state, highest_ids, written

KILLS = 10
#: Rows of a batch: a run of many commits.
BATCH = 16
#: Change it to try other points; a failure names the points it was found at.
SEED = int(os.environ.get("WA_KILL_SEED", "2026"))
STATE = "SELECT state FROM whatsapp_migration_run"
LINES = "SELECT count(*) FROM whatsapp_migration_item"


class Counted(psycopg2.extensions.cursor):
    """Counts the statements of this process; calls `at` at a certain one."""

    done = 0
    at: tuple[int, bool, Callable[[], None]] | None = None
    #: Dies at a statement that holds all of these.
    words: tuple[str, ...] = ()

    def execute(self, *arguments: Any) -> None:
        Counted.done += 1
        if self.words and all(word in str(arguments[0]) for word in self.words):
            os.kill(os.getpid(), signal.SIGKILL)
        place, before, act = Counted.at or (0, True, lambda: None)
        if Counted.done == place and before:
            act()
        super().execute(*arguments)
        if Counted.done == place:
            act()


def _connect(database: Database) -> Callable[[], Any]:
    return lambda: psycopg2.connect(database.dsn, cursor_factory=Counted)


def _runner(database: Database, answers: Any) -> Runner:
    return Runner(
        _connect(database),
        options(answers, batch=BATCH),
        clock=lambda: NOW,
        legacy_on_path=False,
    )


def _count(database: Database, answers: Any) -> int:
    """Statements that a run needs from here to its end, tried on a copy."""
    trial = database.copy()
    try:
        Counted.done, Counted.at = 0, None
        _runner(trial, answers).run()
        return Counted.done
    finally:
        trial.drop()


def _killed(database: Database, answers: Any, place: int, before: bool) -> bool:
    """Run in a process of its own, killed at a statement; whether it was.

    :param before: whether the statement itself is still done
    """
    child = os.fork()
    if not child:
        # Nothing of this process may live on in the child, whatever happens.
        status = 1
        try:
            Counted.done = 0
            Counted.at = (place, before, lambda: os.kill(os.getpid(), signal.SIGKILL))
            _runner(database, answers).run()
            status = 0
        finally:
            os._exit(status)
    _pid, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), "the run ended by an error"
    return ended == signal.SIGKILL


def _end(database: Database, floor: dict[str, int], tables: set[str]) -> Photograph:
    with database.cursor() as cr:
        return end_state(cr, floor, tables)


def _written(database: Database) -> set[str]:
    with database.cursor() as cr:
        return written(cr)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_ten_kills_later_the_end_is_the_same(
    legacy: Callable[..., Legacy],
    moved_of: Callable[[str], Moved],
    generation: str,
    record_property: Callable[[str, object], None],
) -> None:
    """Each database is killed until it is done; then the next, up to ten kills."""
    undisturbed = moved_of(generation)
    answers = undisturbed.made.decisions()
    rng = Random(f"{SEED} {generation}")
    points: list[tuple[int, bool]] = []
    floor, span = {}, (0, 0)
    while len(points) < KILLS:
        database = legacy(generation=generation).database
        if not floor:
            floor = _floor(database)
            span = _statements(database, answers)
        done = False
        while not done and len(points) < KILLS:
            point = (rng.randrange(*span), rng.random() < 0.5)
            done = not _killed(database, answers, *point)
            if not done:
                points.append(point)
        if not done:
            run(database, answers, batch=BATCH)
        assert database.rows(STATE) == [("done",)]
        tables = _written(undisturbed.database) | _written(database)
        assert "mail_message" in tables
        found = differences(
            _end(undisturbed.database, floor, tables), _end(database, floor, tables)
        )
        assert not found, "\n".join([f"killed at {points} of {span}", *found])
    record_property("kills", f"seed {SEED}: {points} of {span}")


def test_messages_and_their_lines_of_the_ledger_come_together(
    legacy: Callable[..., Legacy], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the narrowest place: after the messages, before their lines."""
    one = legacy(rows=60)
    written_down = ("INSERT INTO whatsapp_migration_item", "FROM wamig_move")
    monkeypatch.setattr(Counted, "words", written_down)
    assert _killed(one.database, one.made.decisions(), 0, before=True)

    moved = "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-lega%%'"
    assert one.database.value(moved) == 0
    assert one.database.value("SELECT count(*) FROM mail_guest") > 0


def _floor(database: Database) -> dict[str, int]:
    with database.cursor() as cr:
        return highest_ids(cr)


def _statements(database: Database, answers: Any) -> tuple[int, int]:
    """Statements of the plan, which writes nothing, and of all, tried on a copy."""
    return _statements_of_a_plan(database, answers), _count(database, answers)


def _statements_of_a_plan(database: Database, answers: Any) -> int:
    """Statements before a run opens its row."""
    Counted.done, Counted.at = 0, None
    runner = _runner(database, answers)
    with closing(runner.connect()) as connection, connection.cursor() as cr:
        runner._plan(cr)
    return Counted.done


# ------------------------------------------------------------------ asked to stop
@contextmanager
def _command(database: Database, *words: Any) -> Iterator[subprocess.Popen[str]]:
    argv = database.argv(["whatsapp_migrate", "run", "-d", database.name, *words])
    with subprocess.Popen(
        argv,
        env=database.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_between_batches_and_the_same_command_goes_on(
    legacy: Callable[..., Legacy],
    moved_of: Callable[[str], Moved],
    tmp_path: Any,
    number: signal.Signals,
) -> None:
    one = legacy()
    answers = one.decisions(tmp_path)
    words = ("--decisions", answers, "--batch", "8", "--lang", "en")
    # Holds what the run writes into, so that it cannot end before it is asked to.
    with closing(one.database.connect()) as holder, holder.cursor() as cr:
        cr.execute("LOCK TABLE mail_message IN SHARE MODE")
        with _command(one.database, *words) as process:
            _wait_for_a_waiting_one(one.database)
            process.send_signal(number)
            # Python hears the signal when the statement that waits is done.
            holder.rollback()
            out, err = process.communicate(timeout=COMMAND_SECONDS)
            assert process.returncode == 5, out + err
    assert "Stopping after this batch" in err
    assert "Give the same command again to go on." in out
    assert one.database.rows(STATE) == [("interrupted",)]
    assert 0 < one.database.value(LINES) < moved_of("1").value(LINES)

    one.database.migrate("run", *words, expect=0)
    assert one.database.rows(STATE) == [("done",)]
    by_row = (
        "SELECT source_table, source_id, state, reason FROM whatsapp_migration_item"
        " ORDER BY 1, 2"
    )
    assert one.database.rows(by_row) == moved_of("1").rows(by_row)


def _wait_for_a_waiting_one(database: Database) -> None:
    """Until somebody waits for the lock; PostgreSQL itself does the waiting."""
    with database.cursor() as cr:
        cr.execute(
            """
            DO $$
            BEGIN
                FOR turn IN 1..3000 LOOP
                    PERFORM pg_stat_clear_snapshot();
                    IF EXISTS (SELECT FROM pg_locks WHERE NOT granted
                                  AND relation = 'mail_message'::regclass) THEN
                        RETURN;
                    END IF;
                    PERFORM pg_sleep(0.02);
                END LOOP;
                RAISE 'nobody came to wait for the lock in a minute';
            END $$
            """
        )


def test_a_stop_asked_for_by_the_screen_is_kept_as_such(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=60)
    turns = iter([False] * 6 + ["paused"] * 100)
    outcome = run(
        one.database, one.made.decisions(), should_stop=lambda: next(turns), batch=8
    )

    assert outcome.state == "paused"
    assert one.database.rows(STATE) == [("paused",)]
    going_on = run(one.database, one.made.decisions(), batch=8)
    assert (going_on.run_id, going_on.state) == (outcome.run_id, "done")


def test_an_error_is_kept_on_the_run_without_anybodys_message(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=60)
    with one.database.cursor() as cr:
        cr.execute(
            """
            ALTER TABLE mail_message ADD CONSTRAINT no_room
                CHECK (message_id NOT LIKE '<whatsapp-legacy-%') NOT VALID
            """
        )
    with pytest.raises(psycopg2.Error):
        run(one.database, one.made.decisions())
    state, error = one.database.rows("SELECT state, error FROM whatsapp_migration_run")[
        0
    ]

    assert state == "failed"
    assert "no_room" in error
    assert "Failing row" not in error
    with one.database.cursor() as cr:
        cr.execute("ALTER TABLE mail_message DROP CONSTRAINT no_room")
    assert run(one.database, one.made.decisions()).state == "done"
    assert one.database.rows(STATE) == [("done",)]
