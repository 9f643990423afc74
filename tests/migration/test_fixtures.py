"""The fixtures are what they claim: tables as Odoo makes them, data as stated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of, to_e164

from tests.migration import legacy as legacy_tables
from tests.migration.bench import Bench, Database, Legacy
from tests.migration.compare import Photograph, differences, photograph
from tests.migration.generator import Wish
from tests.migration.generator.shares import Phone

TABLES = ("whatsapp_gateway", "whatsapp_template", "whatsapp_message")
SHAPE = """
    SELECT table_name, column_name, data_type, is_nullable
      FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name IN %s
  ORDER BY 1, 2
"""
KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid::regclass::text IN %s AND contype IN ('f', 'p', 'u')
  ORDER BY 1, 2
"""


def _shape(database: Database) -> list[tuple[object, ...]]:
    return [row for query in (SHAPE, KEYS) for row in database.rows(query, [TABLES])]


@pytest.mark.parametrize("generation", [1, 2])
def test_the_sql_makes_the_tables_that_odoo_makes(
    fresh: Callable[..., Database], generation: int
) -> None:
    by_odoo = _shape(fresh(f"legacy{generation}"))
    by_sql = fresh("bridge")
    with by_sql.cursor() as cr:
        legacy_tables.make_tables(cr, generation)

    assert _shape(by_sql) == by_odoo
    assert len(by_odoo) > 30


@pytest.mark.parametrize("generation", ["1", "2", "mixed"])
def test_what_was_made_is_what_is_there(
    legacy: Callable[..., Legacy], generation: str
) -> None:
    one = legacy(rows=300, generation=generation)
    database, made = one.database, one.made

    assert database.value("SELECT count(*) FROM whatsapp_message") == made.rows == 300
    for state in ("draft", "failed", "read"):
        query = "SELECT count(*) FROM whatsapp_message WHERE state = %s"
        assert database.value(query, [state]) == made.count(state=state)
    assert made.count(phone=Phone.TWO)
    assert made.count(phone=Phone.EMPTY)
    strays = "SELECT count(*) FROM discuss_channel WHERE gateway_channel_token ~ '^\\+'"
    assert database.value(strays) == made.strays
    assert bool(made.strays) == (generation != "1")


def test_every_way_of_writing_a_number_is_read_and_nothing_else_is(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=1000)
    rows = one.database.rows("SELECT gateway_id, phone, state FROM whatsapp_message")
    talks = {
        (gateway, key_of(number))
        for gateway, phone, state in rows
        if state != "draft" and (number := to_e164(phone, ["CO"]))
    }

    assert talks == one.made.talks[Phone.READABLE]


def test_equal_wishes_make_equal_databases(bench: Bench) -> None:
    found = [bench.legacy(Wish(rows=120, generation="2")) for _ in range(2)]
    try:
        photographs = [_photograph(one.database) for one in found]
    finally:
        for one in found:
            one.database.drop()

    assert differences(*photographs) == []


def _photograph(database: Database) -> Photograph:
    with database.cursor() as cr:
        return photograph(cr)
