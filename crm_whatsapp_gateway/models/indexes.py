"""Indexes on tables of other modules, for what this one searches and deletes there.

By SQL since their fields are not ours; the uninstall hook drops them.
"""

from odoo.tools import SQL

# By table: name of the index and what it holds.
INDEXES = {
    "discuss_channel": {
        # What closes windows looks for, and the time of the next one.
        "discuss_channel_whatsapp_window_idx": (
            "(whatsapp_last_inbound_at) WHERE whatsapp_state IN ('us', 'customer')"
        ),
        # The Inbox shows the newest first, of all or of a state.
        "discuss_channel_whatsapp_newest_idx": (
            "(whatsapp_last_at DESC, id DESC) WHERE channel_type = 'gateway'"
        ),
        "discuss_channel_whatsapp_state_idx": (
            "(whatsapp_state, whatsapp_last_at DESC, id DESC)"
            " WHERE channel_type = 'gateway'"
        ),
        "discuss_channel_whatsapp_orphan_idx": (
            "(whatsapp_last_at DESC, id DESC)"
            " WHERE channel_type = 'gateway' AND lead_id IS NULL"
        ),
        "discuss_channel_whatsapp_opted_out_idx": (
            "(whatsapp_opted_out_at) WHERE whatsapp_opted_out_at IS NOT NULL"
        ),
    },
    "crm_lead": {
        # Open leads of an adviser, and those that nobody has.
        "crm_lead_whatsapp_open_idx": (
            "(user_id, stage_id) WHERE active AND gateway_channel_id IS NOT NULL"
        ),
    },
    "mail_guest": {
        # Who wrote, if he has written before.
        "mail_guest_gateway_token_idx": (
            "(gateway_id, gateway_token) WHERE gateway_token IS NOT NULL"
        ),
    },
    "mail_message": {
        # OCA asks it of every message of every chatter; deleting one asks too.
        "mail_message_gateway_message_idx": (
            "(gateway_message_id) WHERE gateway_message_id IS NOT NULL"
        ),
    },
    "mail_notification": {
        # A status finds its message by wamid.
        "mail_notification_gateway_message_idx": (
            "(gateway_message_id, gateway_channel_id)"
            " WHERE gateway_message_id IS NOT NULL"
        ),
        "mail_notification_gateway_channel_idx": (
            "(gateway_channel_id) WHERE gateway_channel_id IS NOT NULL"
        ),
    },
    "res_partner_gateway_channel": {
        "res_partner_gateway_channel_token_idx": "(gateway_id, gateway_token)",
    },
}


def create_indexes(model):
    """Make the indexes of a model's table that are not there yet."""
    for name, definition in INDEXES[model._table].items():
        model.env.cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s %s",
                SQL.identifier(name),
                SQL.identifier(model._table),
                SQL(definition),
            )
        )
