"""The least that any migration must do: the rows it made, by INSERT … SELECT.

They are taken from a migrated database and put into another copy of the one that was
migrated, into the same tables with the same indexes and foreign keys.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from psycopg2 import sql

from tests.migration.bench import Database

#: In the order in which they may point at each other. With the column that grows.
TARGETS = (
    ("mail_gateway", "id"),
    ("mail_whatsapp_template", "id"),
    ("mail_whatsapp_template_variable", "id"),
    ("mail_guest", "id"),
    ("res_partner_gateway_channel", "id"),
    ("discuss_channel", "id"),
    ("mail_message", "id"),
    ("mail_notification", "id"),
    # How far somebody has read points at a message.
    ("discuss_channel_member", "id"),
    ("ir_attachment", "id"),
    ("message_attachment_rel", "message_id"),
    ("whatsapp_number", "id"),
)
#: The run's own paper trail, which a bare insert does not have.
LEDGER = (("whatsapp_migration_item", "id"), ("whatsapp_migration_effect", "id"))

Marks = dict[str, int]


@dataclass(frozen=True)
class Load:
    """The rows of one table in a file.

    :param rows: how many
    """

    table: str
    file: Path
    rows: int


def marks(database: Database) -> Marks:
    """The highest key of each table: what comes later is the run's."""
    query = sql.SQL("SELECT coalesce(max({}), 0) FROM {}")
    found = {}
    with database.cursor() as cr:
        for table, key in (*TARGETS, *LEDGER):
            cr.execute(query.format(sql.Identifier(key), sql.Identifier(table)))
            found[table] = cr.fetchone()[0]
    return found


def counts(database: Database) -> dict[str, int]:
    """Rows of each table."""
    query = sql.SQL("SELECT count(*) FROM {}")
    found = {}
    with database.cursor() as cr:
        for table, _ in TARGETS:
            cr.execute(query.format(sql.Identifier(table)))
            found[table] = cr.fetchone()[0]
    return found


def take(
    database: Database,
    since: Marks,
    folder: Path,
    tables: tuple[tuple[str, str], ...] = TARGETS,
) -> list[Load]:
    """Write the rows that came after the marks into files."""
    loads = []
    for table, key in tables:
        file = folder / f"{table}.copy"
        statement = sql.SQL(
            "COPY (SELECT * FROM {table} WHERE {key} > {mark} ORDER BY {key})"
            " TO STDOUT (FORMAT binary)"
        ).format(
            table=sql.Identifier(table),
            key=sql.Identifier(key),
            mark=sql.Literal(since[table]),
        )
        with database.cursor() as cr, file.open("wb") as stream:
            cr.copy_expert(statement, stream)
            loads.append(Load(table, file, cr.rowcount))
    return loads


def prepare(database: Database, loads: list[Load]) -> None:
    """Put the files into tables of their own, without indexes."""
    with database.cursor() as cr:
        for load in loads:
            own, name = sql.Identifier(f"bare_{load.table}"), sql.Identifier(load.table)
            cr.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(own, name))
            with load.file.open("rb") as stream:
                statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(own)
                cr.copy_expert(statement, stream)
            cr.execute(sql.SQL("ANALYZE {}").format(own))


def insert(database: Database, loads: list[Load]) -> dict[str, float]:
    """One INSERT … SELECT per table, in one transaction; seconds of each."""
    spent = {}
    with database.cursor() as cr:
        for load in loads:
            begun = time.monotonic()
            cr.execute(
                sql.SQL("INSERT INTO {} SELECT * FROM {}").format(
                    sql.Identifier(load.table), sql.Identifier(f"bare_{load.table}")
                )
            )
            spent[load.table] = time.monotonic() - begun
    return spent
