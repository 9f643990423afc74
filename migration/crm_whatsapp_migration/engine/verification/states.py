"""What became of each sent message, and the ids by which WhatsApp names it."""

from __future__ import annotations

from .check import Check
from .scene import PAIRS, Scene

# A later status only ever goes up; the old state is the least that is true.
RANK = """
    CASE {0} WHEN 'sent' THEN 1 WHEN 'failed' THEN 2
             WHEN 'delivered' THEN 3 WHEN 'read' THEN 4 ELSE 0 END
"""
# What the old row tells: a delivery proves a failure wrong.
OLD_STATE = """
    CASE WHEN 'read' = old.state OR old.read_date IS NOT NULL THEN 'read'
         WHEN 'delivered' = old.state OR old.delivered_date IS NOT NULL
         THEN 'delivered'
         ELSE coalesce(old.state, 'sent') END
"""
_NOTED = PAIRS.replace(
    "WHERE",
    "LEFT JOIN mail_notification own ON own.mail_message_id = new.id"
    " AND own.notification_type = 'gateway' WHERE",
)
_SENT = "old.direction = 'outgoing' AND old.state IS DISTINCT FROM 'draft'"
# Generation 2 wrote the number of a mail.message there: no id of WhatsApp.
_HAS_WAMID = "coalesce(old.external_id, '') !~ '^[0-9]*$'"


def check_states(scene: Scene) -> list[Check]:
    return [
        scene.none(
            "states.one",
            "Each sent message has one line of state, what came in has none.",
            f"""
            SELECT new.id {_NOTED}
          GROUP BY new.id, old.id, old.direction, old.state
            HAVING count(own.id) <> CASE WHEN {_SENT} THEN 1 ELSE 0 END
            """,
        ),
        scene.none(
            "states.same",
            "The state is the furthest that the old row tells, or one that WhatsApp"
            " told since.",
            f"""
            SELECT new.id {_NOTED} AND {_SENT} AND own.id IS NOT NULL
               AND ({RANK.format("own.whatsapp_state")}
                    < {RANK.format(f"({OLD_STATE})")}
                 OR own.whatsapp_state = 'failed' AND {OLD_STATE} <> 'failed')
            """,
        ),
        scene.none(
            "states.status",
            "Odoo's own status of a message says the same as WhatsApp's.",
            f"""
            SELECT new.id {_NOTED} AND own.id IS NOT NULL
               AND own.notification_status IS DISTINCT FROM
                   CASE own.whatsapp_state WHEN 'sent' THEN 'pending'
                        WHEN 'failed' THEN 'exception' WHEN 'queued' THEN 'ready'
                        ELSE 'sent' END
            """,
        ),
        scene.none(
            "states.times",
            "Times of sending, delivery and reading are the old ones.",
            f"""
            SELECT new.id {_NOTED} AND own.id IS NOT NULL
               AND (own.whatsapp_sent_at <> old.sent_date
                    OR own.whatsapp_delivered_at <> old.delivered_date
                    OR own.whatsapp_read_at <> old.read_date
                    OR old.sent_date IS NOT NULL AND own.whatsapp_sent_at IS NULL
                    OR old.delivered_date IS NOT NULL
                       AND own.whatsapp_delivered_at IS NULL
                    OR old.read_date IS NOT NULL AND own.whatsapp_read_at IS NULL)
            """,
        ),
    ]


def check_wamids(scene: Scene) -> list[Check]:
    """A late status, or a reply that quotes, finds the message it means."""
    return [
        scene.none(
            "wamids.sent",
            "Each sent message is found by WhatsApp's id, in its conversation.",
            f"""
            SELECT new.id {_NOTED} AND {_SENT} AND {_HAS_WAMID}
               AND (own.gateway_message_id IS DISTINCT FROM old.external_id
                    OR own.gateway_channel_id IS DISTINCT FROM new.res_id)
            """,
        ),
        scene.none(
            "wamids.received",
            "Each received message is found by WhatsApp's id.",
            f"""
            SELECT new.id {PAIRS} AND old.direction = 'incoming' AND {_HAS_WAMID}
               AND new.whatsapp_wamid IS DISTINCT FROM old.external_id
            """,
        ),
        scene.none(
            "wamids.once",
            "An id of WhatsApp names one message of a gateway.",
            """
            SELECT min(own.mail_message_id) FROM mail_notification own
              JOIN discuss_channel channel ON channel.id = own.gateway_channel_id
              JOIN mail_message new ON new.id = own.mail_message_id
               AND new.model = 'discuss.channel'
             WHERE own.gateway_message_id LIKE 'wamid.%%'
          GROUP BY channel.gateway_id, own.gateway_message_id
            HAVING count(DISTINCT own.mail_message_id) > 1
            """,
        ),
    ]
