"""What a run made, as one work table."""

from __future__ import annotations

from typing import Any

from psycopg2 import sql

from ..effects import DERIVED

# Its rows have no id of their own.
FILES_OF_MESSAGES = "message_attachment_rel"


def list_made(cr: Any, run_id: int) -> None:
    """Fill the temporary table ``wamig_undo``: every row that the run made.

    Columns: table_name, row_id, kept (false). It lives as long as the transaction.
    """
    cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_undo")
    cr.execute(
        """
        CREATE TEMPORARY TABLE wamig_undo (
            table_name text NOT NULL,
            row_id integer NOT NULL,
            kept boolean NOT NULL DEFAULT false)
        """
    )
    for derived in DERIVED:
        if derived.operation == "insert" and derived.table != FILES_OF_MESSAGES:
            cr.execute(
                f"INSERT INTO wamig_undo SELECT %(table)s, made.id"
                f" FROM ({derived.follows}) made WHERE made.id IS NOT NULL",
                {"run": run_id, "table": derived.table},
            )
    cr.execute(
        """
        INSERT INTO wamig_undo
        SELECT table_name, row_id FROM whatsapp_migration_effect
         WHERE run_id = %s AND operation = 'insert'
        """,
        [run_id],
    )
    # What an earlier, interrupted rollback has removed is of no interest.
    for table in made_tables(cr):
        cr.execute(
            sql.SQL(
                "DELETE FROM wamig_undo made WHERE table_name = %s"
                " AND NOT EXISTS (SELECT FROM {} own WHERE own.id = made.row_id)"
            ).format(sql.Identifier(table)),
            [table],
        )
    cr.execute("CREATE INDEX ON wamig_undo (table_name, row_id)")
    cr.execute("ANALYZE wamig_undo")


def made_tables(cr: Any) -> list[str]:
    cr.execute("SELECT DISTINCT table_name FROM wamig_undo ORDER BY table_name")
    return [row[0] for row in cr.fetchall()]
