"""Rename columns whose fields have another name now."""

from psycopg2 import sql

RENAMED = {"whatsapp_marketing_wish_at": "whatsapp_marketing_consent_at"}


def migrate(cr, version):
    if not version:
        return
    for old, new in RENAMED.items():
        cr.execute(
            "SELECT 1 FROM information_schema.columns"
            " WHERE table_name = 'discuss_channel' AND column_name = %s",
            (old,),
        )
        if cr.fetchone():
            cr.execute(
                sql.SQL("ALTER TABLE discuss_channel RENAME COLUMN {} TO {}").format(
                    sql.Identifier(old), sql.Identifier(new)
                )
            )
