from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["whatsapp.number"]._refresh(partners, new=True)
        return partners

    def write(self, vals):
        res = super().write(vals)
        if self.env["whatsapp.number"]._concerns(vals):
            self.env["whatsapp.number"]._refresh(self)
        return res
