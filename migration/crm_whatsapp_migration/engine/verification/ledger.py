"""The ledger names what is there, once."""

from __future__ import annotations

from psycopg2 import sql

from .check import Check
from .scene import OLD_ID, PAIRS, Scene
from .sums import check_sums as _check_sums


def check_sums(scene: Scene) -> list[Check]:
    return _check_sums(scene.cr)


def check_ledger(scene: Scene) -> list[Check]:
    return [
        _targets(scene),
        scene.none(
            "ledger.once",
            "Each moved message became a message of its own.",
            """
            SELECT target_id FROM whatsapp_migration_item
             WHERE source_table = 'whatsapp_message' AND state = 'moved'
          GROUP BY target_id HAVING count(*) > 1
            """,
        ),
        scene.none(
            "ledger.own",
            "A moved message bears the id of its old row.",
            f"SELECT item.source_id {PAIRS}"
            f" AND {OLD_ID} IS DISTINCT FROM item.source_id",
        ),
        scene.none(
            "ledger.unknown",
            "Every migrated message is in the ledger; one that is not was made twice"
            " or left by a rollback.",
            f"""
            SELECT new.id FROM mail_message new
         LEFT JOIN whatsapp_migration_item item
                ON item.target_table = 'mail_message' AND item.target_id = new.id
               AND item.source_table = 'whatsapp_message' AND item.state = 'moved'
             WHERE {OLD_ID} IS NOT NULL AND item.id IS NULL
            """,
        ),
    ]


def _targets(scene: Scene) -> Check:
    """Rows that the ledger names and that are not there."""
    tables = [
        row[0]
        for row in scene.rows(
            "SELECT DISTINCT target_table FROM whatsapp_migration_item"
            " WHERE target_table IS NOT NULL ORDER BY 1"
        )
    ]
    missing = 0
    for table in tables:
        scene.cr.execute(
            sql.SQL(
                """
                SELECT count(*) FROM whatsapp_migration_item item
                 WHERE item.target_table = %s AND NOT EXISTS (
                    SELECT FROM {} own WHERE own.id = item.target_id)
                """
            ).format(sql.Identifier(table)),
            [table],
        )
        missing += scene.cr.fetchone()[0]
    return Check(
        "ledger.targets",
        not missing,
        0,
        missing,
        "What an old row became is there. If somebody deleted it, the ledger still"
        " says that it was moved.",
    )
