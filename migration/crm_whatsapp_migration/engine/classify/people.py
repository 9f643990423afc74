"""The persons behind the rows that are still to be moved."""

from __future__ import annotations

from typing import Any

from ..legacy import Legacy
from ..times import LAST
from .sources import has_strays


def fill(cr: Any, legacy: Legacy) -> None:
    if legacy.has("whatsapp_message", "phone"):
        cr.execute(_FROM_MESSAGES)
    if has_strays(legacy):
        cr.execute(_FROM_STRAYS)
        cr.execute(_THERE_IS_ONE)
        cr.execute(_LIVE)
    if legacy.has("whatsapp_message", "lead_id", "partner_id"):
        cr.execute(_LEAD)
        cr.execute(_PARTNER)
    cr.execute("ANALYZE wamig_person")


_TO_MOVE = "mine.state = 'moved' AND NOT mine.done"

# The form of a number in which the customer wrote last, else the one written to.
_FROM_MESSAGES = f"""
    INSERT INTO wamig_person (gateway, key, wa_id, messages, first_at, last_at)
    SELECT counted.gateway, counted.key, form.wa_id, counted.messages,
           counted.first_at, counted.last_at
      FROM (SELECT gateway, key, count(*) AS messages,
                   min(at) AS first_at, max(at) AS last_at
              FROM wamig_message mine WHERE {_TO_MOVE}
             GROUP BY gateway, key) counted
      JOIN (SELECT DISTINCT ON (mine.gateway, mine.key)
                   mine.gateway, mine.key, phone.wa_id
              FROM wamig_message mine
              JOIN whatsapp_message message ON message.id = mine.id
              JOIN wamig_phone phone ON phone.raw = coalesce(message.phone, '')
             WHERE {_TO_MOVE}
             ORDER BY mine.gateway, mine.key, mine.incoming DESC, mine.at DESC,
                      mine.id DESC) form
     USING (gateway, key)
"""

_FROM_STRAYS = """
    INSERT INTO wamig_person (gateway, key, wa_id, messages)
    SELECT DISTINCT ON (gateway, key) gateway, key, wa_id, 0
      FROM wamig_stray WHERE state = 'moved' AND NOT done
     ORDER BY gateway, key, id DESC
        ON CONFLICT DO NOTHING
"""

# Of several the one with the very token, else the oldest: as the bridge chooses.
_THERE_IS_ONE = """
    UPDATE wamig_person person SET channel_id = found.id, wa_id = found.token
      FROM (SELECT DISTINCT ON (person.gateway, person.key)
                   person.gateway, person.key, channel.id, channel.token
              FROM wamig_person person
              JOIN wamig_channel channel USING (gateway, key)
             ORDER BY person.gateway, person.key,
                      channel.token = person.wa_id DESC, channel.id) found
     WHERE found.gateway = person.gateway AND found.key = person.key
"""

# Strays count: their messages keep their low ids and come into the conversation.
_LIVE = f"""
    UPDATE wamig_person person SET live = true
      FROM (SELECT conversation.gateway, conversation.key, max(message.date) AS last
              FROM (SELECT gateway, key, channel_id AS id FROM wamig_person
                     WHERE channel_id IS NOT NULL
                     UNION ALL
                    SELECT gateway, key, id FROM wamig_stray
                     WHERE state = 'moved' AND NOT done) conversation
              JOIN mail_message message ON message.model = 'discuss.channel'
               AND message.res_id = conversation.id
               AND message.message_type NOT IN ('notification', 'user_notification')
               AND message.date <= {LAST}
             GROUP BY conversation.gateway, conversation.key) there
     WHERE there.gateway = person.gateway AND there.key = person.key
       AND person.messages > 0 AND there.last > person.first_at
"""

_LEAD = f"""
    UPDATE wamig_person person SET lead_id = found.lead_id
      FROM (SELECT DISTINCT ON (mine.gateway, mine.key)
                   mine.gateway, mine.key, lead.id AS lead_id
              FROM wamig_message mine
              JOIN whatsapp_message message ON message.id = mine.id
              JOIN crm_lead lead ON lead.id = message.lead_id
             WHERE {_TO_MOVE}
             ORDER BY mine.gateway, mine.key, mine.at DESC, mine.id DESC) found
     WHERE found.gateway = person.gateway AND found.key = person.key
"""

_PARTNER = f"""
    UPDATE wamig_person person SET partner_id = found.partner_id
      FROM (SELECT DISTINCT ON (mine.gateway, mine.key)
                   mine.gateway, mine.key, partner.id AS partner_id
              FROM wamig_message mine
              JOIN whatsapp_message message ON message.id = mine.id
         LEFT JOIN crm_lead lead ON lead.id = message.lead_id
              JOIN res_partner partner
                ON partner.id = coalesce(message.partner_id, lead.partner_id)
             WHERE {_TO_MOVE}
             ORDER BY mine.gateway, mine.key, mine.at DESC, mine.id DESC) found
     WHERE found.gateway = person.gateway AND found.key = person.key
"""
