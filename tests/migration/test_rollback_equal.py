"""After a rollback every table is as it was before the run, row by row in id order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.no_run import NoRun
from odoo.addons.crm_whatsapp_migration.engine.rollback import rollback
from odoo.addons.crm_whatsapp_migration.engine.undo import remove

from tests.migration.bench import Database, Legacy
from tests.migration.compare import Photograph, differences, photograph
from tests.migration.driving import LATER, NOW, SMALL, Moved, run
from tests.migration.endstate import end_state, highest_ids, written

RUNS = "SELECT kind, state FROM whatsapp_migration_run ORDER BY id"
LEFT = "SELECT count(*) FROM whatsapp_migration_{}"
HISTORIES = "SELECT count(*) FROM discuss_channel WHERE whatsapp_history_of_id > 0"
COUNTED = ("mail_message", "discuss_channel", "mail_guest", "mail_gateway")


def picture(database: Database) -> Photograph:
    """Every row but those of the migration's paper trail."""
    with database.cursor() as cr:
        return photograph(cr)


@pytest.fixture
def undone(moved: Moved) -> Iterator[Database]:
    """A copy of a migrated database on which anything may be done."""
    database = moved.database.copy()
    yield database
    database.drop()


def test_every_table_is_as_before(
    moved: Moved,
    undone: Database,
    before_of: Callable[[Moved], Photograph],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Indexes for the moment, as for many rows.
    monkeypatch.setattr(remove, "MANY", 5)
    before = before_of(moved)
    counts = {table: undone.value(f"SELECT count(*) FROM {table}") for table in COUNTED}

    outcome = rollback(undone.connect, batch=SMALL, clock=lambda: LATER)

    assert differences(before, picture(undone)) == []
    assert outcome.state == "rolled_back"
    assert undone.rows(RUNS) == [("run", "rolled_back"), ("rollback", "done")]
    assert undone.value(LEFT.format("item")) == undone.value(LEFT.format("effect")) == 0
    index = "SELECT count(*) FROM pg_indexes WHERE starts_with(indexname, 'wamig')"
    assert undone.value(index) == 0

    with pytest.raises(NoRun, match="no run to roll back"):
        rollback(undone.connect)
    for table, count in counts.items():
        gone = count - undone.value(f"SELECT count(*) FROM {table}")
        assert outcome.counts.get(table, {}).get("removed", 0) == gone, table


def test_run_once_more_it_is_as_the_first_time(
    moved_of: Callable[[str], Moved],
) -> None:
    moved = moved_of("mixed")
    database = moved.database.copy()
    try:
        rollback(database.connect)
        with moved.source.database.cursor() as cr:
            floor = highest_ids(cr)
        run(database, moved.made.decisions(), NOW, batch=SMALL)
        with moved.database.cursor() as first, database.cursor() as second:
            tables = written(first) | written(second)
            ends = [
                _without_runs(end_state(cr, floor, tables)) for cr in (first, second)
            ]
    finally:
        database.drop()

    assert differences(*ends) == []


def _without_runs(end: Photograph) -> Photograph:
    """Lines of the ledger name their run, which is another one."""
    return {
        name: table
        for name, table in end.items()
        if not name.startswith("whatsapp_migration_")
    }


def test_history_beside_a_living_conversation_goes_too(
    moved_of: Callable[[str], Moved],
) -> None:
    """The test of every table holds such conversations."""
    assert moved_of("mixed").value(HISTORIES) > 0


def test_runs_are_undone_one_after_the_other(legacy: Callable[..., Legacy]) -> None:
    one = legacy()
    database, answers = one.database, one.made.decisions()
    before = picture(database)
    first = run(database, answers, NOW, limit=100, batch=SMALL)
    between = picture(database)
    second = run(database, answers, LATER, batch=SMALL)
    assert second.counts["whatsapp_message"]["moved"] > 0

    with pytest.raises(NoRun, match=f"Run {second.run_id} came after"):
        rollback(database.connect, first.run_id)
    assert rollback(database.connect).run_id == second.run_id
    assert differences(between, picture(database)) == []

    assert rollback(database.connect).run_id == first.run_id
    assert differences(before, picture(database)) == []


@pytest.mark.parametrize("batches", [3, 8])
def test_half_a_run_is_undone(legacy: Callable[..., Legacy], batches: int) -> None:
    one = legacy(generation="mixed")
    before = picture(one.database)
    asked = iter([False] * batches)
    outcome: Any = run(
        one.database,
        one.made.decisions(),
        batch=SMALL,
        should_stop=lambda: next(asked, True),
    )
    assert outcome.state == "interrupted"

    rollback(one.database.connect)

    assert differences(before, picture(one.database)) == []


def test_a_run_that_did_nothing_is_none_to_undo(
    moved_of: Callable[[str], Moved],
) -> None:
    """The last run that did something is undone, and the outcome names it."""
    moved = moved_of("1")
    database = moved.database.copy()
    try:
        before = picture(moved.source.database)
        empty = run(database, moved.made.decisions(), LATER)
        assert empty.counts == {}
        with pytest.raises(NoRun, match=f"Run {empty.run_id} did nothing"):
            rollback(database.connect, empty.run_id)

        undone = rollback(database.connect, clock=lambda: LATER)

        assert undone.run_id == moved.outcome.run_id
        assert differences(before, picture(database)) == []
        with pytest.raises(NoRun, match="no run to roll back"):
            rollback(database.connect)
        states = database.rows("SELECT kind, state FROM whatsapp_migration_run")
        assert sorted(states) == [
            ("rollback", "done"),
            ("run", "rolled_back"),
            ("run", "rolled_back"),
        ]
    finally:
        database.drop()
