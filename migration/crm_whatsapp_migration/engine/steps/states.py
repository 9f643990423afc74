"""What became of an outgoing message: a notification as the bridge keeps it.

The bridge finds a message that it did not send itself by
``mail_notification.gateway_message_id`` and the gateway of
``gateway_channel_id``: for late statuses and for quoted replies.
"""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import insert_rows, update_rows
from ..texts import as_reason

# Legacy state: (bridge's state, Odoo's status of the notification).
STATES = {
    "sent": ("sent", "pending"),
    "delivered": ("delivered", "sent"),
    "read": ("read", "sent"),
    "failed": ("failed", "exception"),
}
# A row without state was handed to the provider: nothing else is known of it.
UNKNOWN = "sent"


# States never go back, and a delivery proves a failure wrong: the furthest that state
# and times of a row tell, as the bridge ranks them.
_TOLD = """
    CASE WHEN message.read_date IS NOT NULL OR message.state = 'read' THEN 'read'
         WHEN message.delivered_date IS NOT NULL OR message.state = 'delivered'
         THEN 'delivered'
         ELSE message.state END
"""


def _by_state(place: int) -> str:
    cases = " ".join(f"WHEN '{old}' THEN '{new[place]}'" for old, new in STATES.items())
    return f"CASE {_TOLD} {cases} ELSE '{STATES[UNKNOWN][place]}' END"


_FAILED = f"{_TOLD} = 'failed'"
_REASON = "nullif(trim(message.error_message), '')"
# Generation 2 kept the id of a mail.message there, which is no id of WhatsApp.
_WAMID = "CASE WHEN message.external_id !~ '^[0-9]*$' THEN message.external_id END"

_OWN_STATE = {
    "whatsapp_state": _by_state(0),
    "whatsapp_sent_at": "message.sent_date",
    "whatsapp_delivered_at": "message.delivered_date",
    "whatsapp_read_at": "message.read_date",
    "whatsapp_failed_at": f"CASE WHEN {_FAILED} THEN mine.at END",
    "whatsapp_failure": f"CASE WHEN {_FAILED} THEN {as_reason(_REASON)} END",
    "notification_status": _by_state(1),
    "failure_type": f"CASE WHEN {_FAILED} THEN 'unknown' END",
    "failure_reason": f"CASE WHEN {_FAILED} THEN {as_reason(_REASON)} END",
    "gateway_failure_reason": f"CASE WHEN {_FAILED} THEN {_REASON} END",
}
# Without author_id: Odoo lists the failures of an author in his systray, and these
# are history. Read, and without a date of it: nobody answers them, and Odoo's
# cleaning of old notifications passes them by.
_NOTIFICATION = {
    "mail_message_id": "{message}",
    "notification_type": "'gateway'",
    "gateway_type": "'whatsapp'",
    "gateway_channel_id": "{channel}",
    "gateway_message_id": _WAMID,
    "is_read": "true",
    **_OWN_STATE,
}
_PART = "mine.seq > %(after)s AND mine.seq <= %(to)s"
_OUTGOING = "NOT mine.incoming AND message.state IS DISTINCT FROM 'draft'"
_FROM_MOVES = f"""
      FROM wamig_move mine
      JOIN whatsapp_message message ON message.id = mine.id
     WHERE {_PART} AND mine.message_id IS NOT NULL AND {_OUTGOING}
     ORDER BY mine.seq
"""

# A message that is there already keeps what its notification knows.
_FROM_TWINS = f"""
      FROM (SELECT DISTINCT ON (mine.twin_id) mine.* FROM wamig_move mine
             WHERE {_PART} AND mine.twin_id IS NOT NULL
             ORDER BY mine.twin_id, mine.seq DESC) mine
      JOIN whatsapp_message message ON message.id = mine.id
      JOIN mail_message twin ON twin.id = mine.twin_id
"""
_LACKING = f"""
    {_FROM_TWINS}
     WHERE {_OUTGOING}
       AND NOT EXISTS (SELECT FROM mail_notification own
                        WHERE own.mail_message_id = twin.id
                          AND own.notification_type = 'gateway')
     ORDER BY mine.seq
"""
_COLUMNS = tuple(_OWN_STATE)
_NAMED = ", ".join(f"{value} AS {name}" for name, value in _OWN_STATE.items())
_STATELESS = f"""
    SELECT own.id, {_NAMED}
    {_FROM_TWINS}
      JOIN mail_notification own ON own.mail_message_id = twin.id
                                AND own.notification_type = 'gateway'
                                AND own.whatsapp_state IS NULL
     WHERE {_OUTGOING}
"""


def _notification(message: str, channel: str) -> dict[str, str]:
    return {
        name: value.format(message=message, channel=channel)
        if name in ("mail_message_id", "gateway_channel_id")
        else value
        for name, value in _NOTIFICATION.items()
    }


def insert_states(context: Context, params: dict[str, object]) -> None:
    """States of the messages of a batch; they go with their messages: no effects."""
    values = _notification("mine.message_id", "mine.channel_id")
    insert = context.tables.insert("mail_notification", values, _FROM_MOVES)
    context.cr.execute(insert, params)


def add_states(context: Context, params: dict[str, object]) -> None:
    """States of messages that were there already, where nobody knows any."""
    table = "mail_notification"
    values = _notification("twin.id", "twin.res_id")
    insert = context.tables.insert(table, values, _LACKING)
    update_rows(
        context.cr, context.run_id, table, _COLUMNS, sql.SQL(_STATELESS), params
    )
    insert_rows(context.cr, context.run_id, table, insert, params)
