"""A value of a template that a person fills in before sending."""

from odoo import fields, models


class WhatsappComposerValue(models.TransientModel):
    _name = "whatsapp.composer.value"
    _description = "Value of a WhatsApp Template to Fill In"
    _order = "id"

    composer_id = fields.Many2one(
        "whatsapp.composer", required=True, ondelete="cascade"
    )
    key = fields.Char(required=True, help="Which variable of the template it is.")
    label = fields.Char(required=True)
    value = fields.Char()
    is_required = fields.Boolean(default=True)
