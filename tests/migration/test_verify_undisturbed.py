"""A migration that nobody disturbed passes, with figures that mean something."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine import verification
from odoo.addons.crm_whatsapp_migration.engine.no_run import NoRun
from odoo.addons.crm_whatsapp_migration.engine.verify import verify
from odoo.addons.crm_whatsapp_migration.engine.words import say

from tests.migration.bench import Database, Legacy
from tests.migration.driving import run

#: What verification may know of the engine: figures of before, names, words.
ALLOWED = {
    *("check", "scene", "catalog", "sums", "states", "invariants", "room"),
    # Which columns may lack.
    "old_columns",
}


def _verified(database: Database) -> dict[str, Any]:
    with closing(database.connect()) as connection, connection.cursor() as cr:
        cr.execute("SET TRANSACTION READ ONLY")
        return {check.name: check for check in verify(cr, None, database.filestore)}


def test_every_check_agrees(moved: Any) -> None:
    checks = _verified(moved.database)

    assert [check for check in checks.values() if not check.ok] == []
    assert len(checks) > 70


def test_the_figures_are_those_of_what_was_made(moved: Any) -> None:
    checks = _verified(moved.database)
    made, counts = moved.made, moved.outcome.counts["whatsapp_message"]

    assert checks["sums.whatsapp_message"].expected == made.rows
    for name in ("counts.month", "counts.state", "counts.person", "counts.direction"):
        assert checks[name].expected == checks[name].got == counts["moved"] > 50
    assert checks["unchanged.legacy_messages"].got == made.rows
    assert checks["unchanged.leads"].got == made.leads
    assert int(checks["texts.checksum"].got) != 0


def test_every_check_has_words_in_spanish(moved: Any) -> None:
    words = {check.words for check in _verified(moved.database).values()}

    assert [one for one in words if say(one, {}, "es") == one] == []


def test_what_is_compared_is_read_by_code_of_its_own() -> None:
    """A mistake of the run is not made again: its code is not there."""
    folder = Path(verification.__file__).parent
    known = set()
    for path in [*folder.glob("*.py"), folder.with_name("verify.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                module = (node.module or "").split(".")[-1]
                known |= {module} if module else {name.name for name in node.names}

    looks = {path.stem for path in folder.glob("*.py")} | {"verification", "no_run"}
    assert known - looks <= ALLOWED


def test_without_a_run_it_says_so(fresh: Callable[..., Database]) -> None:
    with pytest.raises(NoRun, match="There is no run to verify"):
        _verified(fresh())


def test_half_a_run_does_not_pass(legacy: Callable[..., Legacy]) -> None:
    one = legacy(rows=400)
    asked = iter([False] * 9)
    outcome = run(
        one.database,
        one.made.decisions(),
        batch=64,
        should_stop=lambda: next(asked, True),
    )

    failing = {name for name, one in _verified(one.database).items() if not one.ok}

    assert outcome.state == "interrupted"
    assert "sums.whatsapp_message" in failing


def test_a_later_status_and_a_later_message_are_no_faults(
    moved_of: Callable[[str], Any],
) -> None:
    one = moved_of("1")
    later = """
        UPDATE mail_notification SET whatsapp_state = 'read',
               notification_status = 'sent'
         WHERE id = (SELECT max(id) FROM mail_notification
                      WHERE whatsapp_state = 'delivered');
        INSERT INTO mail_message (model, res_id, date, message_type, body)
        SELECT 'discuss.channel', max(row_id), '2026-11-01', 'comment', '<p>Hola</p>'
          FROM whatsapp_migration_effect WHERE table_name = 'discuss_channel';
        UPDATE mail_message SET body = '<p>Corregido</p>', write_date = '2026-11-01'
         WHERE id = (SELECT max(target_id) FROM whatsapp_migration_item
                      WHERE source_table = 'whatsapp_message' AND state = 'moved')
    """
    with closing(one.database.connect()) as connection, connection.cursor() as cr:
        cr.execute(later)
        checks = verify(cr, None, one.database.filestore)
        connection.rollback()

    assert [check.name for check in checks if not check.ok] == []
