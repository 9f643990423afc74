from odoo import models


class WhatsappWebhookEvent(models.Model):
    """The journal is what Meta sent; people only have it processed again."""

    _name = "whatsapp.webhook.event"
    _inherit = ["whatsapp.webhook.event", "whatsapp.protected"]

    def _whatsapp_protected_on_create(self, vals):
        return {"payload"}

    def _whatsapp_protected_on_write(self, vals):
        return set(vals)
