"""What a run leaves besides the ledger, and what follows from the ledger alone.

Millions of rows follow from ledger rows (a message's notification, its links to
files); they get no row of their own. :data:`DERIVED` says which those are, for
rollback and verify. Everything else a run makes or changes is written down by
:func:`insert_rows` and :func:`update_rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql


@dataclass(frozen=True)
class Derived:
    """Rows of a table that a run made or changed and that have no effect row.

    :param table: table of these rows
    :param operation: ``insert`` (rollback deletes) or ``update`` (rollback restores)
    :param follows: SQL giving the rows' ids (``id``), for an update also the value
        to put back (``before`` as jsonb); parameter ``%(run)s``
    :param words: how they follow
    """

    table: str
    operation: str
    follows: str
    words: str


_MADE = """
    SELECT item.target_id AS id FROM whatsapp_migration_item item
     WHERE item.run_id = %(run)s AND item.source_table = '{source}'
       AND item.state = 'moved'
"""
_MESSAGES = _MADE.format(source="whatsapp_message")
_CHANNELS = """
    SELECT effect.row_id FROM whatsapp_migration_effect effect
     WHERE effect.run_id = %(run)s AND effect.operation = 'insert'
       AND effect.table_name = 'discuss_channel'
"""

DERIVED: tuple[Derived, ...] = (
    Derived(
        "mail_message",
        "insert",
        _MESSAGES,
        "every target of a moved whatsapp_message; a draft's line too",
    ),
    Derived(
        "mail_notification",
        "insert",
        f"SELECT id FROM mail_notification WHERE mail_message_id IN ({_MESSAGES})",
        "goes with its message (the database cascades)",
    ),
    Derived(
        "message_attachment_rel",
        "insert",
        """
        SELECT rel.message_id, rel.attachment_id AS id
          FROM message_attachment_rel rel
          JOIN whatsapp_migration_effect effect
            ON effect.table_name = 'ir_attachment' AND effect.row_id = rel.attachment_id
           AND effect.operation = 'update' AND effect.run_id = %(run)s
           AND effect.before ->> 'res_model' = 'whatsapp.message'
          JOIN whatsapp_migration_item item
            ON item.source_table = 'whatsapp_message'
           AND item.source_id = (effect.before ->> 'res_id')::int
           AND item.target_id = rel.message_id
        """,
        "a re-linked file of a whatsapp_message hangs on that row's target; keyed by"
        " (message_id, attachment_id), since the table has no id",
    ),
    Derived(
        "discuss_channel_member",
        "insert",
        f"SELECT id FROM discuss_channel_member WHERE channel_id IN ({_CHANNELS})",
        "members of a conversation that the run made (the database cascades)",
    ),
    Derived(
        "mail_gateway",
        "insert",
        _MADE.format(source="whatsapp_gateway"),
        "every target of a moved whatsapp_gateway",
    ),
    Derived(
        "mail_whatsapp_template",
        "insert",
        _MADE.format(source="whatsapp_template"),
        "every target of a moved whatsapp_template; its variables cascade",
    ),
    Derived(
        "mail_message",
        "update",
        """
        SELECT item.source_id AS id,
               jsonb_build_object('res_id', item.detail -> 'from') AS before
          FROM whatsapp_migration_item item
         WHERE item.run_id = %(run)s AND item.source_table = 'mail_message'
           AND item.state = 'moved'
        """,
        "a folded message of generation 2 keeps its id; res_id goes back to"
        " detail.from (the stray channel)",
    ),
)

_UPSERT = sql.SQL(
    """
    ON CONFLICT (table_name, row_id, run_id) DO UPDATE
       -- The oldest value is what was there before the run, the newest what it left.
       SET before = EXCLUDED.before || whatsapp_migration_effect.before,
           after = whatsapp_migration_effect.after || EXCLUDED.after
     -- A row that the run itself made is deleted, not restored.
     WHERE whatsapp_migration_effect.operation = 'update'
    """
)


def insert_rows(
    cr: Any, run_id: int, table: str, insert: sql.Composable, params: dict[str, Any]
) -> int:
    """Run an ``INSERT`` without ``RETURNING`` and write down each row it makes.

    :return: number of rows
    """
    cr.execute(
        sql.SQL(
            """
            WITH made AS ({insert} RETURNING id)
            INSERT INTO whatsapp_migration_effect
                   (run_id, operation, table_name, row_id)
            SELECT {run}, 'insert', {table}, id FROM made
            """
        ).format(insert=insert, run=sql.Literal(run_id), table=sql.Literal(table)),
        params,
    )
    return int(cr.rowcount)


def update_rows(
    cr: Any,
    run_id: int,
    table: str,
    columns: Sequence[str],
    source: sql.Composable,
    params: dict[str, Any],
) -> int:
    """Change rows to what ``source`` says, writing down what they were.

    Rows that already are so are left alone, ``write_date`` of all.

    :param source: ``SELECT`` giving ``id`` and one value per column, named as it
    :return: number of rows that changed
    """
    names = [sql.Identifier(name) for name in columns]

    def row(of: str) -> sql.Composable:
        return sql.SQL(", ").join(sql.Identifier(of, name) for name in columns)

    def as_json(of: str) -> sql.Composable:
        pairs = [
            sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(of, name))
            for name in columns
        ]
        return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))

    sets = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(name, sql.Identifier("new", column))
        for name, column in zip(names, columns, strict=True)
    )
    cr.execute(
        sql.SQL(
            """
            WITH new AS MATERIALIZED ({source}),
                 old AS MATERIALIZED (
                     SELECT own.id, {before} AS before, {after} AS after
                       FROM {table} own JOIN new ON new.id = own.id
                      WHERE ROW({own}) IS DISTINCT FROM ROW({new})
                        FOR UPDATE OF own),
                 changed AS (
                     UPDATE {table} own SET {sets}
                       FROM new JOIN old ON old.id = new.id
                      WHERE own.id = new.id)
            INSERT INTO whatsapp_migration_effect
                   (run_id, operation, table_name, row_id, before, after)
            SELECT {run}, 'update', {name}, id, before, after FROM old
            {upsert}
            """
        ).format(
            source=source,
            before=as_json("own"),
            after=as_json("new"),
            table=sql.Identifier(table),
            own=row("own"),
            new=row("new"),
            sets=sets,
            run=sql.Literal(run_id),
            name=sql.Literal(table),
            upsert=_UPSERT,
        ),
        params,
    )
    return int(cr.rowcount)


def note_insert(cr: Any, run_id: int, table: str, row_id: int) -> None:
    """Write down one row that Python made."""
    cr.execute(
        """
        INSERT INTO whatsapp_migration_effect (run_id, operation, table_name, row_id)
        VALUES (%s, 'insert', %s, %s)
        """,
        (run_id, table, row_id),
    )


__all__ = ["DERIVED", "Derived", "insert_rows", "note_insert", "update_rows"]
