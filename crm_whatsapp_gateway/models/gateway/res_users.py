from odoo import api, fields, models

from ...compat import user_groups_field, users_of_group_domain

LEGACY_MODULE = "crm_import_leads"
# Each role sees what the one before sees, and more.
ROLES = ("adviser", "supervisor", "director")
# Our roles, beginnings of the legacy module's group names, keys of rol_comercial.
LEGACY_GROUPS = {
    "adviser": "group_asesor",
    "supervisor": "group_supervisor",
    "director": "group_director",
}
ROLE_OF_KEY = {"asesor": "adviser", "supervisor": "supervisor", "director": "director"}


class ResUsers(models.Model):
    _inherit = "res.users"

    # ``employee_ids`` shows those of the companies that are switched on only, and
    # record rules are evaluated without any.
    whatsapp_employee_ids = fields.Many2many(
        "hr.employee",
        string="Employees of this User",
        compute="_compute_whatsapp_employee_ids",
        compute_sudo=True,
        groups="base.group_system",
    )

    @api.depends("employee_ids")
    def _compute_whatsapp_employee_ids(self):
        employees = self.env["hr.employee"].search([("user_id", "in", self.ids)])
        of_user = employees.grouped("user_id")
        for user in self:
            user.whatsapp_employee_ids = of_user.get(user._origin, employees.browse())

    # -------------------------------------------------------------------- roles
    @api.model
    def _whatsapp_group(self, role):
        return self.env.ref(f"crm_whatsapp_gateway.crm_whatsapp_gateway_group_{role}")

    def _whatsapp_role(self):
        """Highest role of a user, ``''`` without one."""
        self.ensure_one()
        groups = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_"
        return next(
            (role for role in reversed(ROLES) if self.has_group(groups + role)), ""
        )

    def _whatsapp_set_role(self, role):
        """Give users this role and no other; what Sales gave them stays."""
        others = [
            (3, self._whatsapp_group(other).id) for other in ROLES if other != role
        ]
        given = [*others, (4, self._whatsapp_group(role).id)]
        self.sudo().write({user_groups_field(): given})

    @api.model
    def _whatsapp_legacy_roles(self):
        """Roles that the groups of the legacy module stand for, the highest counts.

        :return: ``{res.users: role}``, empty where that module is not installed
        """
        data = self.env["ir.model.data"].sudo()
        roles = {}
        for role in ROLES:
            name = LEGACY_GROUPS[role] + "%"
            found = data.search(
                [
                    ("module", "=", LEGACY_MODULE),
                    ("model", "=", "res.groups"),
                    ("name", "=like", name),
                ]
            )
            groups = self.env["res.groups"].sudo().browse(found.mapped("res_id"))
            for group in groups.exists():
                users = self.sudo().search(
                    [*users_of_group_domain(group), ("share", "=", False)]
                )
                roles.update(dict.fromkeys(users, role))
        return roles

    @api.model
    def _whatsapp_adopt_legacy_roles(self):
        """Users of the legacy groups have our roles too; nobody is lowered.

        Their own, not implied: the legacy module is meant to be removed.
        """
        for user, role in self._whatsapp_legacy_roles().items():
            now = user._whatsapp_role()
            if not now or ROLES.index(now) < ROLES.index(role):
                user._whatsapp_set_role(role)
