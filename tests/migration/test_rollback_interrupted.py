"""A rollback that was stopped or killed goes on; until it ends nothing else runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from itertools import chain, count
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.no_run import NoRun
from odoo.addons.crm_whatsapp_migration.engine.rollback import StillUsed, rollback
from odoo.addons.crm_whatsapp_migration.engine.runner import Locked, locked
from odoo.addons.crm_whatsapp_migration.engine.undo import remove
from odoo.addons.crm_whatsapp_migration.engine.verify import verify

from tests.migration.bench import Database
from tests.migration.compare import Photograph, differences, photograph
from tests.migration.driving import LATER, Moved, run

STATES = "SELECT state FROM whatsapp_migration_run WHERE kind = 'rollback'"


@pytest.fixture
def mixed(moved_of: Callable[[str], Moved]) -> Moved:
    return moved_of("mixed")


@pytest.fixture
def database(mixed: Moved) -> Any:
    found = mixed.database.copy()
    yield found
    found.drop()


@pytest.fixture
def changes(
    mixed: Moved, database: Database, before_of: Callable[[Moved], Photograph]
) -> Callable[[], list[str]]:
    """What differs from before the run."""

    def compare() -> list[str]:
        with database.cursor() as cr:
            return differences(before_of(mixed), photograph(cr))

    return compare


def _killed_after(database: Database, events: int) -> int:
    """Roll back in a process that is killed at an event; the signal that ended it."""
    child = os.fork()
    if not child:
        seen = []

        def die(event: Any) -> None:
            seen.append(event)
            if len(seen) == events:
                os.kill(os.getpid(), signal.SIGKILL)

        rollback(database.connect, progress=die, batch=20)
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    return os.WTERMSIG(status)


def test_killed_at_any_point_it_goes_on(
    database: Database,
    changes: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(remove, "MANY", 5)
    for events in (1, 3, 7, 5):
        assert _killed_after(database, events) == signal.SIGKILL
        assert database.rows(STATES) == [("running",)]
    assert changes()

    assert rollback(database.connect).state == "rolled_back"
    assert database.rows(STATES) == [("done",)]
    assert changes() == []


def test_stopped_between_batches_it_goes_on(
    mixed: Moved, database: Database, changes: Callable[[], list[str]]
) -> None:
    # Some values are put back first: on until something was removed too.
    for stop_after in chain((0, 1, 5), count(11, 2)):
        asked = iter([False] * stop_after)
        stop = partial(next, asked, True)
        outcome = rollback(database.connect, batch=30, should_stop=stop)
        assert outcome.state == "interrupted"
        part = sum(own.get("removed", 0) for own in outcome.counts.values())
        if part:
            break
    with pytest.raises(NoRun, match="was interrupted"):
        run(database, mixed.made.decisions(), LATER)
    with database.cursor() as cr, pytest.raises(NoRun, match="rolled back"):
        verify(cr, None)

    outcome = rollback(database.connect)

    assert outcome.state == "rolled_back"
    assert changes() == []
    # Counts are of all parts together.
    whole = sum(own.get("removed", 0) for own in outcome.counts.values())
    assert 0 < part < whole
    assert outcome.counts["mail_message"]["removed"] > 100


def test_what_is_used_while_it_lay_there_is_asked(
    database: Database, changes: Callable[[], list[str]]
) -> None:
    asked = iter([False])
    rollback(database.connect, should_stop=lambda: next(asked, True))
    with database.cursor() as cr:
        cr.execute(
            """
            INSERT INTO mail_message (model, res_id, message_type, body, date)
            SELECT 'discuss.channel', max(row_id), 'comment', '<p>Hola</p>',
                   '2026-11-01'
              FROM whatsapp_migration_effect
             WHERE table_name = 'discuss_channel' AND operation = 'insert'
            """
        )

    with pytest.raises(StillUsed):
        rollback(database.connect)
    assert rollback(database.connect, force="drop").state == "rolled_back"
    assert changes() == []


@pytest.mark.usefixtures("impatient")
def test_one_at_a_time(database: Database) -> None:
    with locked(database.connect), pytest.raises(Locked):
        rollback(database.connect)

    assert database.rows(STATES) == []
