from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    # The same three keys as in other modules that define it: Odoo merges them.
    rol_comercial = fields.Selection(
        [
            ("asesor", "Adviser"),
            ("supervisor", "Supervisor"),
            ("director", "Director"),
        ],
        string="Commercial Role",
        groups="hr.group_hr_user",
    )
    whatsapp_paused = fields.Boolean(
        string="Pause WhatsApp Leads",
        groups="hr.group_hr_user",
        help="No new WhatsApp leads while this is set.",
    )
    whatsapp_capacity = fields.Integer(
        string="Open WhatsApp Leads",
        groups="hr.group_hr_user",
        help="Most open WhatsApp leads at a time. 0: as in the settings;"
        " -1: without limit.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        if any(vals.get("user_id") for vals in vals_list):
            self._whatsapp_clear_rule_cache()
        return employees

    def write(self, vals):
        res = super().write(vals)
        if "user_id" in vals:
            self._whatsapp_clear_rule_cache()
        return res

    @api.model
    def _whatsapp_clear_rule_cache(self):
        """Record rules of supervisors hold the ids of their own employees."""
        self.env.registry.clear_cache()
