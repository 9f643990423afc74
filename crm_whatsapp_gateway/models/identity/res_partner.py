from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["whatsapp.number"]._refresh(partners, new=True)
        return partners

    def write(self, vals):
        moved = self._whatsapp_companies_that_move(vals)
        res = super().write(vals)
        if moved:
            # Every number that was written without prefix is read anew.
            self.env["whatsapp.number"]._rebuild()
        elif self.env["whatsapp.number"]._concerns(vals):
            self.env["whatsapp.number"]._refresh(self)
        return res

    def _whatsapp_companies_that_move(self, vals):
        """Companies of ours that get another country: a company's is its contact's."""
        if "country_id" not in vals:
            return self.browse()
        moving = self.filtered(
            lambda partner: partner.country_id.id != (vals["country_id"] or False)
        )
        companies = self.env["res.company"].sudo()
        return companies.search([("partner_id", "in", moving.ids)]).partner_id
