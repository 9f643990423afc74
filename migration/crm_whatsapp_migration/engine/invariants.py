"""What a migration must not change, measured before its first step and after its last.

``measure`` reads only. Its figures are kept on the run (``before``, ``after``), so
that a report years later still has both.
"""

from dataclasses import dataclass

# The migration may neither add nor take: both figures are equal.
EQUAL = "equal"
# The migration may take (a folded twin conversation), never add.
FALLS = "falls"
# The migration may add, never take.
GROWS = "grows"
# Told in the report, judged by nobody.
TOLD = "told"


@dataclass(frozen=True)
class Measure:
    """One figure of the database.

    :param name: key of ``measure()``
    :param words: what is counted, for a person
    :param law: EQUAL, FALLS, GROWS or TOLD
    :param query: one row, one value; {user: figure} as jsonb where it is per user
    :param needs: "table" or "table.column" without which the figure is not taken
    """

    name: str
    words: str
    law: str
    query: str
    needs: tuple[str, ...] = ()


# Sums of hashes do not depend on the order, so that PostgreSQL need not sort.
_CHECKSUM = "SELECT coalesce(sum(hashtextextended({0}, 0)::numeric), 0)::text FROM {1}"

MEASURES = (
    Measure("leads", "leads", EQUAL, "SELECT count(*) FROM crm_lead"),
    Measure(
        "lead_write_dates",
        "checksum of the leads' times of change",
        EQUAL,
        _CHECKSUM.format("concat_ws('|', id, write_date)", "crm_lead"),
    ),
    Measure(
        "lead_stages",
        "checksum of the leads' stages, salespersons and results",
        EQUAL,
        _CHECKSUM.format(
            "concat_ws('|', id, stage_id, user_id, team_id, active, probability)",
            "crm_lead",
        ),
    ),
    Measure("partners", "contacts", EQUAL, "SELECT count(*) FROM res_partner"),
    Measure("users", "users", EQUAL, "SELECT count(*) FROM res_users"),
    Measure(
        "user_notifications",
        "notifications to users and contacts",
        FALLS,
        "SELECT count(*) FROM mail_notification WHERE res_partner_id IS NOT NULL",
    ),
    Measure("mails", "e-mails in the outbox", EQUAL, "SELECT count(*) FROM mail_mail"),
    Measure("bus", "messages to browsers", FALLS, "SELECT count(*) FROM bus_bus"),
    Measure("followers", "followers", FALLS, "SELECT count(*) FROM mail_followers"),
    Measure("activities", "activities", FALLS, "SELECT count(*) FROM mail_activity"),
    Measure(
        "stored_files",
        "checksum of the stored files",
        EQUAL,
        _CHECKSUM.format("concat_ws('|', store_fname, checksum)", "ir_attachment")
        + " WHERE store_fname IS NOT NULL",
    ),
    Measure("attachments", "attachments", GROWS, "SELECT count(*) FROM ir_attachment"),
    Measure(
        "attachment_bytes",
        "bytes of attachments",
        GROWS,
        "SELECT coalesce(sum(file_size), 0)::bigint FROM ir_attachment",
    ),
    Measure(
        "queue",
        "messages in the sending queue",
        EQUAL,
        "SELECT count(*) FROM whatsapp_message_queue",
        ("whatsapp_message_queue",),
    ),
    Measure(
        "journal",
        "received events",
        EQUAL,
        "SELECT count(*) FROM whatsapp_webhook_event",
        ("whatsapp_webhook_event",),
    ),
    Measure(
        "assignments",
        "assignments of advisers",
        EQUAL,
        "SELECT count(*) FROM whatsapp_assignment_log",
        ("whatsapp_assignment_log",),
    ),
    Measure(
        "legacy_messages",
        "messages of the old module",
        EQUAL,
        "SELECT count(*) FROM whatsapp_message",
        ("whatsapp_message",),
    ),
    Measure(
        "legacy_texts",
        "checksum of the old module's messages",
        EQUAL,
        _CHECKSUM.format(
            "concat_ws('|', id, gateway_id, phone, message, state, external_id)",
            "whatsapp_message",
        ),
        ("whatsapp_message", "whatsapp_message.external_id"),
    ),
    # Conversations, not messages: what is folded into one that somebody has not read
    # yet cannot but stand there unread too.
    Measure(
        "unread",
        "conversations with something unread, per user",
        FALLS,
        """
        SELECT coalesce(jsonb_object_agg(user_id, unread), '{}') FROM (
            SELECT users.id AS user_id, count(DISTINCT member.channel_id) AS unread
              FROM discuss_channel_member member
              JOIN discuss_channel channel ON channel.id = member.channel_id
                   AND channel.active
              JOIN res_users users ON users.partner_id = member.partner_id
              JOIN mail_message message ON message.model = 'discuss.channel'
                   AND message.res_id = member.channel_id
                   AND message.id >= member.new_message_separator
                   AND message.message_type
                       NOT IN ('notification', 'user_notification')
          GROUP BY users.id) counted
        """,
    ),
    Measure(
        "pinned",
        "conversations in the sidebar, per user",
        FALLS,
        """
        SELECT coalesce(jsonb_object_agg(user_id, pinned), '{}') FROM (
            SELECT users.id AS user_id, count(*) AS pinned
              FROM discuss_channel_member member
              JOIN discuss_channel channel ON channel.id = member.channel_id
              JOIN res_users users ON users.partner_id = member.partner_id
             WHERE member.unpin_dt IS NULL
                OR member.last_interest_dt >= member.unpin_dt
                OR channel.last_interest_dt >= member.unpin_dt
          GROUP BY users.id) counted
        """,
    ),
    Measure("messages", "messages", GROWS, "SELECT count(*) FROM mail_message"),
    Measure(
        "gateway_messages",
        "messages in WhatsApp conversations",
        GROWS,
        """
        SELECT count(*)
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
         WHERE message.model = 'discuss.channel' AND channel.channel_type = 'gateway'
        """,
        ("discuss_channel.gateway_id",),
    ),
    Measure(
        "conversations",
        "WhatsApp conversations",
        GROWS,
        "SELECT count(*) FROM discuss_channel WHERE channel_type = 'gateway'",
        ("discuss_channel.gateway_id",),
    ),
    Measure("guests", "guests", GROWS, "SELECT count(*) FROM mail_guest"),
    Measure(
        "gateways",
        "gateways",
        GROWS,
        "SELECT count(*) FROM mail_gateway",
        ("mail_gateway",),
    ),
    Measure(
        "templates",
        "templates",
        GROWS,
        "SELECT count(*) FROM mail_whatsapp_template",
        ("mail_whatsapp_template",),
    ),
    Measure(
        "database_bytes",
        "bytes of the database",
        TOLD,
        "SELECT pg_database_size(current_database())",
    ),
)

BY_NAME = {measure.name: measure for measure in MEASURES}


def measure(cr) -> dict[str, object]:
    """Take every figure of :data:`MEASURES` that this database has.

    :return: {name: int, checksum as str, or {user id as str: int}}; JSON-able
    """
    there = _columns(cr)
    return {
        item.name: _take(cr, item)
        for item in MEASURES
        if all(need in there for need in item.needs)
    }


def _take(cr, item):
    cr.execute(item.query)
    return cr.fetchone()[0]


def _columns(cr) -> set[str]:
    """Tables, and "table.column", of the database."""
    cr.execute(
        """
        SELECT table_name, column_name FROM information_schema.columns
         WHERE table_schema = current_schema()
        """
    )
    rows = cr.fetchall()
    return {table for table, _column in rows} | {".".join(row) for row in rows}
