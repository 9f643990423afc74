from odoo import api, fields, models


class WhatsappAssignmentLog(models.Model):
    _name = "whatsapp.assignment.log"
    _description = "WhatsApp Assignment Log"
    _order = "id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", readonly=True, required=True, index=True, ondelete="cascade"
    )
    gateway_id = fields.Many2one("mail.gateway", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="gateway_id.company_id", store=True)
    employee_id = fields.Many2one("hr.employee", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Adviser", readonly=True)
    explanation = fields.Text(readonly=True)

    @api.model
    def _record(self, gateway, decisions):
        """Keep decisions with their reasons.

        The same "nobody" is not written again by each sweep.

        :param decisions: list of (lead, ``Turn``), see ``whatsapp.assignment.turn``
        """
        vals_list = []
        for lead, turn in decisions:
            explanation = self._explain(turn.employee, turn.considered, turn.note)
            if not turn.employee:
                last = self.search([("lead_id", "=", lead.id)], limit=1)
                if last and not last.user_id and last.explanation == explanation:
                    continue
            vals_list.append(
                {
                    "lead_id": lead.id,
                    "gateway_id": gateway.id,
                    "employee_id": turn.employee.id,
                    "user_id": turn.employee.user_id.id,
                    "explanation": explanation,
                }
            )
        return self.sudo().create(vals_list)

    @api.model
    def _record_takeover(self, lead, gateway, former):
        """Keep that the current user took a conversation over (setting).

        :param lead: the user's own lead, to which the conversation belongs now
        :param former: lead to which it belonged, may be empty
        """
        explanation = self.env._(
            "%(user)s took the conversation over from %(former)s.",
            user=self.env.user.name,
            former=former.user_id.name or former.name or self.env._("nobody"),
        )
        employee = lead.user_id.employee_ids[:1]
        return self.sudo().create(
            {
                "lead_id": lead.id,
                "gateway_id": gateway.id,
                "employee_id": employee.id,
                "user_id": lead.user_id.id,
                "explanation": explanation,
            }
        )

    @api.model
    def _explain(self, employee, considered, note):
        lines = [
            self.env._("%(name)s: %(reason)s", name=one.name, reason=reason)
            if reason
            else self.env._("%(name)s: could take it", name=one.name)
            for one, reason in considered
        ]
        if note:
            lines.append(note)
        if employee:
            lines.append(
                self.env._(
                    "%(name)s had waited longest since the last turn.",
                    name=employee.name,
                )
            )
        else:
            lines.append(self.env._("Nobody could take it; it is tried again."))
        return "\n".join(lines)
