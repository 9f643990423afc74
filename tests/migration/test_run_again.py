"""Run twice, run a part, rehearse: nothing is doubled and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extensions
import pytest

from odoo.addons.crm_whatsapp_migration.engine.runner import Locked, locked

from tests.migration import fates
from tests.migration.bench import Database, Legacy
from tests.migration.compare import Photograph, differences, photograph
from tests.migration.conftest import GENERATIONS
from tests.migration.driving import LATER, NOW, SMALL, Moved, plan, run

EVERYTHING: tuple[str, ...] = ()
ITEMS = "SELECT * FROM whatsapp_migration_item ORDER BY id"
RUN = "whatsapp_migration_run"


def _photograph(database: Database, ledger: tuple[str, ...] = EVERYTHING) -> Photograph:
    with database.cursor() as cr:
        return photograph(cr, ledger)


def _sums(database: Database) -> dict[tuple[str, str], int]:
    rows = database.rows(
        "SELECT state, coalesce(reason, ''), count(*) FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_message' GROUP BY 1, 2"
    )
    return {(state, reason): count for state, reason, count in rows}


def test_a_second_run_changes_nothing(moved: Moved) -> None:
    database = moved.database.copy()
    try:
        before = _photograph(database, (RUN,))
        again = run(database, moved.made.decisions(), LATER)
        after = _photograph(database, (RUN,))
    finally:
        database.drop()

    assert differences(before, after) == []
    assert (again.state, again.counts) == ("done", {})


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_rehearsal_leaves_its_own_row_and_the_same_counts(
    legacy: Callable[..., Legacy], moved_of: Callable[[str], Moved], generation: str
) -> None:
    one = legacy(generation=generation)
    before = _photograph(one.database, (RUN,))
    outcome = run(one.database, one.made.decisions(), dry_run=True, batch=SMALL)

    assert differences(before, _photograph(one.database, (RUN,))) == []
    query = f"SELECT id, kind, state FROM {RUN}"
    assert one.database.rows(query) == [(outcome.run_id, "dry", "done")]
    assert outcome.counts == moved_of(generation).outcome.counts


def test_a_rehearsal_measures_what_a_run_measures(
    legacy: Callable[..., Legacy], moved_of: Callable[[str], Moved]
) -> None:
    one = legacy()
    run(one.database, one.made.decisions(), dry_run=True)
    query = f"SELECT before, after, counts FROM {RUN}"
    found, real = one.database.rows(query)[0], moved_of("1").rows(query)[0]
    for ours, theirs in zip(found, real, strict=True):
        for values in (ours, theirs):
            values.pop("database_bytes", None)
        assert ours == theirs


def test_parts_of_a_run_add_up_to_the_whole(
    legacy: Callable[..., Legacy], moved_of: Callable[[str], Moved]
) -> None:
    """`--limit` takes the oldest, and the next run goes on after them."""
    one, whole = legacy(), moved_of("1")
    counted = (
        "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-leg%%'"
    )
    for turn, wanted in enumerate((100, 200), 1):
        part = run(one.database, one.made.decisions(), limit=100, batch=SMALL)
        assert part.state == "done"
        assert one.database.value(counted) == wanted, turn
    newest = one.database.value(
        "SELECT max(date) FROM mail_message WHERE message_id LIKE '<whatsapp-leg%%'"
    )
    later = whole.value(
        "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-leg%%'"
        " AND date < %s",
        [newest],
    )
    assert later < 200
    run(one.database, one.made.decisions(), batch=SMALL)

    assert _sums(one.database) == _sums(whole.database)
    texts = (
        "SELECT message_id, body, date, author_id FROM mail_message"
        " WHERE message_id LIKE '<whatsapp-legacy-%%' ORDER BY date, id"
    )
    assert one.database.rows(texts) == whole.rows(texts)
    assert one.database.value("SELECT count(*) FROM discuss_channel") == whole.value(
        "SELECT count(*) FROM discuss_channel"
    )


def test_a_delta_run_takes_only_what_is_new(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy()
    database, answers = one.database, one.made.decisions()
    run(database, answers, batch=SMALL)
    before, items = _photograph(database, ("whatsapp_*",)), database.rows(ITEMS)
    new = _write_on(database)
    planned = plan(database, answers)
    delta = run(database, answers, LATER, batch=SMALL)

    assert delta.counts == {
        "whatsapp_message": {"moved": new, "existing": 0, "skipped": {}, "rejected": {}}
    }
    assert planned.expected["whatsapp_message"]["moved"] == sum(
        (new, fates.messages(one.made)["moved"])
    )
    assert database.rows(ITEMS)[: len(items)] == items
    after = _photograph(database, ("whatsapp_*",))
    kept = (
        "mail_message",
        "mail_notification",
        "mail_guest",
        "crm_lead",
        "mail_gateway",
    )
    for table in kept:
        assert before[table].rows.items() <= after[table].rows.items(), table
    came = len(after["mail_message"].rows) - len(before["mail_message"].rows)
    assert came == new
    assert len(after["discuss_channel"].rows) == len(before["discuss_channel"].rows)
    unread = """
        SELECT count(*) FROM discuss_channel_member member
          JOIN mail_message message ON message.model = 'discuss.channel'
           AND message.res_id = member.channel_id
           AND message.id >= member.new_message_separator
           AND message.message_type = 'comment'
    """
    assert database.value(unread) == 0


def _write_on(database: Database) -> int:
    """The old module goes on for a while after the first run; its new rows."""
    with database.cursor() as cr:
        cr.execute(
            """
            INSERT INTO whatsapp_message (name, lead_id, phone, message, direction,
                   state, gateway_id, external_id, sent_date, create_uid, create_date)
            SELECT 'x', lead_id, phone, 'Después', direction, state, gateway_id,
                   'wamid.DELTA' || id, %s, create_uid, %s
              FROM whatsapp_message WHERE id IN (
                   SELECT source_id FROM whatsapp_migration_item
                    WHERE source_table = 'whatsapp_message' AND state = 'moved'
                    ORDER BY source_id DESC LIMIT 12)
            """,
            [NOW + timedelta(hours=1)] * 2,
        )
        return int(cr.rowcount)


def test_a_decision_that_changed_takes_along_what_stayed_behind(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy()
    run(one.database, one.made.decisions())
    before = _sums(one.database)
    skipped = one.made.ids("twilio")[0]
    target = one.database.value(
        "SELECT target_id FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_gateway' AND state = 'moved' LIMIT 1"
    )
    run(one.database, one.made.decisions(), LATER, gateway_map={skipped: target})
    after = _sums(one.database)

    came = after["moved", ""] - before["moved", ""]
    assert came > 0
    assert sum(after.values()) == sum(before.values()) == one.made.rows
    assert after["skipped", "gateway_skipped"] < before["skipped", "gateway_skipped"]


@pytest.mark.usefixtures("impatient")
def test_two_runners_at_once_are_one_too_many(legacy: Callable[..., Legacy]) -> None:
    one = legacy(rows=60)
    before = _photograph(one.database)
    with locked(one.database.connect) as holder:
        with pytest.raises(Locked):
            run(one.database, one.made.decisions())
        assert differences(before, _photograph(one.database)) == []
        assert holder.closed == 0
    assert run(one.database, one.made.decisions()).state == "done"


class _Open(psycopg2.extensions.connection):
    """PostgreSQL sees the end of a connection some time after it was closed."""

    def close(self) -> None:
        """Not yet."""


@pytest.mark.usefixtures("impatient")
def test_the_lock_is_free_before_the_connection_is_gone(
    fresh: Callable[[], Database],
) -> None:
    database = fresh()

    def connect() -> Any:
        return psycopg2.connect(database.dsn, connection_factory=_Open)

    with pytest.raises(psycopg2.errors.DivisionByZero), locked(connect) as held:
        held.cursor().execute("SELECT 1 / 0")
    with locked(connect), pytest.raises(Locked), locked(database.connect):
        pass
    with locked(database.connect):
        pass


def test_who_comes_waits_for_one_who_is_just_going(
    fresh: Callable[[], Database],
) -> None:
    database = fresh()
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        stack.enter_context(locked(database.connect))
        leaving = pool.submit(_leave_when_somebody_waits, database, stack)
        with locked(database.connect):
            leaving.result()


def _leave_when_somebody_waits(database: Database, stack: ExitStack) -> None:
    """PostgreSQL itself does the waiting."""
    try:
        with database.cursor() as cr:
            cr.execute(
                """
                DO $$
                BEGIN
                    FOR turn IN 1..200 LOOP
                        PERFORM pg_stat_clear_snapshot();
                        IF EXISTS (SELECT FROM pg_locks WHERE NOT granted
                                      AND locktype = 'advisory') THEN
                            RETURN;
                        END IF;
                        PERFORM pg_sleep(0.02);
                    END LOOP;
                    RAISE 'nobody came to wait for the lock';
                END $$
                """
            )
    finally:
        stack.close()


def test_the_second_command_is_refused_in_words(
    legacy: Callable[..., Legacy], tmp_path: Any
) -> None:
    one = legacy(rows=60)
    answers = one.decisions(tmp_path)
    with locked(one.database.connect):
        done = one.database.migrate("run", "--decisions", answers, expect=4)

    assert "otra ejecución" in done.stderr.lower()
    assert one.database.value(f"SELECT count(*) FROM {RUN}") == 0
