"""What a reader sees: texts, times, authors, order."""

from __future__ import annotations

from .check import Check
from .scene import OLD_TIME, PAIRS, TOUCHED, Scene

# Words of a body without its tags, and of the old text, white space aside. The
# entities are undone here, not by what made them.
_BODY = r"""
    replace(replace(replace(replace(replace(
        regexp_replace(regexp_replace({0}, '<br\s*/?>|</p>', ' ', 'gi'),
                       '<[^>]*>', '', 'g'),
        '&lt;', '<'), '&gt;', '>'), '&#39;', ''''), '&#34;', '"'), '&amp;', '&')
"""
_SQUEEZED = r"btrim(regexp_replace({0}, '\s+', ' ', 'g'))"
NEW_TEXT = _SQUEEZED.format(_BODY.format("new.body"))
OLD_TEXT = _SQUEEZED.format("coalesce(old.message, '')")
# Above a draft stands that it was not sent.
_SAME_TEXT = f"""
    CASE WHEN old.state = 'draft' THEN right({NEW_TEXT}, length({OLD_TEXT}))
         ELSE {NEW_TEXT} END
"""


def check_texts(scene: Scene) -> list[Check]:
    """Checksums over every text, computed from both sides."""
    rows = scene.rows(
        f"""
        SELECT coalesce(sum(hashtextextended({OLD_TEXT}, 0)::numeric), 0)::text,
               coalesce(sum(hashtextextended({_SAME_TEXT}, 0)::numeric), 0)::text
          {PAIRS} AND new.write_date <= %(ended)s
        """,
        ended=scene.ended,
    )
    old, new = rows[0]
    checks = [
        Check(
            "texts.checksum",
            old == new,
            old,
            new,
            "The checksum of all texts is that of the old texts; messages that"
            " somebody edited since are left out.",
        )
    ]
    if old != new:
        checks.append(
            scene.none(
                "texts.each",
                "These messages do not say what their old rows say.",
                f"SELECT new.id {PAIRS} AND new.write_date <= %(ended)s"
                f" AND {OLD_TEXT} IS DISTINCT FROM {_SAME_TEXT}",
                ended=scene.ended,
            )
        )
    checks.append(
        scene.none(
            "texts.inert",
            "No message holds HTML other than paragraphs, line ends and emphasis.",
            f"SELECT new.id {PAIRS} AND new.write_date <= %(ended)s"
            " AND new.body ~* '<(?!/?(p|br|em)\\s*/?>)'",
            ended=scene.ended,
        )
    )
    return checks


def check_times(scene: Scene) -> list[Check]:
    return [
        scene.none(
            "times.messages",
            "Each message has the time of its old row; of one without a possible date"
            " nothing is compared.",
            f"""
            SELECT new.id {PAIRS} AND new.date <> {OLD_TIME}
            """,
        )
    ]


def check_authors(scene: Scene) -> list[Check]:
    """The customer wrote what came in, one of us what went out."""
    return [
        scene.none(
            "authors.missing",
            "Each message has an author.",
            f"SELECT new.id {PAIRS}"
            " AND num_nonnulls(new.author_id, new.author_guest_id) <> 1",
        ),
        scene.none(
            "authors.incoming",
            "What came in is not written by one of our users.",
            f"""
            SELECT new.id {PAIRS} AND old.direction = 'incoming' AND EXISTS (
                SELECT FROM res_users own WHERE own.partner_id = new.author_id
                   AND NOT own.share AND own.active)
            """,
        ),
        scene.none(
            "authors.outgoing",
            "What went out is not written by a guest.",
            f"SELECT new.id {PAIRS} AND old.direction = 'outgoing'"
            " AND new.author_guest_id IS NOT NULL",
        ),
    ]


def check_order(scene: Scene) -> list[Check]:
    """Discuss reads by id: within a conversation ids follow time."""
    return [
        scene.none(
            "order.ids",
            "In each conversation the messages stand in the order of their times.",
            f"""
            SELECT id FROM (
                SELECT new.id, new.date,
                       max(new.date) OVER (PARTITION BY new.res_id ORDER BY new.id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
                       item.id AS item_id
                  FROM mail_message new
             LEFT JOIN whatsapp_migration_item item
                    ON item.source_table = 'whatsapp_message'
                   AND item.target_table = 'mail_message' AND item.target_id = new.id
                   AND item.state = 'moved'
                 WHERE new.model = 'discuss.channel'
                   AND new.message_type NOT IN ('notification', 'user_notification')
                   AND new.res_id IN ({TOUCHED})) ordered
             WHERE date < before AND item_id IS NOT NULL
            """,
        ),
    ]


def check_conversations(scene: Scene) -> list[Check]:
    """One conversation per person and gateway, each of them with something in it."""
    return [
        scene.none(
            "conversations.one",
            "Rows with the same number and gateway are in one conversation; history"
            " that came late stands in one of its own beside it.",
            f"""
            SELECT min(old.id) {_with_channel(scene)}
          GROUP BY old.phone, channel.gateway_id
            HAVING count(DISTINCT {_main(scene)}) > 1
            """,
        ),
        scene.none(
            "conversations.gateway",
            "Each migrated message is in a conversation of a gateway.",
            f"""
            SELECT new.id {PAIRS} AND NOT EXISTS (
                SELECT FROM discuss_channel channel
                 WHERE channel.id = new.res_id AND new.model = 'discuss.channel'
                   AND channel.channel_type = 'gateway'
                   AND channel.gateway_id IS NOT NULL)
            """,
        ),
        scene.none(
            "conversations.token",
            "No two conversations of a gateway have the same number.",
            """
            SELECT min(id) FROM discuss_channel
             WHERE channel_type = 'gateway' AND gateway_channel_token IS NOT NULL
          GROUP BY gateway_id, gateway_channel_token HAVING count(*) > 1
            """,
        ),
        scene.none(
            "conversations.empty",
            "No conversation that a run made is empty.",
            """
            SELECT effect.row_id FROM whatsapp_migration_effect effect
              JOIN discuss_channel channel ON channel.id = effect.row_id
             WHERE effect.table_name = 'discuss_channel'
               AND effect.operation = 'insert'
               AND NOT EXISTS (SELECT FROM mail_message own
                                WHERE own.model = 'discuss.channel'
                                  AND own.res_id = effect.row_id)
            """,
        ),
        scene.none(
            "conversations.customer",
            "The customer is a member of each conversation that a run made.",
            """
            SELECT channel.id FROM whatsapp_migration_effect effect
              JOIN discuss_channel channel ON channel.id = effect.row_id
             WHERE effect.table_name = 'discuss_channel'
               AND effect.operation = 'insert'
               AND channel.gateway_channel_token IS NOT NULL
            EXCEPT
            SELECT member.channel_id FROM discuss_channel_member member
             WHERE NOT EXISTS (
                   SELECT FROM res_users own
                    WHERE own.partner_id = member.partner_id AND NOT own.share)
            """,
        ),
    ]


def check_leads(scene: Scene) -> list[Check]:
    return [
        scene.none(
            "leads.linked",
            "A conversation whose old rows name a lead has a lead.",
            f"""
            SELECT min(channel.id) {_with_channel(scene)}
               AND channel.lead_id IS NULL AND old.lead_id IS NOT NULL
          GROUP BY channel.id
            """,
        ),
        scene.none(
            "leads.pointing",
            "A lead with migrated messages knows a conversation.",
            f"""
            SELECT DISTINCT lead.id {
                PAIRS.replace(
                    "WHERE", "JOIN crm_lead lead ON lead.id = old.lead_id WHERE"
                )
            } AND lead.gateway_channel_id IS NULL
            """,
        ),
        scene.none(
            "leads.one_note",
            "A lead has one note of the migration, not a copy of its history.",
            """
            SELECT res_id FROM mail_message
             WHERE message_id LIKE '<whatsapp-lead-%%' AND model = 'crm.lead'
          GROUP BY res_id HAVING count(*) > 1
            """,
        ),
    ]


def _with_channel(scene: Scene) -> str:
    join = "JOIN discuss_channel channel ON channel.id = new.res_id"
    return PAIRS.replace("WHERE", f"{join} WHERE")


def _main(scene: Scene) -> str:
    if scene.has("discuss_channel", "whatsapp_history_of_id"):
        return "coalesce(channel.whatsapp_history_of_id, channel.id)"
    return "channel.id"
