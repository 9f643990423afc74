"""Nobody was told anything, and nothing waits to be sent."""

from __future__ import annotations

from .check import Check
from .scene import OLD_ID, TOUCHED, Scene

_OURS = f"({OLD_ID} IS NOT NULL OR new.message_id ~ '^<whatsapp-(lead|history)-')"

# In a conversation of before, somebody may have had something unread already.
_FOLDED_INTO_NEW = """
    EXISTS (SELECT FROM whatsapp_migration_item item
              JOIN whatsapp_migration_effect effect
                ON effect.table_name = 'discuss_channel'
               AND effect.operation = 'insert' AND effect.row_id = new.res_id
             WHERE item.source_table = 'mail_message' AND item.state = 'moved'
               AND item.source_id = new.id)
"""


def check_silence(scene: Scene) -> list[Check]:
    checks = [
        scene.none(
            "silence.mails",
            "No e-mail was made of a migrated message.",
            f"""
            SELECT own.id FROM mail_mail own
              JOIN mail_message new ON new.id = own.mail_message_id WHERE {_OURS}
            """,
        ),
        scene.none(
            "silence.notifications",
            "Nobody has a notification of a migrated message.",
            f"""
            SELECT own.id FROM mail_notification own
              JOIN mail_message new ON new.id = own.mail_message_id
             WHERE own.res_partner_id IS NOT NULL AND {_OURS}
            """,
        ),
        scene.none(
            "silence.followers",
            "No conversation that a run made has followers.",
            """
            SELECT own.id FROM mail_followers own
              JOIN whatsapp_migration_effect effect ON effect.row_id = own.res_id
               AND effect.table_name = 'discuss_channel'
               AND effect.operation = 'insert'
             WHERE own.res_model = 'discuss.channel'
            """,
        ),
    ]
    if scene.has("whatsapp_message_queue"):
        checks.append(
            scene.none(
                "silence.queue",
                "No migrated message waits to be sent.",
                f"""
                SELECT own.id FROM whatsapp_message_queue own
                  JOIN mail_message new ON new.id = own.message_id WHERE {_OURS}
                """,
            )
        )
    return checks


def check_popups(scene: Scene) -> list[Check]:
    """Nothing shows as new: no counter, no conversation in a sidebar."""
    return [
        scene.none(
            "popups.unread",
            "No migrated message counts as unread for a user.",
            f"""
            SELECT member.id
              FROM discuss_channel_member member
              JOIN res_users own ON own.partner_id = member.partner_id
              JOIN mail_message new ON new.model = 'discuss.channel'
               AND new.res_id = member.channel_id
               AND new.id >= member.new_message_separator
               AND new.message_type NOT IN ('notification', 'user_notification')
             WHERE member.channel_id IN ({TOUCHED})
               AND ({OLD_ID} IS NOT NULL OR {_FOLDED_INTO_NEW})
          GROUP BY member.id
            """,
        ),
        scene.none(
            "popups.pinned",
            "No conversation that a run made stands in a sidebar, unless something"
            " happened in it since.",
            """
            SELECT member.id
              FROM discuss_channel_member member
              JOIN discuss_channel channel ON channel.id = member.channel_id
              JOIN res_users own ON own.partner_id = member.partner_id
              JOIN whatsapp_migration_effect effect
                ON effect.table_name = 'discuss_channel'
               AND effect.operation = 'insert' AND effect.row_id = channel.id
             WHERE (member.unpin_dt IS NULL
                    OR member.last_interest_dt >= member.unpin_dt
                    OR channel.last_interest_dt >= member.unpin_dt)
               AND coalesce(channel.last_interest_dt, '-infinity') <= %(ended)s
               AND coalesce(member.write_date, '-infinity') <= %(ended)s
            """,
            ended=scene.ended,
        ),
    ]
