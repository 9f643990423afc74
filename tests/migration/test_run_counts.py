"""Every legacy row ends somewhere, the plan said where, and the sums agree."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.migration import fates
from tests.migration.driving import Moved

LEGACY = ("whatsapp_gateway", "whatsapp_template", "whatsapp_message")
STRAYS = """
    SELECT id FROM discuss_channel
     WHERE channel_type = 'chat' AND gateway_id IS NOT NULL
"""


def test_a_run_ends_well(moved: Moved) -> None:
    assert (moved.outcome.state, moved.outcome.error) == ("done", None)
    query = "SELECT kind, state, error FROM whatsapp_migration_run"
    assert moved.rows(query) == [("run", "done", None)]


def test_the_run_does_what_the_plan_said(moved: Moved) -> None:
    expected = {
        table: {
            key: counts[key] for key in ("moved", "existing", "skipped", "rejected")
        }
        for table, counts in moved.plan.expected.items()
    }

    assert moved.outcome.counts == expected
    assert all(counts["open"] == 0 for counts in moved.plan.expected.values())


def test_rows_end_as_they_were_made_to_end(moved: Moved) -> None:
    assert moved.outcome.counts["whatsapp_message"] == fates.messages(moved.made)


def test_each_legacy_row_has_one_line_in_the_ledger(moved: Moved) -> None:
    source = moved.source.database
    for table in LEGACY:
        rows = moved.rows(
            "SELECT source_id FROM whatsapp_migration_item WHERE source_table = %s"
            " ORDER BY 1",
            [table],
        )
        assert rows == source.rows(f"SELECT id FROM {table} ORDER BY id"), table
    strays = moved.rows(
        "SELECT source_id FROM whatsapp_migration_item"
        " WHERE source_table = 'discuss_channel' ORDER BY 1"
    )
    assert strays == source.rows(f"{STRAYS} ORDER BY id")
    said = moved.rows(
        "SELECT source_id FROM whatsapp_migration_item"
        " WHERE source_table = 'mail_message' ORDER BY 1"
    )
    assert said == source.rows(
        "SELECT id FROM mail_message WHERE model = 'discuss.channel'"
        f" AND res_id IN ({STRAYS}) ORDER BY id"
    )


def test_the_ledgers_reasons_and_targets_make_sense(moved: Moved) -> None:
    rows = moved.rows(
        "SELECT source_table, state, reason IS NULL, target_id IS NULL, count(*)"
        " FROM whatsapp_migration_item GROUP BY 1, 2, 3, 4"
    )
    found: Counter[tuple[Any, ...]] = Counter()
    for _table, state, without_reason, without_target, count in rows:
        found[state, without_reason, without_target] += count
    # A moved row has a target and needs no reason; what stays behind has a reason.
    assert set(found) <= {
        ("moved", True, False),
        ("existing", False, False),
        ("existing", True, False),
        ("skipped", False, True),
        ("rejected", False, True),
    }
    assert found["moved", True, False] > 0
    assert found["skipped", False, True] > 0


def test_targets_are_there_and_belong_to_one_row(moved: Moved) -> None:
    tables = moved.rows(
        "SELECT DISTINCT target_table FROM whatsapp_migration_item"
        " WHERE target_table IS NOT NULL"
    )
    assert {table for (table,) in tables} >= {"mail_message", "mail_gateway"} - (
        {"mail_gateway"} if moved.made.generation == "2" else set()
    )
    for (table,) in tables:
        gone = (
            "SELECT count(*) FROM whatsapp_migration_item WHERE target_table = %s"
            f" AND target_id NOT IN (SELECT id FROM {table})"
        )
        assert moved.value(gone, [table]) == 0, table
    shared = """
        SELECT target_id FROM whatsapp_migration_item
         WHERE source_table = 'whatsapp_message' AND state = 'moved'
         GROUP BY target_id HAVING count(*) > 1
    """
    assert moved.rows(shared) == []


def test_progress_tells_every_noun_to_its_end(moved: Moved) -> None:
    last = {event.noun: event for event in moved.told}
    assert list(last) == [
        *("gateways", "templates", "people", "conversations", "strays"),
        *("messages", "attachments", "chatter", "leads", "positions"),
    ]
    for noun, event in last.items():
        assert event.done == event.total, noun
    turns = [event.done for event in moved.told if event.noun == "messages"]
    assert turns == sorted(turns)
    assert len(turns) > 4


@pytest.mark.parametrize("key", ["before", "after"])
def test_the_run_keeps_what_was_measured(moved: Moved, key: str) -> None:
    found = moved.value(f"SELECT {key} FROM whatsapp_migration_run")
    assert found["legacy_messages"] == moved.made.rows
    assert found["leads"] == moved.made.leads
