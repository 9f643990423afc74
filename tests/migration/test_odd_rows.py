"""Rows that no well-kept table holds: nothing of them is a surprise in a run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.old_columns import OPTIONAL, REQUIRED
from odoo.addons.crm_whatsapp_migration.engine.verify import verify

from tests.migration.bench import Database, Legacy
from tests.migration.driving import LATER, plan, run
from tests.migration.handmade import BEGAN, Hand, written

PHONE = "573012345678"
NEW = """
    SELECT old.message, message.date, channel.whatsapp_history_of_id IS NOT NULL
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
      JOIN mail_message message ON message.id = item.target_id
      JOIN discuss_channel channel ON channel.id = message.res_id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
     ORDER BY message.id
"""


def _failing(database: Database) -> list[str]:
    with closing(database.connect()) as connection, connection.cursor() as cr:
        checks = verify(cr, None, database.filestore)
    return [check.name for check in checks if not check.ok]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "odd", ["0001-01-01", "1900-01-01", "2099-12-31", "9999-12-31"]
)
def test_one_impossible_date_decides_nothing_for_the_rest(
    fresh: Callable[..., Database], odd: str
) -> None:
    database = fresh()

    def write(hand: Hand) -> int:
        gateway = hand.gateway()
        for text in ("uno", "dos"):
            hand.message(gateway, PHONE, text, direction="incoming")
        hand.message(gateway, PHONE, "rara", sent_date=_at(odd), create_date=_at(odd))
        # Its other date is possible.
        hand.message(gateway, PHONE, "media", sent_date=_at(odd))
        hand.message(gateway, PHONE, "tres", direction="incoming")
        return gateway

    gateway = written(database, write)
    asked = plan(database)
    [question] = asked.open_questions
    assert question.code == "odd_dates"
    assert question.values["count"] == 2
    assert odd in question.values["samples"]
    answers = {"odd_dates": "nearest"}
    run(database, answers)
    with database.cursor() as cr:
        Hand(cr).message(
            gateway,
            PHONE,
            "después",
            at=BEGAN + timedelta(days=2),
            direction="incoming",
        )
    run(database, answers, LATER)

    found = database.rows(NEW)
    assert [text for text, _date, _history in found] == [
        *("uno", "dos", "rara", "media", "tres", "después")
    ]
    assert not any(history for _text, _date, history in found)
    assert found[2][1] == found[1][1]
    assert _failing(database) == []
    assert plan(database).open_questions == []


def test_rows_without_any_date_are_asked_about(fresh: Callable[..., Database]) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        gateway = hand.gateway()
        nothing = {"sent_date": None, "create_date": None}
        hand.message(gateway, PHONE, "sin fecha", **nothing)
        first = hand.message(gateway, PHONE, "con fecha", direction="incoming")
        assert first
        hand.message(
            gateway, PHONE, "sin fecha tampoco", direction="incoming", **nothing
        )

    written(database, write)
    assert [one.code for one in plan(database).open_questions] == ["odd_dates"]
    rejected = plan(database, {"odd_dates": "reject"})
    assert rejected.expected["whatsapp_message"]["rejected"] == {"date_impossible": 2}
    run(database, {"odd_dates": "nearest"})

    assert len({date for _text, date, _history in database.rows(NEW)}) == 1
    assert _failing(database) == []


def test_numbers_in_other_digits_and_empty_texts_are_verified_as_they_were_moved(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        hand.cr.execute("ALTER TABLE whatsapp_message ALTER message DROP NOT NULL;")
        gateway = hand.gateway()
        for zero in (0x660, 0x6F0, 0xFF10):
            phone = "".join(chr(zero + int(digit)) for digit in "3012345678")
            hand.message(gateway, phone, "otros dígitos")
        hand.message(gateway, PHONE, "vacío")
        hand.cr.execute(
            "UPDATE whatsapp_message SET message = NULL WHERE message = 'vacío'"
        )

    written(database, write)
    outcome = run(database)

    assert outcome.counts["whatsapp_message"]["moved"] == 4
    assert _failing(database) == []


def test_the_furthest_that_a_row_tells_is_its_state(
    fresh: Callable[..., Database],
) -> None:
    """R26: states never go back, and a delivery proves a failure wrong."""
    database = fresh()
    late = {"delivered_date": BEGAN + timedelta(hours=1)}
    read = {**late, "read_date": BEGAN + timedelta(hours=2)}
    rows: dict[str, tuple[dict[str, Any], str]] = {
        "Uno": ({"state": "failed", "error_message": "131026", **read}, "read"),
        "Dos": ({"state": "sent", **read}, "read"),
        "Tres": ({"state": "read"}, "read"),
        "Cuatro": ({"state": "failed", **late}, "delivered"),
        "Cinco": ({"state": "failed"}, "failed"),
        "Seis": ({"state": "delivered"}, "delivered"),
    }

    def write(hand: Hand) -> None:
        gateway = hand.gateway()
        for text, (values, _state) in rows.items():
            hand.message(gateway, PHONE, text, **values)

    written(database, write)
    behind = [one for one in plan(database).notes if one.code == "states_behind"]
    assert behind[0].values["count"] == 3
    run(database)

    found = database.rows(
        "SELECT old.message, own.whatsapp_state, own.notification_status,"
        "       own.whatsapp_failure"
        "  FROM whatsapp_migration_item item"
        "  JOIN whatsapp_message old ON old.id = item.source_id"
        "  JOIN mail_notification own ON own.mail_message_id = item.target_id"
        " WHERE item.source_table = 'whatsapp_message' ORDER BY old.id"
    )
    assert {text: state for text, state, _status, _why in found} == {
        text: state for text, (_values, state) in rows.items()
    }
    assert [status for *_rest, status, _why in found].count("exception") == 1
    assert [why for *_rest, why in found if why] == []
    assert _failing(database) == []


def test_optional_columns_may_lack(legacy: Callable[..., Legacy]) -> None:
    one = legacy(rows=200)
    database = one.database
    with database.cursor() as cr:
        for table, columns in OPTIONAL.items():
            for column in columns:
                cr.execute(f"ALTER TABLE {table} DROP COLUMN {column} CASCADE")
    answers = one.made.decisions(odd_dates="nearest")
    found = plan(database, answers)

    assert found.open_questions == []
    [lacking] = [one for one in found.warnings if one.code == "columns_lacking"]
    for table, columns in OPTIONAL.items():
        for column in columns:
            assert f"{table}.{column}" in lacking.values["columns"]
    outcome = run(database, answers)
    assert outcome.counts["whatsapp_message"]["moved"] > 100
    assert _failing(database) == []


@pytest.mark.parametrize(
    ("table", "column"), [(t, c) for t, own in REQUIRED.items() for c in own[1:]]
)
def test_what_nothing_can_do_without_is_named(
    fresh: Callable[..., Database], table: str, column: str
) -> None:
    database = fresh()
    written(database, lambda hand: hand.message(hand.gateway(), PHONE))
    with database.cursor() as cr:
        cr.execute(f"ALTER TABLE {table} DROP COLUMN {column} CASCADE")

    found = plan(database)

    [gone] = [one for one in found.blockers if one.code == "columns_gone"]
    assert gone.values["columns"] == f"{table}.{column}"


def test_a_read_only_database_is_planned(fresh: Callable[..., Database]) -> None:
    database = fresh()
    written(database, lambda hand: hand.message(hand.gateway(), PHONE))
    database.place.administer(
        "ALTER DATABASE {} SET default_transaction_read_only = on", database.name
    )

    said = database.migrate("plan", expect=0)

    assert "Mensajes, 1: se migran 1" in said.stdout
