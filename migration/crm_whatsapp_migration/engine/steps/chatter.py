"""What people noted on the legacy messages themselves, kept as a file if so decided.

The old message had chatter, followers and activities of its own, which a message in
a conversation has not.
"""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import insert_rows, update_rows
from ..texts import words
from .base import Batch, Step

ATTACH = "attach"

_PLACES = """
    CREATE TEMPORARY TABLE wamig_chatter AS
    SELECT row_number() OVER (ORDER BY place.channel_id)::int AS seq,
           place.channel_id
      FROM (SELECT DISTINCT message.res_id AS channel_id
              FROM (SELECT res_id FROM mail_message
                     WHERE model = 'whatsapp.message'
                       AND (trim(coalesce(body, '')) <> ''
                            OR id IN (SELECT message_id FROM message_attachment_rel))
                     UNION
                    SELECT res_id FROM mail_activity
                     WHERE res_model = 'whatsapp.message') noted
              JOIN whatsapp_migration_item item
                ON item.source_table = 'whatsapp_message'
               AND item.source_id = noted.res_id AND item.run_id = %(run)s
               AND item.target_table = 'mail_message'
              JOIN mail_message message ON message.id = item.target_id) place
     WHERE NOT EXISTS (SELECT FROM ir_attachment own
                        WHERE own.res_model = 'discuss.channel'
                          AND own.res_id = place.channel_id
                          AND own.description = %(mark)s)
"""
# A file is recognised by it and its run: a run that was stopped does not make it again,
# a later run makes one of its own rows.
MARK = "whatsapp-legacy-chatter-%s"

_PLAIN = "regexp_replace(noted.body, '<[^>]+>', ' ', 'g')"
_LINES = f"""
    SELECT place.channel_id,
           convert_to(string_agg(line.words, E'\\n' ORDER BY line.at, line.words),
                      'UTF8') AS content
      FROM wamig_chatter place
      JOIN mail_message message ON message.model = 'discuss.channel'
                               AND message.res_id = place.channel_id
      JOIN whatsapp_migration_item item
        ON item.source_table = 'whatsapp_message'
       AND item.target_table = 'mail_message' AND item.target_id = message.id
       AND item.run_id = %(run)s
CROSS JOIN LATERAL (
        SELECT noted.date AS at,
               concat_ws(' | ', to_char(noted.date, 'YYYY-MM-DD HH24:MI'),
                         'whatsapp.message ' || item.source_id, author.name,
                         trim({_PLAIN})) AS words
          FROM mail_message noted
     LEFT JOIN res_partner author ON author.id = noted.author_id
         WHERE noted.model = 'whatsapp.message' AND noted.res_id = item.source_id
           AND trim(coalesce(noted.body, '')) <> ''
         UNION ALL
        SELECT activity.create_date,
               concat_ws(' | ', to_char(activity.date_deadline, 'YYYY-MM-DD'),
                         'whatsapp.message ' || item.source_id, 'mail.activity',
                         owner.login, activity.summary)
          FROM mail_activity activity
     LEFT JOIN res_users owner ON owner.id = activity.user_id
         WHERE activity.res_model = 'whatsapp.message'
           AND activity.res_id = item.source_id
         UNION ALL
        SELECT NULL, concat_ws(' | ', 'whatsapp.message ' || item.source_id,
                               'mail.followers', partner.name)
          FROM mail_followers follower
          JOIN res_partner partner ON partner.id = follower.partner_id
         WHERE follower.res_model = 'whatsapp.message'
           AND follower.res_id = item.source_id) line
     WHERE place.seq > %(after)s AND place.seq <= %(to)s
     GROUP BY place.channel_id
"""
_LANGUAGE = """
    (SELECT partner.lang FROM res_company company
       JOIN res_partner partner ON partner.id = company.partner_id
      WHERE company.id = channel.company_id)
"""
_FILE = {
    "name": words("chatter", _LANGUAGE),
    "description": "%(mark)s",
    "type": "'binary'",
    "mimetype": "'text/plain'",
    "res_model": "'discuss.channel'",
    "res_id": "file.channel_id",
    "db_datas": "file.content",
    "file_size": "length(file.content)",
    "public": "false",
    "company_id": "channel.company_id",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_LINES = f"""
      FROM ({_LINES}) file
      JOIN discuss_channel channel ON channel.id = file.channel_id
     ORDER BY file.channel_id
"""
# Files that came with a note go along; they hang on the conversation alone.
_FILES = """
    SELECT DISTINCT ON (own.id) own.id, 'discuss.channel'::varchar AS res_model,
           message.res_id
      FROM wamig_chatter place
      JOIN mail_message message ON message.model = 'discuss.channel'
                               AND message.res_id = place.channel_id
      JOIN whatsapp_migration_item item
        ON item.source_table = 'whatsapp_message'
       AND item.target_table = 'mail_message' AND item.target_id = message.id
      JOIN ir_attachment own ON own.res_model = 'whatsapp.message'
                            AND own.res_id = item.source_id AND own.res_field IS NULL
     WHERE place.seq > %(after)s AND place.seq <= %(to)s
     ORDER BY own.id, message.id
"""


class Chatter(Step):
    noun = "chatter"

    def prepare(self, context: Context) -> int:
        cr = context.cr
        self._total = 0
        if context.options.decisions.chatter != ATTACH:
            return 0
        cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_chatter")
        cr.execute(_PLACES, context.params(mark=MARK % context.run_id))
        cr.execute(
            "ALTER TABLE wamig_chatter ADD PRIMARY KEY (seq); ANALYZE wamig_chatter"
        )
        self._total = int(context.value("SELECT count(*) FROM wamig_chatter"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= self._total:
            return None
        # A conversation holds many messages: fewer of them are one batch.
        to = min(position + max(context.options.batch // 20, 1), self._total)
        params = context.params(after=position, to=to, mark=MARK % context.run_id)
        cr, run_id, table = context.cr, context.run_id, "ir_attachment"
        insert = context.tables.insert(table, _FILE, _FROM_LINES)
        insert_rows(cr, run_id, table, insert, params)
        columns = ("res_model", "res_id")
        update_rows(cr, run_id, table, columns, sql.SQL(_FILES), params)
        return Batch(to, to)
