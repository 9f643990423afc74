"""Leads point at their conversations, are found by number, and say where to look."""

from __future__ import annotations

from psycopg2 import sql

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from ..context import Context
from ..effects import insert_rows, update_rows
from ..texts import words
from .base import Batch, Step
from .history import link_to

# The conversation of each lead's newest message, of every row that this run has
# accounted for; where that is history, the one it belongs to.
_LEADS = """
    CREATE TEMPORARY TABLE wamig_lead AS
    SELECT row_number() OVER (ORDER BY found.lead_id)::int AS seq, found.*
      FROM (
        SELECT DISTINCT ON (lead.id) lead.id AS lead_id, channel.id AS channel_id,
               channel.gateway_channel_token AS token, ''::text AS key
          FROM (SELECT message.lead_id, posted.res_id, max(posted.date) AS at
                  FROM whatsapp_migration_item item
                  JOIN whatsapp_message message ON message.id = item.source_id
                  JOIN mail_message posted ON posted.id = item.target_id
                 WHERE item.run_id = %(run)s
                   AND item.source_table = 'whatsapp_message'
                   AND item.target_table = 'mail_message'
                   AND message.lead_id IS NOT NULL
                 GROUP BY message.lead_id, posted.res_id) posted
          JOIN crm_lead lead ON lead.id = posted.lead_id
          JOIN discuss_channel own ON own.id = posted.res_id
          JOIN discuss_channel channel
            ON channel.id = coalesce(own.whatsapp_history_of_id, own.id)
           AND channel.channel_type = 'gateway'
         ORDER BY lead.id, posted.at DESC, channel.id DESC) found
"""
_PART = "target.seq > %(after)s AND target.seq <= %(to)s"
_POINTERS = f"""
    SELECT lead.id, target.channel_id AS gateway_channel_id
      FROM wamig_lead target
      JOIN crm_lead lead ON lead.id = target.lead_id
     WHERE {_PART} AND lead.gateway_channel_id IS NULL
"""
# The bridge looks a customer up in it; a lead's own number may be another one.
_NUMBER = {
    "lead_id": "target.lead_id",
    "number": "target.key",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_NUMBERS = f"""
      FROM wamig_lead target
     WHERE {_PART} AND target.key <> ''
       AND NOT EXISTS (SELECT FROM whatsapp_number number
                        WHERE number.lead_id = target.lead_id
                          AND number.number = target.key)
     ORDER BY target.seq
"""

_LANGUAGE = """
    coalesce((SELECT partner.lang FROM res_users users
                JOIN res_partner partner ON partner.id = users.partner_id
               WHERE users.id = lead.user_id),
             (SELECT partner.lang FROM res_company company
                JOIN res_partner partner ON partner.id = company.partner_id
               WHERE company.id = coalesce(lead.company_id, channel.company_id)))
"""
_MESSAGE_ID = "'<whatsapp-lead-' || lead.id || '@' || %(database)s || '>'"
# A note is for who opens the lead: no notification, no follower, no date of change.
_NOTE = {
    "model": "'crm.lead'",
    "res_id": "lead.id",
    "date": "%(now)s",
    "message_type": "'notification'",
    "subtype_id": "%(note)s",
    "author_id": "%(bot)s",
    "body": f"'<p>' || {words('lead_note', _LANGUAGE)} || ' ' || "
    + link_to("channel.id", "channel.name")
    + " || '.</p>'",
    "message_id": _MESSAGE_ID,
    "is_internal": "true",
    "record_name": "lead.name",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_LEADS = f"""
      FROM wamig_lead target
      JOIN crm_lead lead ON lead.id = target.lead_id
      JOIN discuss_channel channel ON channel.id = target.channel_id
     WHERE {_PART}
       AND NOT EXISTS (SELECT FROM mail_message note
                        WHERE note.message_id = {_MESSAGE_ID})
     ORDER BY target.seq
"""


class Leads(Step):
    noun = "leads"

    def prepare(self, context: Context) -> int:
        cr = context.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_lead")
        cr.execute(_LEADS, context.params())
        cr.execute("ALTER TABLE wamig_lead ADD PRIMARY KEY (seq); ANALYZE wamig_lead")
        self._total = int(context.value("SELECT count(*) FROM wamig_lead"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= self._total:
            return None
        to = min(position + context.options.batch, self._total)
        params = context.params(after=position, to=to)
        self._fill_keys(context, params)
        cr, tables, run_id = context.cr, context.tables, context.run_id
        columns = ("gateway_channel_id",)
        update_rows(cr, run_id, "crm_lead", columns, sql.SQL(_POINTERS), params)
        numbers = tables.insert("whatsapp_number", _NUMBER, _FROM_NUMBERS)
        insert_rows(cr, run_id, "whatsapp_number", numbers, params)
        notes = tables.insert("mail_message", _NOTE, _FROM_LEADS)
        insert_rows(cr, run_id, "mail_message", notes, params)
        return Batch(to, to)

    def _fill_keys(self, context: Context, params: dict[str, object]) -> None:
        """Keys of the persons of a batch; national variants need Python."""
        cr = context.cr
        cr.execute(
            f"SELECT seq, token FROM wamig_lead target WHERE {_PART}"
            " AND token ~ '^[0-9]+$'",
            params,
        )
        rows = cr.fetchall()
        cr.execute(
            """
            UPDATE wamig_lead target SET key = found.key
              FROM unnest(%s::int[], %s::text[]) AS found (seq, key)
             WHERE target.seq = found.seq
            """,
            ([seq for seq, _ in rows], [key_of(token) for _, token in rows]),
        )
