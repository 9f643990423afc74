from odoo import fields, models

from ..generation import GATEWAY_MODEL


class WhatsappComposer(models.TransientModel):
    """Bears the name of OCA's wizard, which is the trap."""

    _name = "whatsapp.composer"
    _description = "Write by WhatsApp (legacy)"

    lead_id = fields.Many2one("crm.lead")
    partner_id = fields.Many2one("res.partner")
    phone = fields.Char(required=True)
    template_id = fields.Many2one("whatsapp.template")
    gateway_id = fields.Many2one(GATEWAY_MODEL, required=True)
    message = fields.Text(required=True)
