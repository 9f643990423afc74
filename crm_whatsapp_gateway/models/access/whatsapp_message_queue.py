from odoo import models


class WhatsappMessageQueue(models.Model):
    """A row says what is sent to whom; people only say when."""

    _name = "whatsapp.message.queue"
    _inherit = ["whatsapp.message.queue", "whatsapp.protected"]

    def _whatsapp_protected_on_create(self, vals):
        return {"recipient", "payload"}

    def _whatsapp_protected_on_write(self, vals):
        return vals.keys() - {"next_retry"}
