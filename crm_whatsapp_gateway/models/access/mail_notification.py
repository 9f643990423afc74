from odoo import models


class MailNotification(models.Model):
    """The ticks are what WhatsApp says; whoever made them up could send, too."""

    _name = "mail.notification"
    _inherit = ["mail.notification", "whatsapp.protected"]

    _whatsapp_protected_fields = frozenset(
        (
            "gateway_channel_id",
            "gateway_failure_reason",
            "gateway_message_id",
            "gateway_type",
            "whatsapp_delivered_at",
            "whatsapp_failed_at",
            "whatsapp_failure",
            "whatsapp_read_at",
            "whatsapp_sent_at",
            "whatsapp_state",
        )
    )

    def _whatsapp_protected_on_create(self, vals):
        names = super()._whatsapp_protected_on_create(vals)
        if vals.get("notification_type") == "gateway":
            names.add("notification_type")
        return names

    def _whatsapp_protected_on_write(self, vals):
        names = super()._whatsapp_protected_on_write(vals)
        if self.sudo().gateway_channel_id.gateway_id.gateway_type == "whatsapp":
            # Of another message or kind it would be sent again.
            names |= {"mail_message_id", "notification_type"} & vals.keys()
        return names
