"""Ways to spoil a migrated database, and which checks must see each of them.

A spoiling is SQL. `{moved}`, `{sent}`, `{received}`, … stand for the id of a message
that a run made of such an old row: see `VICTIMS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_MADE = """
    SELECT new.id, new.res_id, old.id
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
      JOIN mail_message new ON new.id = item.target_id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
       AND {0}
     ORDER BY new.id OFFSET 3 LIMIT 1
"""
#: Condition on `old`, the old row, and `new`, the message made of it.
VICTIMS = {
    "moved": "true",
    "sent": "old.direction = 'outgoing' AND old.state = 'delivered'"
    " AND old.sent_date IS NOT NULL AND old.external_id LIKE 'wamid.%'",
    "received": "old.direction = 'incoming' AND old.external_id LIKE 'wamid.%'",
    # A number that wrote more than once.
    "repeated": "EXISTS (SELECT FROM whatsapp_message other"
    " JOIN whatsapp_migration_item own ON own.source_table = 'whatsapp_message'"
    " AND own.source_id = other.id AND own.state = 'moved'"
    " WHERE other.phone = old.phone AND other.gateway_id = old.gateway_id"
    " AND other.id <> old.id) AND NOT EXISTS (SELECT FROM mail_notification own"
    " WHERE own.mail_message_id = new.id)",
    # Not the first of its conversation, so that an order can be broken.
    "later": "EXISTS (SELECT FROM mail_message other WHERE other.model = new.model"
    " AND other.res_id = new.res_id AND other.id < new.id AND other.date < new.date)",
}


@dataclass(frozen=True)
class Spoiling:
    """:param sees: names of the checks that fail, all of them"""

    name: str
    sql: str
    sees: frozenset[str]


def spoiling(name: str, statement: str, *sees: str) -> Spoiling:
    return Spoiling(name, statement, frozenset(sees))


def spoil(cr: Any, one: Spoiling) -> None:
    """Do it, in the transaction of the cursor; nothing is committed."""
    values: dict[str, int] = {}
    for name, condition in VICTIMS.items():
        if f"{{{name}" in one.sql:
            cr.execute(_MADE.format(condition))
            message, channel, old = cr.fetchone()
            values |= {name: message, f"{name}_channel": channel, f"{name}_old": old}
    cr.execute(one.sql.format(**values))
    assert cr.rowcount, f"{one.name}: there was nothing to spoil"


ANY_OTHER_CHANNEL = """
    (SELECT other.id FROM discuss_channel own JOIN discuss_channel other
         ON other.gateway_id = own.gateway_id AND other.id > own.id
        AND other.channel_type = 'gateway' AND other.active
      WHERE own.id = {repeated_channel} ORDER BY other.id LIMIT 1)
"""
A_MADE_CHANNEL = """
    (SELECT min(row_id) FROM whatsapp_migration_effect
      WHERE table_name = 'discuss_channel' AND operation = 'insert')
"""
ADMIN_PARTNER = "(SELECT partner_id FROM res_users WHERE login = 'admin')"
A_MOVED_FILE = """
    (SELECT min(row_id) FROM whatsapp_migration_effect
      WHERE table_name = 'ir_attachment' AND operation = 'update')
"""

#: A message that came or went changes every histogram.
COUNTS = (
    *("counts.month", "counts.direction", "counts.state"),
    *("counts.person", "counts.gateway"),
)

SPOILINGS = (
    # Messages
    spoiling(
        "a message is deleted",
        "DELETE FROM mail_message WHERE id = {received}",
        *COUNTS,
        "ledger.targets",
    ),
    spoiling(
        "a text is changed",
        "UPDATE mail_message SET body = '<p>Otra cosa</p>' WHERE id = {moved}",
        "texts.checksum",
        "texts.each",
    ),
    spoiling(
        "HTML comes into a text",
        "UPDATE mail_message SET body = body || '<b></b>' WHERE id = {moved}",
        "texts.inert",
    ),
    spoiling(
        "a time is moved by a second, within its order",
        "UPDATE mail_message SET date = date + interval '1 microsecond'"
        " WHERE id = {moved}",
        "times.messages",
    ),
    spoiling(
        "a time is moved to another month, and its order with it",
        "UPDATE mail_message SET date = date - interval '300 days' WHERE id = {later}",
        "counts.month",
        "times.messages",
        "order.ids",
    ),
    spoiling(
        "a message is moved to another conversation",
        f"UPDATE mail_message SET res_id = {ANY_OTHER_CHANNEL} WHERE id = {{repeated}}",
        "counts.person",
        "conversations.one",
    ),
    spoiling(
        "a message is made twice",
        """
        INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, body,
                                  message_id, author_id)
        SELECT model, res_id, date, message_type, subtype_id, body, message_id,
               author_id FROM mail_message WHERE id = {received}
        """,
        *COUNTS,
        "ledger.unknown",
        "popups.unread",
    ),
    spoiling(
        "a message loses its author",
        "UPDATE mail_message SET author_id = NULL, author_guest_id = NULL"
        " WHERE id = {moved}",
        "authors.missing",
    ),
    spoiling(
        "one of ours appears as who wrote what a customer wrote",
        f"UPDATE mail_message SET author_guest_id = NULL, author_id = {ADMIN_PARTNER}"
        " WHERE id = {received}",
        "authors.incoming",
    ),
    # States
    spoiling(
        "a state goes back",
        "UPDATE mail_notification SET whatsapp_state = 'sent',"
        " notification_status = 'pending' WHERE mail_message_id = {sent}",
        "counts.state",
        "states.same",
    ),
    spoiling(
        "a sent message fails without a word of WhatsApp",
        "UPDATE mail_notification SET whatsapp_state = 'failed',"
        " notification_status = 'exception' WHERE mail_message_id = {sent}",
        "counts.state",
        "states.same",
    ),
    spoiling(
        "Odoo shows another state than WhatsApp told",
        "UPDATE mail_notification SET notification_status = 'exception'"
        " WHERE mail_message_id = {sent}",
        "states.status",
    ),
    spoiling(
        "a state is lost",
        "DELETE FROM mail_notification WHERE mail_message_id = {sent}",
        "counts.direction",
        "counts.state",
        "states.one",
        "wamids.sent",
    ),
    spoiling(
        "the time of delivery is lost",
        "UPDATE mail_notification SET whatsapp_delivered_at = NULL"
        " WHERE mail_message_id = {sent}",
        "states.times",
    ),
    spoiling(
        "a sent message is found under another id of WhatsApp",
        "UPDATE mail_notification SET gateway_message_id = 'wamid.other'"
        " WHERE mail_message_id = {sent}",
        "wamids.sent",
    ),
    spoiling(
        "a received message is not found by its id",
        "UPDATE mail_message SET whatsapp_wamid = NULL WHERE id = {received}",
        "wamids.received",
    ),
    # Conversations and leads
    spoiling(
        "a conversation is no WhatsApp conversation any more",
        "UPDATE discuss_channel SET channel_type = 'chat' WHERE id = {moved_channel}",
        "sums.discuss_channel",
        "sums.mail_message",
        "conversations.gateway",
    ),
    spoiling(
        "a conversation loses its customer",
        f"""
        DELETE FROM discuss_channel_member WHERE channel_id = {A_MADE_CHANNEL}
           AND partner_id IS DISTINCT FROM {ADMIN_PARTNER}
        """,
        "conversations.customer",
    ),
    spoiling(
        "a lead forgets its conversation",
        "UPDATE crm_lead SET gateway_channel_id = NULL WHERE id ="
        " (SELECT min(row_id) FROM whatsapp_migration_effect"
        "   WHERE table_name = 'crm_lead')",
        "leads.pointing",
    ),
    spoiling(
        "a conversation forgets its lead",
        "UPDATE discuss_channel SET lead_id = NULL WHERE id = (SELECT min(new.res_id)"
        " FROM whatsapp_migration_item item"
        " JOIN whatsapp_message old ON old.id = item.source_id AND old.lead_id > 0"
        " JOIN mail_message new ON new.id = item.target_id"
        " WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved')",
        "leads.linked",
    ),
    spoiling(
        "the history is copied into a lead",
        """
        INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, body,
                                  message_id)
        SELECT model, res_id, date, message_type, subtype_id, body, message_id
          FROM mail_message WHERE message_id LIKE '<whatsapp-lead-%' LIMIT 1
        """,
        "leads.one_note",
    ),
    # Files
    spoiling(
        "a file goes to no conversation",
        f"UPDATE ir_attachment SET res_model = NULL WHERE id = {A_MOVED_FILE}",
        "files.place",
    ),
    spoiling(
        "a file is taken off its message",
        f"DELETE FROM message_attachment_rel WHERE attachment_id = {A_MOVED_FILE}",
        "files.linked",
    ),
    spoiling(
        "a file is not what it was",
        "UPDATE ir_attachment SET checksum = repeat('0', 40)"
        f" WHERE id = {A_MOVED_FILE}",
        "files.readable",
    ),
    # Silence
    spoiling(
        "an e-mail waits to be sent",
        "INSERT INTO mail_mail (mail_message_id, state, fetchmail_server_id)"
        " VALUES ({moved}, 'outgoing', NULL)",
        "silence.mails",
    ),
    spoiling(
        "somebody is notified",
        "INSERT INTO mail_notification (mail_message_id, res_partner_id,"
        f" notification_type) VALUES ({{received}}, {ADMIN_PARTNER}, 'inbox')",
        "silence.notifications",
    ),
    spoiling(
        "somebody follows a conversation",
        "INSERT INTO mail_followers (res_model, res_id, partner_id) VALUES"
        f" ('discuss.channel', {A_MADE_CHANNEL}, {ADMIN_PARTNER})",
        "silence.followers",
    ),
    spoiling(
        "a message waits in the queue",
        """
        INSERT INTO whatsapp_message_queue (message_id, channel_id, gateway_id, state,
               recipient, kind, callback_data, whatsapp_state, queued_at)
        SELECT {moved}, id, gateway_id, 'pending', '573000000000', 'text', 'x',
               'queued', '2026-10-02'
          FROM discuss_channel WHERE id = {moved_channel}
        """,
        "silence.queue",
    ),
    spoiling(
        "a message is unread",
        f"""
        INSERT INTO discuss_channel_member (channel_id, partner_id,
               new_message_separator, unpin_dt, last_interest_dt)
        SELECT {A_MADE_CHANNEL}, {ADMIN_PARTNER}, 0, '2026-10-02', '2026-10-01'
            ON CONFLICT (channel_id, partner_id) WHERE partner_id IS NOT NULL
            DO UPDATE SET new_message_separator = 0
        """,
        "popups.unread",
    ),
    spoiling(
        "a conversation comes into a sidebar",
        """
        UPDATE discuss_channel_member SET unpin_dt = NULL
         WHERE id = (SELECT min(member.id) FROM discuss_channel_member member
               JOIN whatsapp_migration_effect effect
                 ON effect.table_name = 'discuss_channel'
                AND effect.row_id = member.channel_id AND effect.operation = 'insert'
               JOIN res_users ON res_users.partner_id = member.partner_id)
        """,
        "popups.pinned",
    ),
    # Ledger and sums
    spoiling(
        "the ledger forgets a row",
        "DELETE FROM whatsapp_migration_item WHERE source_table = 'whatsapp_message'"
        " AND source_id = (SELECT max(source_id) FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_message' AND state = 'skipped')",
        "sums.whatsapp_message",
    ),
    spoiling(
        "the ledger forgets what it moved",
        "DELETE FROM whatsapp_migration_item WHERE source_table = 'whatsapp_message'"
        " AND target_id = {received}",
        *COUNTS,
        "sums.whatsapp_message",
        "ledger.unknown",
    ),
    spoiling(
        "the ledger names one message for two rows",
        "UPDATE whatsapp_migration_item SET target_id = {received} WHERE source_table ="
        " 'whatsapp_message' AND target_id = (SELECT max(target_id) FROM"
        " whatsapp_migration_item item JOIN whatsapp_message old ON old.id ="
        " item.source_id WHERE item.source_table = 'whatsapp_message'"
        " AND item.state = 'moved' AND old.direction = 'incoming')",
        "ledger.once",
        "ledger.own",
        "ledger.unknown",
        "texts.checksum",
        "texts.each",
        "times.messages",
        "wamids.received",
    ),
    spoiling(
        "a good row is called unreadable",
        "UPDATE whatsapp_migration_item SET state = 'rejected', reason ="
        " 'phone_letters', target_table = NULL, target_id = NULL"
        " WHERE source_table = 'whatsapp_message' AND target_id = {received}",
        *COUNTS,
        "ledger.unknown",
        "reasons.true",
    ),
    spoiling(
        "an old row disappears",
        "DELETE FROM whatsapp_message WHERE id = {moved_old}",
        "sums.whatsapp_message",
    ),
    spoiling(
        "the old tables are dropped",
        "DROP TABLE whatsapp_message, whatsapp_template, whatsapp_gateway; SELECT 1",
        "originals.there",
    ),
    spoiling(
        "a text is said once more by somebody who is not the migration",
        """
        INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, body,
                                  author_id, author_guest_id)
        SELECT model, res_id, date + interval '30 s', message_type, subtype_id, body,
               author_id, author_guest_id FROM mail_message WHERE id = {received}
        """,
        "minutes.doubled",
    ),
    spoiling(
        "a text that stood there already is changed",
        """
        UPDATE mail_message SET body = '<p>Otra cosa</p>' WHERE id =
            (SELECT min(target_id) FROM whatsapp_migration_item
              WHERE source_table = 'whatsapp_message' AND reason = 'twin_message')
        """,
        "minutes.lost",
    ),
    # Orphans
    spoiling(
        "a conversation is deleted under its messages",
        "DELETE FROM discuss_channel WHERE id = {moved_channel}",
        *COUNTS,
        "orphans.messages",
        "conversations.gateway",
        "wamids.sent",
    ),
    spoiling(
        "an activity is left of a conversation",
        "INSERT INTO mail_activity (res_model_id, res_model, res_id, user_id,"
        " date_deadline) SELECT id, model, 2000000000, 2, '2026-10-02' FROM ir_model"
        " WHERE model = 'discuss.channel'",
        "orphans.activities",
    ),
    # Folded conversations of generation 2
    spoiling(
        "a folded message goes back to where it was",
        "UPDATE mail_message SET res_id = (item.detail ->> 'from')::int"
        " FROM whatsapp_migration_item item WHERE item.source_table = 'mail_message'"
        " AND item.state = 'moved' AND mail_message.id = item.source_id AND item.id ="
        " (SELECT min(id) FROM whatsapp_migration_item"
        "   WHERE source_table = 'mail_message' AND state = 'moved')",
        "strays.folded",
    ),
    spoiling(
        "a folded conversation comes back",
        "UPDATE discuss_channel SET active = true WHERE id = (SELECT min(source_id)"
        " FROM whatsapp_migration_item WHERE source_table = 'discuss_channel'"
        " AND state = 'moved')",
        "strays.archived",
    ),
    spoiling(
        "a folded message stands twice",
        """
        INSERT INTO mail_message (model, res_id, date, message_type, subtype_id, body,
                                  author_id)
        SELECT one.model, one.res_id, one.date, one.message_type, one.subtype_id,
               one.body, one.author_id
          FROM mail_message one JOIN whatsapp_migration_item item
            ON item.source_table = 'mail_message' AND item.source_id = one.id
           AND item.state = 'moved' AND one.message_type = 'comment' LIMIT 1
        """,
        "strays.twins",
        "minutes.doubled",
    ),
)
