from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    rol_comercial = fields.Selection(
        [
            ("asesor", "Adviser"),
            ("supervisor", "Supervisor"),
            ("director", "Director"),
        ],
        groups="hr.group_hr_user",
    )
    is_commercial_team = fields.Boolean(
        compute="_compute_is_commercial_team", store=True, groups="hr.group_hr_user"
    )

    @api.depends("rol_comercial")
    def _compute_is_commercial_team(self):
        for employee in self:
            employee.is_commercial_team = bool(employee.rol_comercial)
