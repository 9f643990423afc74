from odoo import api, fields, models


class WhatsappGateway(models.Model):
    _name = "whatsapp.gateway"
    _description = "WhatsApp Gateway (legacy)"

    name = fields.Char(required=True)
    provider = fields.Selection(
        [
            ("twilio", "Twilio"),
            ("whatsapp_business", "WhatsApp Business API"),
            ("custom", "Custom"),
        ],
        required=True,
        default="whatsapp_business",
    )
    api_url = fields.Char(required=True)
    api_key = fields.Char()
    api_secret = fields.Char()
    phone_number = fields.Char()
    active = fields.Boolean(default=True)
    webhook_url = fields.Char(compute="_compute_webhook_url")

    @api.depends_context("uid")
    def _compute_webhook_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for gateway in self:
            gateway.webhook_url = f"{base}/whatsapp/webhook/{gateway.id}"
