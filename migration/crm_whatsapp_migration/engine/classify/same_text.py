"""Rows whose text stands in a conversation already, though no id says so.

OCA's module posts what comes in without any id of WhatsApp, and a message of the
second generation may have lost its number: the same text in the same conversation, of
the same side and at the same moment, is the same message.
"""

from __future__ import annotations

from typing import Any

from ..legacy import Legacy
from .sources import has_inbound_wamids, has_wamids, ledger

# Seconds between the two at most: both were made by one call of WhatsApp.
MOMENT = 60

# OCA turns WhatsApp's marks (*bold*, _slanted_) into tags: neither side keeps them.
_WORDS = r"btrim(regexp_replace({0}, '[\s*_~`]+', ' ', 'g'))"
_SIGNS = (
    *(("&lt;", "<"), ("&gt;", ">"), ("&#39;", "''"), ("&#34;", '"')),
    *(("&quot;", '"'), ("&amp;", "&")),
)


def _without_tags(column: str) -> str:
    lines = f"regexp_replace({column}, '<br[^>]*>|</p>', ' ', 'gi')"
    text = f"regexp_replace({lines}, '<[^>]*>', '', 'g')"
    for entity, sign in _SIGNS:
        text = f"replace({text}, '{entity}', '{sign}')"
    return text


# Each message of a conversation is the twin of one row, the nearest in time. Two ids of
# WhatsApp that differ are two messages, whatever they say.
_TWINS = f"""
    WITH conversation AS (
        SELECT id, gateway, key FROM wamig_channel
         UNION ALL
        SELECT id, gateway, key FROM wamig_stray WHERE state = 'moved'
    ), there AS MATERIALIZED (
        SELECT own.gateway, own.key, message.id, message.date, message.body,
               NOT EXISTS (SELECT FROM res_users users
                            WHERE users.partner_id = message.author_id
                              AND NOT users.share) AS incoming,
               {{wamid}} AS wamid
          FROM conversation own
          JOIN mail_message message ON message.model = 'discuss.channel'
                                   AND message.res_id = own.id
                                   AND message.message_type = 'comment'
         WHERE NOT EXISTS (SELECT FROM wamig_twin named
                            WHERE named.message_id = message.id)
           AND NOT EXISTS (SELECT FROM {{ledger}} item
                            WHERE item.target_table = 'mail_message'
                              AND item.target_id = message.id
                              AND item.source_table = 'whatsapp_message')
    ), pairs AS (
        SELECT DISTINCT ON (there.id) mine.id, there.id AS twin_id,
               abs(extract(epoch FROM there.date - mine.at)) AS apart
          FROM wamig_message mine
          JOIN whatsapp_message message ON message.id = mine.id
          JOIN there ON there.gateway = mine.gateway AND there.key = mine.key
           AND there.incoming = mine.incoming
           AND there.date BETWEEN mine.at - interval '{MOMENT} s'
                              AND mine.at + interval '{MOMENT} s'
           AND {_WORDS.format(_without_tags("there.body"))}
               = {_WORDS.format("message.message")}
         WHERE mine.state = 'moved' AND NOT mine.done
           AND NOT (there.wamid IS NOT NULL AND message.external_id LIKE 'wamid.%%'
                    AND there.wamid <> message.external_id)
         ORDER BY there.id, apart, mine.id
    )
    UPDATE wamig_message mine
       SET state = 'existing', reason = 'twin_message', twin_id = pair.twin_id
      FROM (SELECT DISTINCT ON (id) id, twin_id FROM pairs
             ORDER BY id, apart, twin_id) pair
     WHERE pair.id = mine.id
"""
_SENT_WAMID = """
    (SELECT min(own.gateway_message_id) FROM mail_notification own
      WHERE own.mail_message_id = message.id
        AND own.gateway_message_id LIKE 'wamid.%%')
"""


def mark_twins(cr: Any, legacy: Legacy) -> None:
    """Mark rows of ``wamig_message`` whose text stands in a conversation."""
    wamid = "message.whatsapp_wamid" if has_inbound_wamids(legacy) else "NULL::varchar"
    if has_wamids(legacy):
        wamid = f"coalesce({wamid}, {_SENT_WAMID})"
    cr.execute(_TWINS.format(ledger=ledger(legacy), wamid=wamid), {})
