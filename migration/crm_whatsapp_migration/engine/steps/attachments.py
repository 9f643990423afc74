"""Files of legacy messages hang on what the messages became; no byte is copied."""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import update_rows
from .base import Batch, Step

# Files of a row that was moved or is there already. One that came with a note in the
# old message's chatter goes with the chatter.
_FILES = """
      FROM ir_attachment own
      JOIN whatsapp_migration_item item
        ON item.source_table = 'whatsapp_message' AND item.source_id = own.res_id
       AND item.target_table = 'mail_message'
      JOIN mail_message message ON message.id = item.target_id
     WHERE own.res_model = 'whatsapp.message' AND own.res_field IS NULL
       AND NOT EXISTS (SELECT FROM message_attachment_rel rel
                         JOIN mail_message chatter ON chatter.id = rel.message_id
                        WHERE rel.attachment_id = own.id
                          AND chatter.model = 'whatsapp.message')
"""
_BATCH = f"""
    CREATE TEMPORARY TABLE wamig_file AS
    SELECT row_number() OVER (ORDER BY own.id)::int AS seq, own.id,
           item.target_id AS message_id, message.res_id
    {_FILES}
"""
_LINKS = """
    INSERT INTO message_attachment_rel (message_id, attachment_id)
    SELECT file.message_id, file.id FROM wamig_file file
     WHERE file.seq > %(after)s AND file.seq <= %(to)s
        ON CONFLICT DO NOTHING
"""
# Who may see the conversation may see its files.
_OWNERS = """
    SELECT file.id, 'discuss.channel'::varchar AS res_model, file.res_id
      FROM wamig_file file
     WHERE file.seq > %(after)s AND file.seq <= %(to)s
"""


class Attachments(Step):
    noun = "attachments"

    def prepare(self, context: Context) -> int:
        cr = context.cr
        cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_file")
        cr.execute(_BATCH)
        cr.execute("ALTER TABLE wamig_file ADD PRIMARY KEY (seq); ANALYZE wamig_file")
        self._total = int(context.value("SELECT count(*) FROM wamig_file"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= self._total:
            return None
        to = min(position + context.options.batch, self._total)
        params = context.params(after=position, to=to)
        context.cr.execute(_LINKS, params)
        columns = ("res_model", "res_id")
        update_rows(
            context.cr,
            context.run_id,
            "ir_attachment",
            columns,
            sql.SQL(_OWNERS),
            params,
        )
        return Batch(to, to)
