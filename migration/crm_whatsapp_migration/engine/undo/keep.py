"""What stays of a run, because people use it."""

from __future__ import annotations

from typing import Any

from psycopg2 import sql

from .foreign_keys import pointing_at
from .made import made_tables

# Shared by conversations that are not the run's: never taken from under them, however
# much the rest shall go.
SHARED = ("mail_gateway", "mail_whatsapp_template")
# Rows that point at a gateway and are not part of a conversation that goes.
OTHERS_OF_GATEWAY = (
    "discuss_channel",
    "mail_whatsapp_template",
    "res_partner_gateway_channel",
    "mail_guest",
    "ir_act_server",
)

# What belongs to a kept row: {table: [(kept table, condition)]}; aliases own, top.
_PARTS = {
    "mail_message": [
        (
            "discuss_channel",
            "own.model = 'discuss.channel' AND own.res_id = top.row_id",
        ),
        (
            "discuss_channel",
            "own.model = 'crm.lead' AND own.res_id IN"
            " (SELECT id FROM crm_lead WHERE gateway_channel_id = top.row_id)",
        ),
    ],
    "mail_notification": [("mail_message", "own.mail_message_id = top.row_id")],
    "discuss_channel_member": [("discuss_channel", "own.channel_id = top.row_id")],
    "res_partner_gateway_channel": [
        (
            "discuss_channel",
            "(own.gateway_id, own.gateway_token) IN"
            " (SELECT gateway_id, gateway_channel_token FROM discuss_channel"
            "   WHERE id = top.row_id)",
        )
    ],
    "mail_whatsapp_template_variable": [
        ("mail_whatsapp_template", "own.template_id = top.row_id")
    ],
}
# A message that is used keeps the conversation it is in, if the run made that.
_CHANNEL_OF_MESSAGE = """
    UPDATE wamig_undo top SET kept = true
      FROM wamig_undo part JOIN mail_message own ON own.id = part.row_id
     WHERE part.table_name = 'mail_message' AND part.kept
       AND own.model = 'discuss.channel'
       AND top.table_name = 'discuss_channel' AND top.row_id = own.res_id
       AND NOT top.kept
"""


def keep_used(cr: Any) -> None:
    """Mark in ``wamig_undo`` what is used, and all that it needs to stay whole."""
    _mark(cr, "true")
    _close(cr)


def keep_shared(cr: Any) -> None:
    """Mark gateways and templates that something else than these rows uses."""
    _mark(
        cr,
        "used.of_table = ANY(%(shared)s) AND NOT used.edited"
        " AND used.by_table = ANY(%(others)s)",
    )
    _close(cr)


def _mark(cr: Any, condition: str) -> None:
    cr.execute(
        f"""
        UPDATE wamig_undo made SET kept = true
          FROM wamig_use used
         WHERE used.of_table = made.table_name AND used.of_id = made.row_id
           AND {condition}
        """,
        {"shared": list(SHARED), "others": list(OTHERS_OF_GATEWAY)},
    )


def _close(cr: Any) -> None:
    """Keep whatever a kept row points at, and its parts, until nothing is added."""
    tables = made_tables(cr)
    inner = [key for key in pointing_at(cr, tables) if key.table in tables]
    while True:
        added = 0
        cr.execute(_CHANNEL_OF_MESSAGE)
        added += cr.rowcount
        for key in inner:
            cr.execute(
                sql.SQL(
                    """
                    UPDATE wamig_undo top SET kept = true
                      FROM wamig_undo part JOIN {table} own ON own.id = part.row_id
                     WHERE part.table_name = {name} AND part.kept
                       AND top.table_name = {target} AND NOT top.kept
                       AND top.row_id = own.{column}
                    """
                ).format(
                    table=sql.Identifier(key.table),
                    name=sql.Literal(key.table),
                    target=sql.Literal(key.target),
                    column=sql.Identifier(key.column),
                )
            )
            added += cr.rowcount
        added += sum(_keep_parts(cr, table) for table in _PARTS if table in tables)
        if not added:
            return


def _keep_parts(cr: Any, table: str) -> int:
    added = 0
    for whole, condition in _PARTS[table]:
        cr.execute(
            sql.SQL(
                """
                UPDATE wamig_undo part SET kept = true
                  FROM {table} own, wamig_undo top
                 WHERE part.table_name = {name} AND NOT part.kept
                   AND own.id = part.row_id
                   AND top.table_name = {whole} AND top.kept AND {condition}
                """
            ).format(
                table=sql.Identifier(table),
                name=sql.Literal(table),
                whole=sql.Literal(whole),
                condition=sql.SQL(condition),
            )
        )
        added += cr.rowcount
    return added


def keep_changes(cr: Any, run_id: int) -> None:
    """Fill ``wamig_stay``: effects (update) that belong to a kept conversation."""
    cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_stay")
    cr.execute(
        """
        CREATE TEMPORARY TABLE wamig_stay AS
        WITH channel AS (
            SELECT row_id FROM wamig_undo
             WHERE table_name = 'discuss_channel' AND kept),
        message AS (
            SELECT row_id FROM wamig_undo WHERE table_name = 'mail_message' AND kept),
        folded AS (
            SELECT source_id FROM whatsapp_migration_item
             WHERE run_id = %(run)s AND source_table = 'discuss_channel'
               AND target_id IN (SELECT row_id FROM channel))
        SELECT effect.id
          FROM whatsapp_migration_effect effect
         WHERE effect.run_id = %(run)s AND effect.operation = 'update'
           AND (EXISTS (
                SELECT FROM jsonb_each_text(effect.after) new
                 WHERE new.key IN ('gateway_channel_id', 'res_id')
                   AND new.value::int IN (SELECT row_id FROM channel))
            OR EXISTS (
                SELECT FROM jsonb_each_text(effect.before) old
                 WHERE old.key = 'res_id'
                   AND old.value::int IN (SELECT row_id FROM channel))
            OR effect.table_name = 'discuss_channel'
               AND effect.row_id IN (SELECT source_id FROM folded)
            OR effect.table_name = 'mail_notification' AND effect.row_id IN (
                SELECT own.id FROM mail_notification own
                 WHERE own.mail_message_id IN (SELECT row_id FROM message)
                    OR own.gateway_channel_id IN (SELECT row_id FROM channel)))
        """,
        {"run": run_id},
    )
