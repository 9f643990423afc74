from odoo import models


class MailGuest(models.Model):
    _name = "mail.guest"
    _inherit = ["mail.guest", "whatsapp.protected"]

    _whatsapp_protected_fields = frozenset(("gateway_id", "gateway_token"))

    def _whatsapp_protected_on_write(self, vals):
        names = super()._whatsapp_protected_on_write(vals)
        if self.sudo().gateway_id.gateway_type == "whatsapp":
            names |= {"channel_ids"} & vals.keys()
        return names
