"""What a customer wrote that stands in OCA's conversation already.

OCA's module posts it without any id of WhatsApp, and the old module kept it too: the
same text in the same conversation at the same moment.
"""

from __future__ import annotations

from typing import Any

from ..legacy import Legacy
from .sources import ledger

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


# Each message of a conversation is the twin of one row, the nearest in time.
_TWINS = f"""
    WITH there AS MATERIALIZED (
        SELECT channel.gateway, channel.key, message.id, message.date,
               {_WORDS.format(_without_tags("message.body"))} AS words
          FROM wamig_channel channel
          JOIN mail_message message ON message.model = 'discuss.channel'
                                   AND message.res_id = channel.id
                                   AND message.message_type = 'comment'
     LEFT JOIN {{ledger}} item ON item.target_table = 'mail_message'
                            AND item.target_id = message.id
         WHERE item.source_id IS NULL
           AND NOT EXISTS (SELECT FROM res_users users
                            WHERE users.partner_id = message.author_id
                              AND NOT users.share)
    ), pairs AS (
        SELECT DISTINCT ON (there.id) mine.id, there.id AS twin_id,
               abs(extract(epoch FROM there.date - mine.at)) AS apart
          FROM wamig_message mine
          JOIN whatsapp_message message ON message.id = mine.id
          JOIN there ON there.gateway = mine.gateway AND there.key = mine.key
           AND there.date BETWEEN mine.at - interval '{MOMENT} s'
                              AND mine.at + interval '{MOMENT} s'
           AND there.words = {_WORDS.format("message.message")}
         WHERE mine.state = 'moved' AND NOT mine.done AND mine.incoming
         ORDER BY there.id, apart, mine.id
    )
    UPDATE wamig_message mine
       SET state = 'existing', reason = 'twin_message', twin_id = pair.twin_id
      FROM (SELECT DISTINCT ON (id) id, twin_id FROM pairs
             ORDER BY id, apart, twin_id) pair
     WHERE pair.id = mine.id
"""


def mark_twins(cr: Any, legacy: Legacy) -> None:
    """Mark rows of ``wamig_message`` whose text stands in ``wamig_channel``."""
    cr.execute(_TWINS.format(ledger=ledger(legacy)))
