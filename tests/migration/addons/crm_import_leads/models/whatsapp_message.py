from odoo import fields, models

from ..generation import GATEWAY_MODEL


class WhatsappMessage(models.Model):
    _name = "whatsapp.message"
    _description = "WhatsApp Message (legacy)"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "create_date desc"

    name = fields.Char(string="Subject", required=True)
    lead_id = fields.Many2one("crm.lead", ondelete="cascade")
    partner_id = fields.Many2one("res.partner")
    phone = fields.Char(required=True)
    message = fields.Text(required=True)
    direction = fields.Selection(
        [("outgoing", "Outgoing"), ("incoming", "Incoming")], default="outgoing"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
        ],
        default="draft",
        tracking=True,
    )
    template_id = fields.Many2one("whatsapp.template")
    gateway_id = fields.Many2one(GATEWAY_MODEL, required=True)
    external_id = fields.Char()
    error_message = fields.Text()
    sent_date = fields.Datetime()
    delivered_date = fields.Datetime()
    read_date = fields.Datetime()
