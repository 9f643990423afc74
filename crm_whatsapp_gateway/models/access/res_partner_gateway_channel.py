from odoo import api, models


class ResPartnerGatewayChannel(models.Model):
    """By which number a contact is known on a gateway.

    Whoever writes it decides to whom a contact's messages go.
    """

    _name = "res.partner.gateway.channel"
    _inherit = ["res.partner.gateway.channel", "whatsapp.protected"]

    _whatsapp_protected_fields = frozenset(
        ("company_id", "gateway_id", "gateway_token", "partner_id")
    )

    def _whatsapp_protected_on_create(self, vals):
        gateway = self.env["mail.gateway"].sudo().browse(vals.get("gateway_id"))
        if gateway.gateway_type == "whatsapp":
            return super()._whatsapp_protected_on_create(vals)
        return set()

    def _whatsapp_protected_on_write(self, vals):
        new = self.env["mail.gateway"].sudo().browse(vals.get("gateway_id"))
        if "whatsapp" in (self.sudo().gateway_id | new).mapped("gateway_type"):
            return super()._whatsapp_protected_on_write(vals)
        return set()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_whatsapp(self):
        if self._whatsapp_is_own_code():
            return
        for link in self.sudo():
            if link.gateway_id.gateway_type == "whatsapp":
                self._whatsapp_refuse_fields({"gateway_token"})

    def mail_format(self):
        self.check_access("read")
        return super().mail_format()
