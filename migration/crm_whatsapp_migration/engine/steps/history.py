"""Where late-coming history goes: Discuss reads by id, not by date.

A row older than what its conversation already shows cannot be put before it. It
goes to a conversation of its own beside it, to read only.
"""

from __future__ import annotations

from ..context import Context
from ..effects import insert_rows
from ..texts import escaped, words
from ..times import LAST

# Newest message that each conversation shows. One in which a user has something
# unread takes nothing either: what comes after it would count as unread too.
_NEWEST = f"""
    CREATE TEMPORARY TABLE wamig_newest AS
    SELECT channel.id, channel.gateway, channel.key,
           CASE WHEN EXISTS (
                SELECT FROM discuss_channel_member member
                  JOIN res_users users ON users.partner_id = member.partner_id
                  JOIN mail_message unread ON unread.model = 'discuss.channel'
                   AND unread.res_id = member.channel_id
                   AND unread.id >= member.new_message_separator
                   AND unread.message_type NOT IN ('notification', 'user_notification')
                 WHERE member.channel_id = channel.id) THEN 'infinity'::timestamp
                ELSE (SELECT max(message.date) FROM mail_message message
                       WHERE message.model = 'discuss.channel'
                         AND message.res_id = channel.id
                         AND message.date <= {LAST}
                         AND message.message_type
                             NOT IN ('notification', 'user_notification')) END AS at
      FROM (SELECT gateway, key, coalesce(channel_id, new_channel_id) AS id
              FROM wamig_target) channel
"""

# The last history conversation goes on where it reads on; else there is a new one.
_PLACES = f"""
    CREATE TEMPORARY TABLE wamig_history AS
    SELECT late.channel_id,
           coalesce(last.id, nextval('discuss_channel_id_seq')::int) AS history_id,
           last.id IS NULL AS made, row_number() OVER (ORDER BY late.channel_id) AS seq
      FROM (SELECT newest.id AS channel_id, min(mine.at) AS at
              FROM wamig_message mine
              JOIN wamig_newest newest ON newest.gateway = mine.gateway
                                      AND newest.key = mine.key
             WHERE mine.state = 'moved' AND NOT mine.done AND mine.at < newest.at
             GROUP BY newest.id) late
 LEFT JOIN LATERAL (
        SELECT history.id FROM discuss_channel history
         WHERE history.whatsapp_history_of_id = late.channel_id
           AND NOT EXISTS (SELECT FROM mail_message message
                            WHERE message.model = 'discuss.channel'
                              AND message.res_id = history.id
                              AND message.date > late.at
                              AND message.date <= {LAST})
         ORDER BY history.id DESC LIMIT 1) last ON true
"""

_LANGUAGE = """
    coalesce((SELECT partner.lang FROM crm_lead lead
                JOIN res_users users ON users.id = lead.user_id
                JOIN res_partner partner ON partner.id = users.partner_id
               WHERE lead.id = main.lead_id),
             (SELECT partner.lang FROM res_company company
                JOIN res_partner partner ON partner.id = company.partner_id
               WHERE company.id = main.company_id))
"""
_CHANNEL = {
    "id": "history.history_id",
    "name": f"main.name || {words('history_name', _LANGUAGE)}",
    "channel_type": "'gateway'",
    "active": "true",
    "uuid": "secret.value",
    "gateway_id": "main.gateway_id",
    "company_id": "main.company_id",
    "lead_id": "main.lead_id",
    "whatsapp_partner_id": "main.whatsapp_partner_id",
    "whatsapp_history_of_id": "main.id",
    "whatsapp_unread": "0",
    "allow_public_upload": "false",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_PLACES = """
      FROM wamig_history history
      JOIN discuss_channel main ON main.id = history.channel_id
      JOIN unnest(%(secrets)s::text[]) WITH ORDINALITY AS secret (value, seq)
        ON secret.seq = history.seq
     WHERE history.made
     ORDER BY history.seq
"""
_MEMBER = {
    "channel_id": "history.history_id",
    "partner_id": "member.partner_id",
    "guest_id": "member.guest_id",
    "new_message_separator": "0",
    "unpin_dt": "%(now)s",
    "last_interest_dt": "%(now)s::timestamp - interval '1 second'",
    "fold_state": "'closed'",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_MEMBERS = """
      FROM wamig_history history
      JOIN discuss_channel_member member ON member.channel_id = history.channel_id
     WHERE history.made
     ORDER BY history.seq, member.id
"""


def link_to(channel: str, name: str) -> str:
    """SQL: a link that opens a conversation in Discuss.

    :param channel: expression giving its id
    :param name: expression giving its name
    """
    return (
        "'<a href=\"/odoo/discuss?active_id=discuss.channel_' || "
        f'{channel} || \'" class="o_channel_redirect" data-oe-model="discuss.channel'
        f"\" data-oe-id=\"' || {channel} || '\">' || {escaped(name)} || '</a>'"
    )


# A line in the conversation that lives on; a notification is never unread.
_LINK = {
    "model": "'discuss.channel'",
    "res_id": "main.id",
    "date": "%(now)s",
    "message_type": "'notification'",
    "subtype_id": "%(comment)s",
    "author_id": "%(bot)s",
    "body": f"'<p>' || {words('history_link', _LANGUAGE)} || ' ' || "
    + link_to("own.id", "own.name")
    + " || '.</p>'",
    "message_id": "'<whatsapp-history-' || own.id || '@' || %(database)s || '>'",
    "is_internal": "false",
    "record_name": "main.name",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_LINKS = """
      FROM wamig_history history
      JOIN discuss_channel main ON main.id = history.channel_id
      JOIN discuss_channel own ON own.id = history.history_id
     WHERE history.made
     ORDER BY history.seq
"""


def make_histories(context: Context) -> None:
    """Make the history conversations that the rows to move need.

    Fills ``wamig_newest`` and ``wamig_history``, which say where each row goes.
    """
    cr, tables, run_id = context.cr, context.tables, context.run_id
    cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_newest, pg_temp.wamig_history")
    cr.execute(_NEWEST)
    cr.execute("ANALYZE wamig_newest")
    cr.execute(_PLACES)
    count = int(context.value("SELECT count(*) FROM wamig_history"))
    params = context.params(secrets=[context.new_id() for _ in range(count)])
    insert = tables.insert("discuss_channel", _CHANNEL, _FROM_PLACES)
    insert_rows(cr, run_id, "discuss_channel", insert, params)
    cr.execute(tables.insert("discuss_channel_member", _MEMBER, _FROM_MEMBERS), params)
    links = tables.insert("mail_message", _LINK, _FROM_LINKS)
    insert_rows(cr, run_id, "mail_message", links, params)
