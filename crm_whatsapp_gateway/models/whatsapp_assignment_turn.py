from odoo import api, fields, models
from odoo.tools import format_datetime


class WhatsappAssignmentTurn(models.Model):
    _name = "whatsapp.assignment.turn"
    _description = "Turn of an Adviser on New WhatsApp Leads"
    _order = "gateway_id, turn"

    gateway_id = fields.Many2one("mail.gateway", required=True, ondelete="cascade")
    employee_id = fields.Many2one("hr.employee", required=True, ondelete="cascade")
    turn = fields.Integer(
        required=True, help="Number of the pool's turn that this adviser had last."
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_assignment_turn_uniq
                ON whatsapp_assignment_turn (gateway_id, employee_id)
            """
        )

    @api.model
    def _take(self, gateway):
        """Take the next turn of a gateway's pool.

        First statement of a short transaction: it waits for the pool's row. Who
        waited has an old snapshot and meets a serialization failure when it writes
        the turn, so the caller repeats in a new transaction. (Skipping locked rows
        would pick nobody when more leads come at once than there are advisers.)

        :return: (employee or empty, list of ``(employee, reason)``, reason ``''``
            for those who could have taken it, what else is to be said in words)
        """
        self.env.cr.execute(
            "SELECT id FROM mail_gateway WHERE id = %s FOR NO KEY UPDATE",
            (gateway.id,),
        )
        considered, note = self._consider(gateway)
        eligible = [employee.id for employee, reason in considered if not reason]
        turns = {
            turn.employee_id.id: turn.turn
            for turn in self.search([("gateway_id", "=", gateway.id)])
        }
        if not eligible:
            return self.env["hr.employee"], considered, note
        # Who never had a turn comes first, in the pool's order (sort is stable).
        chosen = min(eligible, key=lambda employee: turns.get(employee, 0))
        employee = self.env["hr.employee"].sudo().browse(chosen)
        self._hold_load(employee)
        self.env.cr.execute(
            """
            INSERT INTO whatsapp_assignment_turn (gateway_id, employee_id, turn)
            VALUES (%s, %s, %s)
            ON CONFLICT (gateway_id, employee_id) DO UPDATE SET turn = EXCLUDED.turn
            """,
            (gateway.id, chosen, max(turns.values(), default=0) + 1),
        )
        self.invalidate_model()
        return employee, considered, note

    @api.model
    def _consider(self, gateway):
        """Everybody of the pool with why he cannot take a lead now.

        What costs a query is asked once for all who are still in question.

        :return: (list of ``(employee, reason)`` in the pool's order, note in words)
        """
        pool = self._pool(gateway)
        reasons = {one.id: self._why_not(one, gateway) for one in pool}
        reasons.update(self._full(pool.filtered(lambda one: not reasons[one.id])))
        ready = pool.filtered(lambda one: not reasons[one.id])
        outside, note = self._outside_hours(ready), ""
        if outside and outside == set(ready.ids):
            # Nobody is at work.
            if self._waits_for_hours():
                note = self._wait_for_hours(ready)
            else:
                outside = set()
                note = self.env._("Nobody is at work; it is assigned all the same.")
        reasons.update(dict.fromkeys(outside, self.env._("is out of working hours")))
        return [(one, reasons[one.id]) for one in pool], note

    @api.model
    def _wait_for_hours(self, employees):
        """Have the sweep run when the first of these advisers begins work.

        :return: when that is, in words; ``''`` if it is not known
        """
        at = self._next_hours(employees)
        if not at:
            return ""
        cron = self.env.ref("crm_whatsapp_gateway.ir_cron_sweep").sudo()
        trigger = self.env["ir.cron.trigger"].sudo()
        # Every lead of a night waits for the same minute.
        if not trigger.search_count(
            [("cron_id", "=", cron.id), ("call_at", "=", at)], limit=1
        ):
            cron._trigger(at=at)
        return self.env._(
            "Nobody is at work; it waits until %(at)s.",
            at=format_datetime(self.env, at, tz=employees[0].tz),
        )

    @api.model
    def _pool(self, gateway):
        """Hook: advisers that take turns, in the order in which they begin."""
        domain = [
            ("rol_comercial", "=", "asesor"),
            ("company_id", "in", [False, gateway.company_id.id]),
        ]
        if gateway.whatsapp_adviser_ids:
            domain.append(("id", "in", gateway.whatsapp_adviser_ids.ids))
        return self.env["hr.employee"].sudo().search(domain, order="name, id")

    @api.model
    def _why_not(self, employee, gateway):
        """Hook: why an adviser cannot take a lead now, in words; ``''`` if he can."""
        user = employee.user_id
        if not user:
            return self.env._("has no user")
        if not user.active or user.share:
            return self.env._("the user is not active")
        if employee.whatsapp_paused:
            return self.env._("is paused")
        # Only there with the leaves module; computed, "now" in Python.
        if "is_absent" in employee._fields and employee.is_absent:
            return self.env._("is absent")
        return ""
