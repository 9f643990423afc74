"""What goes, and what is as it was: every statement is one that can be repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg2 import sql

from ..effects import DERIVED
from .foreign_keys import ForeignKey, pointing_at
from .made import FILES_OF_MESSAGES

# Those that point go before those that are pointed at; tables that are not here
# come first.
LAST = (
    "mail_notification",
    "mail_message",
    "ir_attachment",
    "discuss_channel_member",
    "discuss_channel",
    "res_partner_gateway_channel",
    "mail_guest",
    "whatsapp_number",
    "mail_whatsapp_template_variable",
    "mail_whatsapp_template",
    "mail_gateway",
)
INDEX = "wamig_undo_"
# With fewer rows to delete, an index costs more than it gives.
MANY = 500

# Rows that name a dropped conversation by model and id only.
DOCUMENTS = (
    ("mail_activity", "res_model"),
    ("mail_followers", "res_model"),
    ("ir_attachment", "res_model"),
    ("mail_message", "model"),
)


def in_order(tables: Sequence[str]) -> list[str]:
    return sorted(
        tables, key=lambda name: (LAST.index(name) + 1 if name in LAST else 0, name)
    )


def delete_batch(cr: Any, table: str, after: int, batch: int) -> tuple[int | None, int]:
    """Delete the made rows of a table that follow ``after``.

    :return: (id of the last one, None when there is none left; how many)
    """
    cr.execute(
        """
        SELECT max(row_id) FROM (
            SELECT row_id FROM wamig_undo
             WHERE table_name = %(table)s AND NOT kept AND row_id > %(after)s
          ORDER BY row_id LIMIT %(batch)s) part
        """,
        {"table": table, "after": after, "batch": batch},
    )
    last: int | None = cr.fetchone()[0]
    if last is None:
        return None, 0
    cr.execute(
        sql.SQL(
            """
            DELETE FROM {} own USING wamig_undo made
             WHERE made.table_name = %s AND NOT made.kept
               AND made.row_id > %s AND made.row_id <= %s AND own.id = made.row_id
            """
        ).format(sql.Identifier(table)),
        (table, after, last),
    )
    return last, int(cr.rowcount)


def drop_later(cr: Any) -> None:
    """Delete what people added to conversations that go."""
    for table, model in DOCUMENTS:
        cr.execute(
            sql.SQL(
                """
                DELETE FROM {table} own USING wamig_undo made
                 WHERE made.table_name = 'discuss_channel' AND NOT made.kept
                   AND own.{model} = 'discuss.channel' AND own.res_id = made.row_id
                   AND NOT EXISTS (SELECT FROM wamig_undo of_run
                                    WHERE of_run.table_name = {name}
                                      AND of_run.row_id = own.id)
                """
            ).format(
                table=sql.Identifier(table),
                name=sql.Literal(table),
                model=sql.Identifier(model),
            )
        )


def unlink_files(cr: Any, run_id: int) -> None:
    """Take files off messages that the run did not make (they were there already).

    Those of made messages go with them.
    """
    for derived in DERIVED:
        if derived.table == FILES_OF_MESSAGES:
            cr.execute(
                f"""
                DELETE FROM message_attachment_rel rel USING ({derived.follows}) link
                 WHERE rel.message_id = link.message_id
                   AND rel.attachment_id = link.id
                   AND NOT EXISTS (
                       SELECT FROM wamig_undo kept
                        WHERE kept.kept AND kept.table_name = 'mail_message'
                          AND kept.row_id = rel.message_id)
                """,
                {"run": run_id},
            )


def changed_tables(cr: Any, run_id: int) -> list[str]:
    cr.execute(
        """
        SELECT DISTINCT table_name FROM whatsapp_migration_effect
         WHERE run_id = %s AND operation = 'update' ORDER BY 1
        """,
        [run_id],
    )
    return [row[0] for row in cr.fetchall()]


def restore_batch(
    cr: Any, run_id: int, table: str, after: int, batch: int
) -> tuple[int | None, int]:
    """Put back what the run changed, column by column.

    A column that no longer holds what the run wrote was changed since: it stays.

    :return: (id of the last effect, None when there is none left; how many rows)
    """
    cr.execute(
        """
        SELECT max(id), array_agg(DISTINCT key) FROM (
            SELECT id, before FROM whatsapp_migration_effect
             WHERE run_id = %(run)s AND operation = 'update' AND table_name = %(table)s
               AND id > %(after)s AND id NOT IN (SELECT id FROM wamig_stay)
          ORDER BY id LIMIT %(batch)s) part, jsonb_object_keys(part.before) key
        """,
        {"run": run_id, "table": table, "after": after, "batch": batch},
    )
    last, columns = cr.fetchone()
    if last is None:
        return None, 0
    sets = sql.SQL(", ").join(
        sql.SQL(
            "{0} = CASE WHEN effect.before ? {1} AND (NOT effect.after ? {1}"
            " OR own.{0} IS NOT DISTINCT FROM new.{0}) THEN old.{0} ELSE own.{0} END"
        ).format(sql.Identifier(column), sql.Literal(column))
        for column in columns
    )
    cr.execute(
        sql.SQL(
            """
            UPDATE {table} own SET {sets}
              FROM whatsapp_migration_effect effect
        CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, effect.before) old
        CROSS JOIN LATERAL jsonb_populate_record(
                       NULL::{table}, coalesce(effect.after, '{{}}')) new
             WHERE own.id = effect.row_id AND effect.run_id = %(run)s
               AND effect.operation = 'update' AND effect.table_name = %(table)s
               AND effect.id > %(after)s AND effect.id <= %(last)s
               AND effect.id NOT IN (SELECT id FROM wamig_stay)
            """
        ).format(table=sql.Identifier(table), sets=sets),
        {"run": run_id, "table": table, "after": after, "last": last},
    )
    return last, int(cr.rowcount)


def restore_derived(cr: Any, run_id: int) -> None:
    """Put back what follows from the ledger; what people use stays where it is."""
    for derived in DERIVED:
        if derived.operation != "update":
            continue
        cr.execute(
            f"CREATE TEMPORARY TABLE wamig_back ON COMMIT DROP AS {derived.follows}",
            {"run": run_id},
        )
        cr.execute("SELECT DISTINCT key FROM wamig_back, jsonb_object_keys(before) key")
        columns = [row[0] for row in cr.fetchall()]
        if not columns:
            continue
        sets = sql.SQL(", ").join(
            sql.SQL("{0} = old.{0}").format(sql.Identifier(column))
            for column in columns
        )
        cr.execute(
            sql.SQL(
                """
                UPDATE {table} own SET {sets}
                  FROM wamig_back back
            CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, back.before) old
                 WHERE own.id = back.id
                   AND NOT EXISTS (
                       SELECT FROM wamig_undo kept
                        WHERE kept.kept AND kept.table_name = 'discuss_channel'
                          AND {name} = 'mail_message' AND kept.row_id = own.res_id)
                """
            ).format(
                table=sql.Identifier(derived.table),
                name=sql.Literal(derived.table),
                sets=sets,
            )
        )


# Lines of the run's paper trail, and those that stay with what stays.
_STAYING_LINES = {
    "whatsapp_migration_item": """
        EXISTS (SELECT FROM wamig_undo kept
                 WHERE kept.kept AND kept.table_name = line.target_table
                   AND kept.row_id = line.target_id)
        OR EXISTS (SELECT FROM wamig_undo kept
                    WHERE kept.kept AND kept.table_name = 'discuss_channel'
                      AND line.source_table = 'mail_message'
                      AND kept.row_id = (line.detail ->> 'to')::int)
    """,
    "whatsapp_migration_effect": """
        EXISTS (SELECT FROM wamig_stay stay WHERE stay.id = line.id)
        OR EXISTS (SELECT FROM wamig_undo kept
                    WHERE kept.kept AND line.operation = 'insert'
                      AND kept.table_name = line.table_name
                      AND kept.row_id = line.row_id)
    """,
}
TRAIL = tuple(_STAYING_LINES)


def forget_batch(cr: Any, run_id: int, table: str, after: int, batch: int):
    """Delete lines of ledger or effects, those of what stays excepted.

    By id, since a search for whatever is left would wade through all that is gone.

    :param table: one of :data:`TRAIL`
    :return: id of the last line; None when there is none left
    """
    values = {"run": run_id, "after": after, "batch": batch}
    cr.execute(
        f"""
        SELECT max(id) FROM (
            SELECT id FROM {table} WHERE run_id = %(run)s AND id > %(after)s
          ORDER BY id LIMIT %(batch)s) part
        """,
        values,
    )
    last = cr.fetchone()[0]
    if last is not None:
        cr.execute(
            f"""
            DELETE FROM {table} line
             WHERE run_id = %(run)s AND id > %(after)s AND id <= %(last)s
               AND NOT ({_STAYING_LINES[table]})
            """,
            {**values, "last": last},
        )
    return last


# ------------------------------------------------------- indexes for a moment
def missing_indexes(cr: Any) -> list[ForeignKey]:
    """Pointing columns without index, where many rows go."""
    cr.execute(
        "SELECT table_name FROM wamig_undo WHERE NOT kept GROUP BY table_name"
        " HAVING count(*) > %s",
        [MANY],
    )
    tables = [row[0] for row in cr.fetchall()]
    return [key for key in pointing_at(cr, tables) if not key.indexed]


def make_indexes(cr: Any, keys: Sequence[ForeignKey]) -> None:
    for key in keys:
        cr.execute(
            sql.SQL(
                "CREATE INDEX IF NOT EXISTS {} ON {} ({}) WHERE {} IS NOT NULL"
            ).format(
                sql.Identifier(f"{INDEX}{key.table}_{key.column}"[:63]),
                sql.Identifier(key.table),
                sql.Identifier(key.column),
                sql.Identifier(key.column),
            )
        )


def drop_indexes(cr: Any) -> None:
    cr.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
        " AND starts_with(indexname, %s)",
        [INDEX],
    )
    for (name,) in cr.fetchall():
        cr.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
