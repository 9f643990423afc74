"""Conversations that were double before this module was there.

OCA's module alone makes several conversations when first messages of a person come at
once. The database keeps them single only after those have been merged.
"""

from odoo import fields, models

from ...tools.phone import COUNTRIES_WITH_VARIANTS, key_of


class MailGateway(models.Model):
    _inherit = "mail.gateway"

    whatsapp_duplicate_count = fields.Integer(
        string="Double Conversations",
        compute="_compute_whatsapp_duplicate_count",
        groups="base.group_system",
    )

    def _compute_whatsapp_duplicate_count(self):
        for gateway in self:
            own = gateway.gateway_type == "whatsapp"
            doubles = gateway._whatsapp_find_duplicates() if own else []
            gateway.whatsapp_duplicate_count = sum(len(ids) - 1 for ids in doubles)

    def _whatsapp_find_duplicates(self):
        """Ids of the conversations with one person, oldest first, where several are."""
        self.ensure_one()
        self.env["discuss.channel"].flush_model(["gateway_id", "gateway_channel_token"])
        self.env.cr.execute(
            """
            WITH own AS (
                SELECT id, gateway_channel_token AS token FROM discuss_channel
                 WHERE gateway_id = %s AND channel_type = 'gateway'
                   AND gateway_channel_token IS NOT NULL)
            SELECT id, token FROM own
             WHERE left(token, 2) IN %s
                OR token IN (SELECT token FROM own GROUP BY token HAVING count(*) > 1)
             ORDER BY id
            """,
            # Only where numbers have several forms can two tokens be one person.
            (self.id or 0, COUNTRIES_WITH_VARIANTS),
        )
        people = {}
        for channel_id, token in self.env.cr.fetchall():
            people.setdefault(key_of(token), []).append(channel_id)
        return [ids for ids in people.values() if len(ids) > 1]

    def action_whatsapp_merge_duplicates(self):
        """Button: one conversation per person; the oldest takes the others over.

        Messages, files, queue and lead come along; the others are archived.
        """
        self.ensure_one()
        self.check_access("write")
        Channel = self.env["discuss.channel"].sudo().with_context(active_test=False)
        merged = 0
        for ids in self._whatsapp_find_duplicates():
            kept, *others = Channel.browse(ids)
            for other in others:
                kept._whatsapp_merge_channel(other)
            kept.active = True
            merged += len(others)
        self.env.flush_all()
        Channel._whatsapp_index_people()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s double conversations were merged.", count=merged
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
