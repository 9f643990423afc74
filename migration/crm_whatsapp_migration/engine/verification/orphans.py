"""Nothing points nowhere; what was folded is whole."""

from __future__ import annotations

from .check import Check
from .scene import Scene

_DOCUMENTS = (
    ("orphans.messages", "mail_message", "model", "messages"),
    ("orphans.files", "ir_attachment", "res_model", "files"),
    ("orphans.followers", "mail_followers", "res_model", "followers"),
    ("orphans.activities", "mail_activity", "res_model", "activities"),
)


def check_orphans(scene: Scene) -> list[Check]:
    """Rows that name a conversation that is not there: no foreign key guards them."""
    return [
        scene.none(
            name,
            f"No {words} belong to a conversation that does not exist.",
            f"""
            SELECT own.id FROM {table} own
             WHERE own.{model} = 'discuss.channel' AND own.res_id > 0
               AND NOT EXISTS (SELECT FROM discuss_channel channel
                                WHERE channel.id = own.res_id)
            """,
        )
        for name, table, model, words in _DOCUMENTS
    ]


def check_strays(scene: Scene) -> list[Check]:
    if not scene.has("discuss_channel", "gateway_id"):
        return []
    return [
        scene.none(
            "strays.folded",
            "Each message of a folded conversation is where the ledger says.",
            """
            SELECT new.id FROM whatsapp_migration_item item
              JOIN mail_message new ON new.id = item.source_id
             WHERE item.source_table = 'mail_message' AND item.state = 'moved'
               AND new.res_id IS DISTINCT FROM (item.detail ->> 'to')::int
            """,
        ),
        scene.none(
            "strays.archived",
            "A folded conversation is archived: nothing new is written there.",
            """
            SELECT own.id FROM whatsapp_migration_item item
              JOIN discuss_channel own ON own.id = item.source_id
             WHERE item.source_table = 'discuss_channel' AND item.state = 'moved'
               AND own.active AND own.id <> item.target_id
            """,
        ),
        scene.none(
            "strays.twins",
            "No message stands twice in a conversation that was folded into.",
            """
            SELECT two.id
              FROM whatsapp_migration_item item
              JOIN mail_message one ON one.id = item.source_id
              JOIN mail_message two ON two.model = 'discuss.channel'
               AND two.res_id = one.res_id AND two.id <> one.id
               AND two.message_type = one.message_type AND two.body = one.body
               AND two.author_id IS NOT DISTINCT FROM one.author_id
               AND abs(extract(epoch FROM two.date - one.date)) <= 2
             WHERE item.source_table = 'mail_message' AND item.state = 'moved'
               AND one.message_type = 'comment'
               AND NOT EXISTS (
                   SELECT FROM whatsapp_migration_item other
                    WHERE other.source_table = 'mail_message'
                      AND other.source_id = two.id AND other.state = 'moved')
            """,
        ),
    ]
