"""What a conversation tells of itself, and how far its members have read."""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import update_rows
from .base import Batch, Step

# Of every conversation that this run put something into: its newest message and the
# last turn of either side, by the rows of this run.
_PLACES = """
    CREATE TEMPORARY TABLE wamig_place AS
    SELECT row_number() OVER (ORDER BY found.channel_id)::int AS seq, found.*,
           effect.id IS NOT NULL AS made
      FROM (
        SELECT posted.res_id AS channel_id,
               max(posted.date) FILTER (WHERE turn.incoming) AS inbound,
               max(posted.date) FILTER (WHERE NOT turn.incoming) AS outbound,
               max(posted.id) AS newest_id
          FROM (SELECT item.target_id, message.direction = 'incoming' AS incoming
                  FROM whatsapp_migration_item item
                  JOIN whatsapp_message message ON message.id = item.source_id
                 WHERE item.run_id = %(run)s AND item.state = 'moved'
                   AND item.source_table = 'whatsapp_message'
                   AND message.state IS DISTINCT FROM 'draft'
                 UNION ALL
                SELECT item.target_id, NOT EXISTS (
                           SELECT FROM res_users users
                            WHERE users.partner_id = message.author_id
                              AND NOT users.share)
                  FROM whatsapp_migration_item item
                  JOIN mail_message message ON message.id = item.target_id
                 WHERE item.run_id = %(run)s AND item.state = 'moved'
                   AND item.source_table = 'mail_message'
                   AND message.message_type = 'comment') turn
          JOIN mail_message posted ON posted.id = turn.target_id
         GROUP BY posted.res_id) found
      JOIN discuss_channel channel ON channel.id = found.channel_id
                                  AND channel.channel_type = 'gateway'
 LEFT JOIN whatsapp_migration_effect effect
        ON effect.table_name = 'discuss_channel' AND effect.operation = 'insert'
       AND effect.row_id = found.channel_id AND effect.run_id = %(run)s
"""
_PART = "target.seq > %(after)s AND target.seq <= %(to)s"

# The bridge's states: a window that has ended is closed, unless we wrote after it.
# Nothing is unread, so nobody is waiting for us but in an open window.
_CHANNEL_COLUMNS = (
    "whatsapp_last_inbound_at",
    "whatsapp_last_outbound_at",
    "whatsapp_last_at",
    "whatsapp_state",
    "last_interest_dt",
)
_CHANNELS = f"""
    SELECT turn.id, turn.inbound AS whatsapp_last_inbound_at,
           turn.outbound AS whatsapp_last_outbound_at,
           greatest(turn.inbound, turn.outbound) AS whatsapp_last_at,
           CASE WHEN NOT turn.newer AND turn.whatsapp_state IS NOT NULL
                     THEN turn.whatsapp_state
                WHEN turn.history THEN 'closed'
                WHEN turn.inbound + interval '24 hours' <= %(now)s
                     AND coalesce(turn.outbound < turn.inbound + interval '24 hours',
                                  true) THEN 'expired'
                WHEN turn.inbound > coalesce(turn.outbound, '-infinity') THEN 'us'
                ELSE 'customer' END::varchar AS whatsapp_state,
           -- Moving it in one of before would bring it back into sidebars.
           CASE WHEN turn.made THEN least(greatest(turn.inbound, turn.outbound),
                                          %(now)s::timestamp - interval '1 second')
                ELSE turn.last_interest_dt END AS last_interest_dt
      FROM (SELECT channel.id, channel.whatsapp_state,
                   channel.last_interest_dt, target.made,
                   channel.whatsapp_history_of_id IS NOT NULL AS history,
                   greatest(channel.whatsapp_last_inbound_at, target.inbound)
                       AS inbound,
                   greatest(channel.whatsapp_last_outbound_at, target.outbound)
                       AS outbound,
                   coalesce(greatest(target.inbound, target.outbound)
                            >= greatest(channel.whatsapp_last_inbound_at,
                                        channel.whatsapp_last_outbound_at), true)
                       AS newer
              FROM wamig_place target
              JOIN discuss_channel channel ON channel.id = target.channel_id
             WHERE {_PART}) turn
"""
# Read to the end, and out of the sidebar until something new happens.
_MEMBER_VALUES = """
           greatest(member.seen_message_id, newest.id) AS seen_message_id,
           greatest(member.fetched_message_id, newest.id) AS fetched_message_id,
           coalesce(member.last_seen_dt, %(now)s) AS last_seen_dt
"""
_NEWEST = """
CROSS JOIN LATERAL (SELECT max(message.id) AS id FROM mail_message message
                     WHERE message.model = 'discuss.channel'
                       AND message.res_id = target.channel_id) newest
"""
_MEMBER_COLUMNS = ("seen_message_id", "fetched_message_id", "last_seen_dt")
_OLD_MEMBERS = f"""
    SELECT member.id, {_MEMBER_VALUES}
      FROM wamig_place target
      JOIN discuss_channel_member member ON member.channel_id = target.channel_id
    {_NEWEST}
     WHERE {_PART} AND NOT target.made
       AND member.new_message_separator > newest.id
"""
_NEW_MEMBERS = f"""
    UPDATE discuss_channel_member member
       SET seen_message_id = found.seen_message_id,
           fetched_message_id = found.fetched_message_id,
           last_seen_dt = found.last_seen_dt
      FROM (SELECT member.id, {_MEMBER_VALUES}
              FROM wamig_place target
              JOIN discuss_channel_member member
                ON member.channel_id = target.channel_id
            {_NEWEST}
             WHERE {_PART} AND target.made) found
     WHERE member.id = found.id
"""


class Positions(Step):
    noun = "positions"

    def prepare(self, context: Context) -> int:
        cr = context.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_place")
        cr.execute(_PLACES, context.params())
        cr.execute("ALTER TABLE wamig_place ADD PRIMARY KEY (seq); ANALYZE wamig_place")
        self._total = int(context.value("SELECT count(*) FROM wamig_place"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= self._total:
            return None
        to = min(position + context.options.batch, self._total)
        params = context.params(after=position, to=to)
        cr, run_id = context.cr, context.run_id
        update_rows(
            cr,
            run_id,
            "discuss_channel",
            _CHANNEL_COLUMNS,
            sql.SQL(_CHANNELS),
            params,
        )
        update_rows(
            cr,
            run_id,
            "discuss_channel_member",
            _MEMBER_COLUMNS,
            sql.SQL(_OLD_MEMBERS),
            params,
        )
        cr.execute(_NEW_MEMBERS, params)
        return Batch(to, to)
