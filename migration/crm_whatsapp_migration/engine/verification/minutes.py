"""Texts by conversation and minute, both directions: none lost, none shown twice.

Whatever the ledger says, a reader sees texts. So the texts of a conversation are
counted by where they come from: rows that were moved, messages of merged legacy
channels, and messages that OCA or the bridge wrote there. The same text of the same
side within a minute, from two sources, is one message shown twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .check import Check
from .contents import NEW_TEXT, OLD_TEXT
from .scene import OLD_ID, Scene

# One message has one moment in two systems, to the minute.
_MINUTE = "interval '1 minute'"
# OCA turns WhatsApp's marks into tags: neither side keeps them.
_UNMARKED = r"btrim(regexp_replace({0}, '[\s*_~`]+', ' ', 'g'))"
_MAIN = "coalesce(channel.whatsapp_history_of_id, channel.id)"
_SENT = """
    EXISTS (SELECT FROM res_users users
             WHERE users.partner_id = new.author_id AND NOT users.share)
"""
_WAMID = """
    coalesce(new.whatsapp_wamid,
             (SELECT min(own.gateway_message_id) FROM mail_notification own
               WHERE own.mail_message_id = new.id
                 AND own.gateway_message_id LIKE 'wamid.%%'))
"""
DOUBLED = f"""
    WITH shown AS MATERIALIZED (
        SELECT new.id, {_MAIN} AS conversation,
               CASE WHEN {OLD_ID} IS NOT NULL THEN 'moved'
                    WHEN merged.id IS NOT NULL THEN 'merged' ELSE 'there' END AS source
          FROM mail_message new
          JOIN discuss_channel channel ON channel.id = new.res_id
     LEFT JOIN whatsapp_migration_item merged ON merged.source_table = 'mail_message'
           AND merged.source_id = new.id AND merged.state = 'moved'
         WHERE new.model = 'discuss.channel' AND new.message_type = 'comment'
           AND channel.channel_type = 'gateway'
           AND (%(channels)s::int[] IS NULL OR channel.id = ANY(%(channels)s)
                OR channel.whatsapp_history_of_id = ANY(%(channels)s))
    ), several AS (
        SELECT conversation FROM shown
         GROUP BY conversation HAVING min(source) <> max(source)
    ), said AS (
        SELECT shown.*, new.date, {_SENT} AS sent, {_WAMID} AS wamid,
               {_UNMARKED.format(NEW_TEXT)} AS text
          FROM shown JOIN several USING (conversation)
          JOIN mail_message new ON new.id = shown.id
    ), steps AS (
        SELECT *, date - lag(date) OVER same <= {_MINUTE} AS goes_on
          FROM said WHERE text <> ''
        WINDOW same AS (PARTITION BY conversation, sent, text ORDER BY date, id)
    ), moments AS (
        SELECT *, count(*) FILTER (WHERE goes_on IS NOT TRUE) OVER same AS moment
          FROM steps
        WINDOW same AS (PARTITION BY conversation, sent, text ORDER BY date, id)
    )
    SELECT max(id) AS id FROM moments
     GROUP BY conversation, sent, text, moment
    HAVING count(*) > greatest(count(*) FILTER (WHERE source = 'moved'),
                               count(*) FILTER (WHERE source = 'merged'),
                               count(*) FILTER (WHERE source = 'there'))
       AND count(DISTINCT wamid) < count(*)
"""
# Only what was found in a conversation can be lost unseen: what was moved is compared
# with its own row.
LOST = f"""
    WITH found AS (
        SELECT item.source_id AS id, {_MAIN} AS conversation,
               old.direction = 'outgoing' AS sent,
               {_UNMARKED.format(OLD_TEXT)} AS text
          FROM whatsapp_migration_item item
          JOIN whatsapp_message old ON old.id = item.source_id
          JOIN mail_message new ON new.id = item.target_id
          JOIN discuss_channel channel ON channel.id = new.res_id
         WHERE item.source_table = 'whatsapp_message'
           AND item.reason = 'twin_message'
           AND (%(rows)s::int[] IS NULL OR item.source_id = ANY(%(rows)s))
    ), wanted AS (
        SELECT conversation, sent, text, count(*) AS count, min(id) AS id
          FROM found GROUP BY conversation, sent, text
    ), shown AS (
        SELECT {_MAIN} AS conversation, {_SENT} AS sent,
               {_UNMARKED.format(NEW_TEXT)} AS text, count(*) AS count
          FROM mail_message new
          JOIN discuss_channel channel ON channel.id = new.res_id
         WHERE new.model = 'discuss.channel' AND new.message_type = 'comment'
           AND {_MAIN} IN (SELECT conversation FROM wanted)
         GROUP BY 1, 2, 3
    )
    SELECT wanted.id FROM wanted LEFT JOIN shown USING (conversation, sent, text)
     WHERE coalesce(shown.count, 0) < wanted.count
"""


def check_minutes(scene: Scene) -> list[Check]:
    return [
        scene.none(
            "minutes.doubled",
            "No text is shown twice in a conversation within a minute because it came"
            " from two places. Look at the messages that are named: roll back and"
            " correct the decisions if they are one and the same.",
            DOUBLED,
            channels=None,
        ),
        scene.none(
            "minutes.lost",
            "Every old message that was found in a conversation is shown there, as"
            " often as the old table has it. Of those named the text is not there.",
            LOST,
            rows=None,
        ),
    ]


def find_differences(
    cr: Any, channels: Sequence[int], rows: Sequence[int]
) -> list[int]:
    """Ids of messages shown twice, and of old rows that are not shown, of a sample.

    :param channels: conversations to look at
    :param rows: old messages that are said to stand in a conversation already
    """
    found: list[int] = []
    for query, name, sample in ((DOUBLED, "channels", channels), (LOST, "rows", rows)):
        if sample:
            cr.execute(query, {name: list(sample)})
            found += [row[0] for row in cr.fetchall()]
    return found
