"""A button of a template."""

from odoo import fields, models


class MailWhatsappTemplateButton(models.Model):
    _inherit = "mail.whatsapp.template.button"

    button_type = fields.Selection(
        selection_add=[
            ("copy_code", "Copy Offer Code"),
            ("flow", "Open Form"),
            ("catalog", "View Catalog"),
            ("voice_call", "Call on WhatsApp"),
            ("other", "Other"),
        ],
        ondelete=dict.fromkeys(
            ("copy_code", "flow", "catalog", "voice_call", "other"), "cascade"
        ),
    )
    payload = fields.Char(
        size=256,
        help="What a quick reply sends back when it is pressed. Empty: its text.",
    )
    # OCA makes variables here, named after the label, which its own check refuses;
    # the template has them all.
    variable_ids = fields.One2many(compute=None, precompute=False, copy=False)

    def _prepare_button(self):
        """The button in Meta's shape."""
        self.ensure_one()
        url = self.website_url or ""
        if self.url_type == "dynamic" and "{{" not in url:
            url += "{{1}}"
        return {
            "type": self.button_type.upper(),
            "text": self.name or "",
            "url": url if self.button_type == "url" else "",
            "phone_number": self.call_number or "",
        }
