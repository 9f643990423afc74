from odoo import api, fields, models

from ..models.gateway.res_users import ROLE_OF_KEY, ROLES


class WhatsappRoleProposal(models.TransientModel):
    """Groups are the authority; the field of the employee only proposes them.

    Whoever may edit employees writes that field, and would otherwise make himself
    director. So an administrator looks at the proposal, and applies what he ticks.
    """

    _name = "whatsapp.role.proposal"
    _description = "Proposal of WhatsApp Roles"

    line_ids = fields.One2many("whatsapp.role.proposal.line", "proposal_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "line_ids" in fields_list:
            values["line_ids"] = [(0, 0, vals) for vals in self._prepare_lines_vals()]
        return values

    @api.model
    def _prepare_lines_vals(self):
        """One line per user whose role is not the proposed one."""
        Users = self.env["res.users"]
        legacy = Users._whatsapp_legacy_roles()
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    ("rol_comercial", "!=", False),
                    ("user_id.active", "=", True),
                    ("user_id.share", "=", False),
                ],
                order="name, id",
            )
        )
        keys = {
            employee.user_id: ROLE_OF_KEY[employee.rol_comercial]
            for employee in employees
        }
        lines = []
        for user in Users.browse(dict.fromkeys(u.id for u in [*keys, *legacy])):
            role, now = legacy.get(user) or keys[user], user._whatsapp_role()
            if role == now:
                continue
            raises = not now or ROLES.index(now) < ROLES.index(role)
            # The field is written by whoever edits employees: who is to see
            # everything is ticked by hand.
            sure = user in legacy or role != "director"
            lines.append(
                {
                    "user_id": user.id,
                    "current_role": now,
                    "proposed_role": role,
                    "origin": "legacy" if user in legacy else "employee",
                    "to_apply": raises and sure,
                }
            )
        return lines

    def action_apply(self):
        """Button: give the ticked users their role."""
        self.ensure_one()
        for line in self.line_ids.filtered("to_apply"):
            line.user_id._whatsapp_set_role(line.proposed_role)
        return {"type": "ir.actions.act_window_close"}
