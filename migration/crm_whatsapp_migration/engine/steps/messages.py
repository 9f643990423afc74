"""Legacy messages become messages of conversations, in order of time.

The ids are taken from the sequence before the first batch: they ascend with the
time, whatever is posted meanwhile gets higher ones, and read positions can be set
beyond them before anything could count as unread.
"""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import update_rows
from ..ledger import UPSERT
from ..texts import as_html, words
from ..times import possible
from .base import Batch, Sample, Step, span
from .history import make_histories
from .states import add_states, insert_states

_MOVES = """
    CREATE TEMPORARY TABLE wamig_move AS
    SELECT row_number() OVER ()::int AS seq, found.*,
           CASE WHEN found.state = 'moved'
                THEN nextval('mail_message_id_seq')::int END AS message_id
      FROM (
        SELECT mine.id, mine.at, mine.incoming, mine.state, mine.reason,
               CASE WHEN mine.at < newest.at THEN history.history_id
                    ELSE coalesce(target.channel_id, target.new_channel_id)
                    END AS channel_id,
               target.partner_id,
               coalesce(target.guest_id, target.new_guest_id) AS guest_id,
               mine.twin_id
          FROM wamig_message mine
     LEFT JOIN wamig_target target ON target.gateway = mine.gateway
                                  AND target.key = mine.key
                                  AND mine.state = 'moved'
     LEFT JOIN wamig_newest newest ON newest.gateway = mine.gateway
                                  AND newest.key = mine.key
                                  AND mine.state = 'moved'
     LEFT JOIN wamig_history history ON history.channel_id = newest.id
         WHERE NOT mine.done
         ORDER BY mine.at, mine.id) found
"""
# A twin that was left in an archived stray: the one that is shown stands for it.
_SHOWN_TWINS = """
    UPDATE wamig_move mine SET twin_id = item.target_id
      FROM whatsapp_migration_item item
     WHERE mine.state = 'existing' AND item.source_table = 'mail_message'
       AND item.source_id = mine.twin_id AND item.state = 'existing'
"""
# Nothing that is going to be inserted counts as unread.
_NEWEST_IDS = """
    SELECT channel_id, max(message_id) + 1 AS separator
      FROM wamig_move WHERE message_id IS NOT NULL GROUP BY channel_id
"""
_READ_BY_OLD_MEMBERS = f"""
    SELECT member.id,
           greatest(member.new_message_separator, newest.separator)
               AS new_message_separator
      FROM ({_NEWEST_IDS}) newest
      JOIN discuss_channel_member member USING (channel_id)
     WHERE NOT EXISTS (SELECT FROM whatsapp_migration_effect effect
                        WHERE effect.table_name = 'discuss_channel'
                          AND effect.row_id = member.channel_id
                          AND effect.run_id = %(run)s
                          AND effect.operation = 'insert')
"""
_READ_BY_NEW_MEMBERS = f"""
    UPDATE discuss_channel_member member
       SET new_message_separator = newest.separator
      FROM ({_NEWEST_IDS}) newest
      JOIN whatsapp_migration_effect effect
        ON effect.table_name = 'discuss_channel' AND effect.run_id = %(run)s
       AND effect.operation = 'insert' AND effect.row_id = newest.channel_id
     WHERE member.channel_id = newest.channel_id
"""

_DRAFT = "message.state IS NOT DISTINCT FROM 'draft'"
_LANGUAGE = "(SELECT lang FROM res_partner WHERE id = users.partner_id)"
_CREATED = f"coalesce({possible('message.create_date')}, mine.at)"
_MESSAGE = {
    "id": "mine.message_id",
    "model": "'discuss.channel'",
    "res_id": "mine.channel_id",
    "date": "mine.at",
    # A line of ours is never taken for something that was sent.
    "message_type": f"CASE WHEN {_DRAFT} THEN 'notification' ELSE 'comment' END",
    "subtype_id": "%(comment)s",
    "author_id": "CASE WHEN mine.incoming THEN mine.partner_id"
    " ELSE coalesce(users.partner_id, %(bot)s) END",
    "author_guest_id": "CASE WHEN mine.incoming THEN mine.guest_id END",
    "body": f"CASE WHEN {_DRAFT} THEN '<p><em>' || {words('draft', _LANGUAGE)}"
    f" || '</em></p>' ELSE '' END || {as_html('message.message')}",
    "message_id": "'<whatsapp-legacy-' || mine.id || '@' || %(database)s || '>'",
    "is_internal": "false",
    "reply_to_force_new": "false",
    "email_add_signature": "true",
    "record_name": "channel.name",
    "gateway_type": f"CASE WHEN NOT {_DRAFT} THEN 'whatsapp' END",
    "whatsapp_wamid": "CASE WHEN mine.incoming THEN nullif(message.external_id, '')"
    " END",
    "create_uid": "coalesce(message.create_uid, %(root)s)",
    "create_date": _CREATED,
    "write_uid": "coalesce(message.create_uid, %(root)s)",
    "write_date": _CREATED,
}
_FROM_MOVES = """
      FROM wamig_move mine
      JOIN whatsapp_message message ON message.id = mine.id
      JOIN discuss_channel channel ON channel.id = mine.channel_id
 LEFT JOIN res_users users ON users.id = message.create_uid
     WHERE mine.seq > %(after)s AND mine.seq <= %(to)s
       AND mine.message_id IS NOT NULL
     ORDER BY mine.seq
"""
_LEDGER = f"""
    INSERT INTO whatsapp_migration_item
           (run_id, source_table, source_id, state, reason, target_table, target_id)
    SELECT %(run)s, 'whatsapp_message', id, state, nullif(reason, ''),
           CASE WHEN coalesce(message_id, twin_id) IS NOT NULL
                THEN 'mail_message' END,
           coalesce(message_id, twin_id)
      FROM wamig_move
     WHERE seq > %(after)s AND seq <= %(to)s
     ORDER BY seq
    {UPSERT}
"""


# Spread over the batch: neighbours are of one day.
_SAMPLE = """
    SELECT id, channel_id, twin_id FROM wamig_move
     WHERE seq > %(after)s AND seq <= %(to)s
       AND (seq - %(after)s) %% greatest((%(to)s - %(after)s) / 20, 1) = 0
"""


class ConversationGone(Exception):
    """Somebody deleted a conversation while its messages were on their way."""


class Messages(Step):
    noun = "messages"
    # What later steps join is a million rows larger now.
    analyze = ("whatsapp_migration_item", "mail_message", "mail_notification")

    def prepare(self, context: Context) -> int:
        cr = context.cr
        make_histories(context)
        cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_move")
        cr.execute(_MOVES)
        cr.execute("ALTER TABLE wamig_move ADD PRIMARY KEY (seq); ANALYZE wamig_move")
        cr.execute(_SHOWN_TWINS)
        update_rows(
            cr,
            context.run_id,
            "discuss_channel_member",
            ("new_message_separator",),
            sql.SQL(_READ_BY_OLD_MEMBERS),
            context.params(),
        )
        cr.execute(_READ_BY_NEW_MEMBERS, context.params())
        cr.execute("SELECT count(*), count(twin_id) FROM wamig_move")
        self._total, self._twins = cr.fetchone()
        return int(self._total)

    def work(self, context: Context, position: int) -> Batch | None:
        part = span(context, self._total, position)
        if part is None:
            return None
        after, to = part
        params = context.params(after=after, to=to)
        context.cr.execute(
            context.tables.insert("mail_message", _MESSAGE, _FROM_MOVES), params
        )
        self._check(context, context.cr.rowcount, params)
        insert_states(context, params)
        if self._twins:
            add_states(context, params)
        context.cr.execute(_LEDGER, params)
        self._last = params
        return Batch(to, to)

    def sample(self, context: Context) -> Sample:
        context.cr.execute(_SAMPLE, self._last)
        found = context.cr.fetchall()
        return Sample(
            tuple({channel for _id, channel, _twin in found if channel}),
            tuple(id_ for id_, _channel, twin in found if twin),
        )

    def _check(
        self, context: Context, inserted: int, params: dict[str, object]
    ) -> None:
        context.cr.execute(
            "SELECT count(message_id) FROM wamig_move"
            " WHERE seq > %(after)s AND seq <= %(to)s",
            params,
        )
        if context.cr.fetchone()[0] != inserted:
            raise ConversationGone(
                "A conversation was deleted while its messages were moved. Nothing of"
                " this batch was written. Run again: it is made anew."
            )
