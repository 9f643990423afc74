"""Conversations of generation 2 are folded into OCA's.

Their messages keep their ids, only ``res_id`` changes, since legacy rows, replies
and notifications name them by id and Discuss reads by id. Of twins the lower id
stays in the conversation; the other one is left, or put, in the archived stray.
"""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import update_rows
from ..ledger import UPSERT
from .base import Batch, Step

_STRAYS = """
    CREATE TEMPORARY TABLE wamig_fold AS
    SELECT row_number() OVER (ORDER BY stray.id)::int AS seq, stray.id, stray.state,
           stray.reason,
           coalesce(target.channel_id, target.new_channel_id) AS channel_id
      FROM wamig_stray stray
 LEFT JOIN wamig_target target ON target.gateway = stray.gateway
                              AND target.key = stray.key
     WHERE NOT stray.done
"""
_PART = "fold.seq > %(after)s AND fold.seq <= %(to)s"

_LEDGER_MESSAGES = f"""
    INSERT INTO whatsapp_migration_item
           (run_id, source_table, source_id, state, reason, target_table, target_id,
            detail)
    SELECT %(run)s, 'mail_message', mine.id, mine.state, nullif(mine.reason, ''),
           CASE WHEN mine.state IN ('moved', 'existing') THEN 'mail_message' END,
           CASE mine.state WHEN 'moved' THEN mine.id
                           WHEN 'existing' THEN mine.twin_id END,
           CASE WHEN mine.state = 'moved'
                THEN jsonb_build_object('from', fold.id, 'to', fold.channel_id) END
      FROM wamig_fold fold
      JOIN wamig_stray_message mine ON mine.channel_id = fold.id AND NOT mine.done
     WHERE {_PART}
     ORDER BY mine.id
    {UPSERT}
"""
_LEDGER_CHANNELS = f"""
    INSERT INTO whatsapp_migration_item
           (run_id, source_table, source_id, state, reason, target_table, target_id)
    SELECT %(run)s, 'discuss_channel', fold.id, fold.state, nullif(fold.reason, ''),
           CASE WHEN fold.state = 'moved' THEN 'discuss_channel' END,
           CASE WHEN fold.state = 'moved' THEN fold.channel_id END
      FROM wamig_fold fold
     WHERE {_PART}
     ORDER BY fold.id
    {UPSERT}
"""
_MOVE = f"""
    UPDATE mail_message message SET res_id = fold.channel_id
      FROM wamig_fold fold
      JOIN wamig_stray_message mine ON mine.channel_id = fold.id
     WHERE {_PART} AND mine.state = 'moved' AND NOT mine.done
       AND message.id = mine.id AND message.res_id = fold.id
"""
# The younger twin goes where nobody looks, and gives up the wamid: an answer quotes
# the one that is shown.
_DRIVEN_OUT = f"""
    SELECT DISTINCT ON (mine.twin_id) mine.twin_id AS id, fold.id AS res_id
      FROM wamig_fold fold
      JOIN wamig_stray_message mine ON mine.channel_id = fold.id
      JOIN mail_message twin ON twin.id = mine.twin_id
                            AND twin.res_id = fold.channel_id
     WHERE {_PART} AND mine.state = 'moved' AND NOT mine.done
     ORDER BY mine.twin_id, mine.id
"""
_LOST_WAMIDS = f"""
    SELECT own.id, NULL::varchar AS gateway_message_id
      FROM (SELECT mine.twin_id AS kept, mine.id AS hidden, fold.seq
              FROM wamig_fold fold
              JOIN wamig_stray_message mine ON mine.channel_id = fold.id
             WHERE mine.state = 'existing' AND NOT mine.done
             UNION ALL
            SELECT mine.id, mine.twin_id, fold.seq
              FROM wamig_fold fold
              JOIN wamig_stray_message mine ON mine.channel_id = fold.id
              JOIN mail_message twin ON twin.id = mine.twin_id
                                    AND twin.res_id = fold.channel_id
             WHERE mine.state = 'moved' AND NOT mine.done) fold
      JOIN mail_notification own ON own.mail_message_id = fold.hidden
      JOIN mail_notification shown ON shown.mail_message_id = fold.kept
                                  AND shown.gateway_message_id = own.gateway_message_id
     WHERE {_PART}
     GROUP BY own.id
"""
_NOTIFICATIONS = f"""
    SELECT own.id, fold.channel_id AS gateway_channel_id
      FROM wamig_fold fold
      JOIN wamig_stray_message mine ON mine.channel_id = fold.id
      JOIN mail_notification own ON own.mail_message_id = mine.id
                                AND own.gateway_channel_id = fold.id
     WHERE {_PART} AND mine.state = 'moved' AND NOT mine.done
"""
_FILES = f"""
    SELECT own.id, fold.channel_id AS res_id
      FROM wamig_fold fold
      JOIN ir_attachment own ON own.res_model = 'discuss.channel'
                            AND own.res_id = fold.id AND own.res_field IS NULL
     WHERE {_PART} AND fold.state = 'moved'
"""
_ARCHIVED = f"""
    SELECT fold.id, false AS active FROM wamig_fold fold
     WHERE {_PART} AND fold.state = 'moved'
"""
# What users had read before the fold stays read after it.
_READ = f"""
    SELECT member.id, newest.id + 1 AS new_message_separator
      FROM (SELECT DISTINCT fold.channel_id FROM wamig_fold fold
             WHERE {_PART} AND fold.state = 'moved') fold
      JOIN discuss_channel_member member ON member.channel_id = fold.channel_id
CROSS JOIN LATERAL (
        SELECT max(message.id) AS id FROM mail_message message
         WHERE message.model = 'discuss.channel'
           AND message.res_id = fold.channel_id) newest
     WHERE newest.id >= member.new_message_separator
       AND NOT EXISTS (SELECT FROM mail_message unread
                        WHERE unread.model = 'discuss.channel'
                          AND unread.res_id = fold.channel_id
                          AND unread.id >= member.new_message_separator
                          AND unread.message_type
                              NOT IN ('notification', 'user_notification')
                          AND NOT EXISTS (
                              SELECT FROM wamig_stray_message mine
                               WHERE mine.id = unread.id AND mine.state = 'moved'
                                 AND NOT mine.done))
"""


class Strays(Step):
    noun = "strays"

    def prepare(self, context: Context) -> int:
        context.cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_fold")
        context.cr.execute(_STRAYS)
        context.cr.execute(
            "ALTER TABLE wamig_fold ADD PRIMARY KEY (seq); ANALYZE wamig_fold"
        )
        self._total = int(context.value("SELECT count(*) FROM wamig_fold"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= self._total:
            return None
        # A conversation holds many messages: fewer of them are one batch.
        to = min(position + max(context.options.batch // 20, 1), self._total)
        params = context.params(after=position, to=to)
        cr, run_id = context.cr, context.run_id
        for table, column, source in (
            ("mail_notification", "gateway_message_id", _LOST_WAMIDS),
            ("mail_message", "res_id", _DRIVEN_OUT),
            ("mail_notification", "gateway_channel_id", _NOTIFICATIONS),
            ("ir_attachment", "res_id", _FILES),
            ("discuss_channel", "active", _ARCHIVED),
        ):
            update_rows(cr, run_id, table, (column,), sql.SQL(source), params)
        cr.execute(_MOVE, params)
        update_rows(
            cr,
            run_id,
            "discuss_channel_member",
            ("new_message_separator",),
            sql.SQL(_READ),
            params,
        )
        cr.execute(_LEDGER_MESSAGES, params)
        cr.execute(_LEDGER_CHANNELS, params)
        return Batch(to, to)
