from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    whatsapp_message_ids = fields.One2many("whatsapp.message", "lead_id")
    whatsapp_count = fields.Integer(compute="_compute_whatsapp_count")

    def _compute_whatsapp_count(self):
        for lead in self:
            lead.whatsapp_count = len(lead.whatsapp_message_ids)
