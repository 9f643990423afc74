"""Conversations that generation 2 made beside OCA's, and their messages."""

from __future__ import annotations

from typing import Any

from psycopg2.extras import execute_values

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from ..legacy import Legacy
from ..options import Options
from .sources import effects, has_strays, has_wamids, ledger

STRAY = "channel.channel_type = 'chat' AND channel.gateway_id IS NOT NULL"


def fill(cr: Any, legacy: Legacy, options: Options) -> None:
    """:param options: not used; the numbers are decided in ``wamig_phone``"""
    if not has_strays(legacy):
        return
    _fill_channels(cr)
    cr.execute(_FILL_STRAYS.format(stray=STRAY, ledger=ledger(legacy)))
    cr.execute("ANALYZE wamig_stray")
    cr.execute(_FILL_MESSAGES.format(ledger=ledger(legacy), effects=effects(legacy)))
    cr.execute("ANALYZE wamig_stray_message")
    cr.execute(_SAME_TEXT)
    if has_wamids(legacy):
        cr.execute(_SAME_WAMID)
    cr.execute(_LOWER_ID_STAYS)


def _fill_channels(cr: Any) -> None:
    """OCA's conversations with the key of their person.

    A conversation known by a business-scoped id has no number and folds with none.
    """
    cr.execute(
        """
        SELECT id, gateway_id, gateway_channel_token
          FROM discuss_channel
         WHERE channel_type = 'gateway' AND gateway_id IS NOT NULL
           AND gateway_channel_token ~ '^[0-9]+$'
        """
    )
    rows = [(id_, gw, key_of(token), token) for id_, gw, token in cr.fetchall()]
    execute_values(cr, "INSERT INTO wamig_channel VALUES %s", rows, page_size=5000)
    cr.execute("ANALYZE wamig_channel")


_FILL_STRAYS = """
    INSERT INTO wamig_stray
    SELECT channel.id,
           coalesce(item.state,
               CASE WHEN phone.reason = '' THEN 'moved' ELSE 'rejected' END),
           CASE WHEN item.state IS NOT NULL THEN item.reason
                WHEN phone.reason = '' THEN '' ELSE 'stray_unreadable' END,
           channel.gateway_id, nullif(phone.key, ''), nullif(phone.wa_id, ''),
           item.state IS NOT NULL
      FROM discuss_channel channel
      JOIN wamig_phone phone ON phone.raw = coalesce(channel.gateway_channel_token, '')
 LEFT JOIN {ledger} item ON item.source_table = 'discuss_channel'
                        AND item.source_id = channel.id
     WHERE {stray}
"""

# A folded stray holds the twins that were driven out of the conversation.
_FILL_MESSAGES = """
    INSERT INTO wamig_stray_message
    SELECT message.id, stray.id, coalesce(item.state, stray.state),
           coalesce(item.reason, stray.reason), NULL, item.state IS NOT NULL
      FROM wamig_stray stray
      JOIN mail_message message ON message.model = 'discuss.channel'
                               AND message.res_id = stray.id
 LEFT JOIN {ledger} item ON item.source_table = 'mail_message'
                        AND item.source_id = message.id
     WHERE item.state IS NOT NULL OR NOT EXISTS (
         SELECT FROM {effects} effect
          WHERE effect.table_name = 'mail_message' AND effect.row_id = message.id)
"""

# Every conversation of a person, as pairs (a stray, another one).
_PAIRS = """
    SELECT stray.id AS stray_id, other.id AS other_id
      FROM wamig_stray stray
      JOIN (SELECT id, gateway, key FROM wamig_channel
             UNION ALL
            SELECT id, gateway, key FROM wamig_stray WHERE state = 'moved') other
        ON other.gateway = stray.gateway AND other.key = stray.key
       AND other.id <> stray.id
     WHERE stray.state = 'moved'
"""

# Posted in both conversations by one and the same call: text, author and moment agree.
_SAME_TEXT = f"""
    UPDATE wamig_stray_message mine SET twin_id = twin.id
      FROM ({_PAIRS}) pair, mail_message message, mail_message twin
     WHERE pair.stray_id = mine.channel_id AND message.id = mine.id
       AND mine.state = 'moved' AND NOT mine.done
       AND twin.model = 'discuss.channel' AND twin.res_id = pair.other_id
       AND twin.message_type = 'comment' AND message.message_type = 'comment'
       AND twin.body = message.body
       AND twin.author_id IS NOT DISTINCT FROM message.author_id
       AND abs(extract(epoch FROM twin.date - message.date)) <= 2
"""

_SAME_WAMID = f"""
    UPDATE wamig_stray_message mine SET twin_id = other.mail_message_id
      FROM ({_PAIRS}) pair, mail_notification own, mail_notification other,
           mail_message twin
     WHERE pair.stray_id = mine.channel_id AND own.mail_message_id = mine.id
       AND mine.state = 'moved' AND NOT mine.done AND mine.twin_id IS NULL
       AND own.gateway_message_id = other.gateway_message_id
       AND twin.id = other.mail_message_id AND twin.id <> mine.id
       AND twin.model = 'discuss.channel' AND twin.res_id = pair.other_id
"""

_LOWER_ID_STAYS = """
    UPDATE wamig_stray_message SET state = 'existing', reason = 'twin_message'
     WHERE twin_id < id AND state = 'moved' AND NOT done
"""
