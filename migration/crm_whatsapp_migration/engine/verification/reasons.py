"""What was left behind was left behind for a true reason."""

from __future__ import annotations

from .check import Check
from .scene import Scene

# What must be true of a row that bears a reason. Read from the old row itself: a run
# that put good rows aside would put them aside in its own counts as well.
_TRUE = {
    "phone_empty": "coalesce(old.phone, '') !~ '[^[:space:]]'",
    "phone_letters": "old.phone ~ '[^[:digit:][:space:][:punct:]]'",
    "phone_unreadable": "old.phone ~ '[^[:space:]]'",
    "phone_two_numbers": r"length(regexp_replace(old.phone, '\D', '', 'g')) > 13",
    "direction_unknown": "coalesce(old.direction, '') NOT IN ('incoming', 'outgoing')",
    "draft": "old.state = 'draft'",
    # Of all at once: external ids have no index, and there may be thousands.
    "duplicate": """
        old.id IN (
            SELECT second.id
              FROM whatsapp_migration_item late
              JOIN whatsapp_message second ON second.id = late.source_id
              JOIN whatsapp_message first
                ON first.external_id = second.external_id AND first.id <> second.id
              JOIN whatsapp_migration_item own
                ON own.source_table = 'whatsapp_message'
               AND own.source_id = first.id AND own.state IN ('moved', 'existing')
             WHERE late.source_table = 'whatsapp_message'
               AND late.reason = 'duplicate')
    """,
    "twin_message": """
        item.target_id IS NOT NULL AND EXISTS (
            SELECT FROM mail_message new
              JOIN discuss_channel channel ON channel.id = new.res_id
             WHERE new.id = item.target_id AND new.model = 'discuss.channel'
               AND channel.gateway_id IS NOT NULL)
    """,
    "twin_wamid": """
        EXISTS (SELECT FROM mail_message new
             LEFT JOIN mail_notification own ON own.mail_message_id = new.id
                 WHERE new.id = item.target_id
                   AND (old.external_id IN (new.whatsapp_wamid, own.gateway_message_id)
                        OR EXISTS (SELECT FROM whatsapp_message_queue sent
                                    WHERE sent.message_id = new.id
                                      AND sent.wamid = old.external_id)))
    """,
}


def check_reasons(scene: Scene) -> list[Check]:
    cases = " ".join(f"WHEN '{code}' THEN {true}" for code, true in _TRUE.items())
    return [
        scene.none(
            "reasons.true",
            "The reason for which an old row was left behind is true of that row.",
            f"""
            SELECT old.id
              FROM whatsapp_migration_item item
              JOIN whatsapp_message old ON old.id = item.source_id
             WHERE item.source_table = 'whatsapp_message' AND item.state <> 'moved'
               AND NOT CASE item.reason {cases} ELSE true END
            """,
        ),
    ]
