"""The person of a lead: other leads with the number, a new number, a contact."""

from odoo import api, fields, models

from ...compat import lead_number_field, number_fields
from ...tools.phone import find_numbers, key_of, wa_id_to_e164


class CrmLead(models.Model):
    _inherit = "crm.lead"

    whatsapp_other_lead_ids = fields.Many2many(
        "crm.lead",
        string="Other Leads with this Number",
        compute="_compute_whatsapp_other_lead_ids",
        context={"active_test": False},
    )

    @api.depends("phone")
    @api.depends_context("uid")
    def _compute_whatsapp_other_lead_ids(self):
        """Leads that the user may read, lost ones too."""
        Number = self.env["whatsapp.number"].sudo()
        own = Number.search([("lead_id", "in", self.ids)])
        shared = Number.search(
            [("number", "in", own.mapped("number")), ("lead_id", "!=", False)]
        )
        visible = self.with_context(active_test=False).search(
            [("id", "in", shared.lead_id.ids)]
        )
        of_lead = own.grouped(lambda row: row.lead_id.id)
        of_number = shared.grouped("number")
        for lead in self:
            found = self.browse()
            for row in of_lead.get(lead._origin.id, own.browse()):
                found |= of_number[row.number].lead_id & visible
            lead.whatsapp_other_lead_ids = found - lead._origin

    def _whatsapp_change_number(self, old, new):
        """Put a person's new number where the old one is, else where there is none.

        :param old: wa_id, ``''`` or an id that is no number
        :param new: wa_id
        """
        number = wa_id_to_e164(new)
        for lead in self.sudo():
            countries = [lead.country_id.code, lead.company_id.country_id.code]
            vals = {
                name: number
                for name in number_fields(lead)
                if old.isdigit() and lead._whatsapp_holds(name, old, countries)
            }
            field = lead_number_field(lead)
            if not vals and not lead[field]:
                vals = {field: number}
            if vals:
                lead.write(vals)

    def _whatsapp_holds(self, name, wa_id, countries):
        found = find_numbers(self[name], countries)
        return key_of(wa_id) in [key_of(number) for number in found]

    def _whatsapp_after_partner(self):
        """The lead has a customer: the guest of its conversations is that one."""
        for lead in self.sudo().filtered("partner_id"):
            if not lead.partner_id._whatsapp_of_colleagues():
                lead.gateway_channel_ids._whatsapp_become_partner(lead.partner_id)
