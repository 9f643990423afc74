from odoo import fields, models


class WhatsappTemplate(models.Model):
    _name = "whatsapp.template"
    _description = "WhatsApp Template (legacy)"

    name = fields.Char(required=True)
    code = fields.Char()
    message = fields.Text(required=True)
    active = fields.Boolean(default=True)
    template_type = fields.Selection(
        [
            ("welcome", "Welcome"),
            ("followup", "Follow-up"),
            ("reminder", "Reminder"),
            ("custom", "Custom"),
        ],
        default="custom",
    )

    # 18.0 reads the list and 19.0 the object; each passes over the other's.
    _sql_constraints = [("code_unique", "unique(code)", "The code must be unique.")]
    if hasattr(models, "Constraint"):
        del _sql_constraints
        _code_unique = models.Constraint("unique(code)", "The code must be unique.")
