from datetime import UTC, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools import const

# How far ahead the next working hours are looked for: a long holiday.
LOOK_AHEAD = timedelta(days=21)


class Turn(NamedTuple):
    """Decision about one lead.

    :ivar employee: ``hr.employee`` in sudo, empty when nobody could take it
    :ivar considered: list of ``(employee, reason)`` in the pool's order; the reason is
        ``''`` for those who could have taken it
    :ivar note: what else is to be said, as text
    """

    employee: models.Model
    considered: list
    note: str


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
    def _take(self, gateway, count=1):
        """Take the next turns of a gateway's pool.

        First statement of a short transaction: it waits for the pool's row. A process
        that waited has an old snapshot and meets a serialization failure when it
        writes the turns, so the caller repeats in a new transaction. (Skipping locked
        rows would pick nobody when more leads come at once than there are advisers.)

        :param count: number of leads that come
        :return: list of :class:`Turn`, one for each lead
        """
        self.env.cr.execute(
            "SELECT id FROM mail_gateway WHERE id = %s FOR NO KEY UPDATE",
            (gateway.id,),
        )
        considered, note = self._consider(gateway)
        eligible = [employee for employee, reason in considered if not reason]
        room = self._room_of(eligible)
        taken = {
            turn.employee_id.id: turn.turn
            for turn in self.search([("gateway_id", "=", gateway.id)])
        }
        latest = max(taken.values(), default=0)
        turns, new = [], {}
        for _lead in range(count):
            free = [one for one in eligible if room.get(one.id, 1) > 0]
            if not free:
                if eligible:
                    # This batch has filled them up: the log says how full they are.
                    considered, note = self._with_full(considered, room), ""
                nobody = self.env["hr.employee"]
                turns += [Turn(nobody, considered, note)] * (count - len(turns))
                break
            # Who never had a turn comes first, in the pool's order (sort is stable).
            chosen = min(free, key=lambda one: taken.get(one.id, 0))
            latest += 1
            taken[chosen.id] = new[chosen.id] = latest
            if chosen.id in room:
                room[chosen.id] -= 1
            turns.append(Turn(chosen.sudo(), considered, note))
        self._write_turns(gateway, new)
        return turns

    @api.model
    def _write_turns(self, gateway, turns):
        """Keep the pool's turns.

        :param turns: number of the turn by employee id
        """
        if not turns:
            return
        self._hold_load(self.env["hr.employee"].sudo().browse(turns))
        self.env.cr.execute(
            """
            INSERT INTO whatsapp_assignment_turn (gateway_id, employee_id, turn)
            SELECT %s, * FROM unnest(%s, %s)
            ON CONFLICT (gateway_id, employee_id) DO UPDATE SET turn = EXCLUDED.turn
            """,
            (gateway.id, list(turns), list(turns.values())),
        )
        self.invalidate_model()

    @api.model
    def _consider(self, gateway):
        """Everybody of the pool with why he cannot take a lead now.

        What costs a query is asked once for all who are still in question.

        :return: (list of ``(employee, reason)`` in the pool's order, note in words)
        """
        pool = self._pool(gateway)
        reasons = {one.id: self._reason_not_eligible(one, gateway) for one in pool}
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
    def _reason_not_eligible(self, employee, gateway):
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

    # ---------------------------------------------- whatsapp_assignment_limits

    # ---------------------------------------------------------------- capacity
    @api.model
    def _capacity_of(self, employee):
        """Most open leads an adviser may have, 0 for no limit."""
        own = employee.whatsapp_capacity
        if own:
            return max(own, 0)
        return self.env["whatsapp.message.queue"]._get_number("adviser_capacity", 0)

    @api.model
    def _full(self, employees):
        """Why some advisers can take no more: ``{employee id: reason in words}``."""
        limits = {one: self._capacity_of(one) for one in employees}
        limited = [one for one, limit in limits.items() if limit]
        if not limited:
            return {}
        loads = self._open_leads([one.user_id.id for one in limited])
        return {
            one.id: self.env._(
                "has %(count)s open WhatsApp leads, the limit is %(limit)s",
                count=loads.get(one.user_id.id, 0),
                limit=limits[one],
            )
            for one in limited
            if loads.get(one.user_id.id, 0) >= limits[one]
        }

    @api.model
    def _room_of(self, employees):
        """Return how many leads more each adviser with a limit may get, by id."""
        limits = {one: self._capacity_of(one) for one in employees}
        limited = {one: limit for one, limit in limits.items() if limit}
        if not limited:
            return {}
        loads = self._open_leads([one.user_id.id for one in limited])
        return {
            one.id: limit - loads.get(one.user_id.id, 0)
            for one, limit in limited.items()
        }

    @api.model
    def _with_full(self, considered, room):
        """Return ``considered`` with the reason for those that have no room left."""
        return [
            (
                one,
                self.env._("has as many open WhatsApp leads as the limit allows")
                if not reason and room.get(one.id, 1) <= 0
                else reason,
            )
            for one, reason in considered
        ]

    @api.model
    def _open_leads(self, user_ids):
        """Open leads with a conversation per user id; won and lost ones are done."""
        self.env["crm.lead"].flush_model(
            ["active", "gateway_channel_id", "stage_id", "user_id"]
        )
        self.env.cr.execute(
            """
            SELECT lead.user_id, count(*)
              FROM crm_lead lead
         LEFT JOIN crm_stage stage ON stage.id = lead.stage_id
             WHERE lead.user_id = ANY(%s) AND lead.active
               AND lead.gateway_channel_id IS NOT NULL
               AND stage.is_won IS NOT TRUE
             GROUP BY lead.user_id
            """,
            (list(user_ids),),
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _hold_load(self, employees):
        """Let nobody else count these advisers' leads before ours is committed.

        Two gateways have two pools and so two locks; an adviser of both would get
        one lead too many. The second transaction meets a serialization failure here
        and is repeated with what the first one wrote.
        """
        limited = [one.id for one in employees if self._capacity_of(one)]
        if limited:
            self.env.cr.execute(
                "UPDATE hr_employee SET write_date = write_date WHERE id IN %s",
                (tuple(sorted(limited)),),
            )

    # ----------------------------------------------------------- working hours
    @api.model
    def _uses_working_hours(self):
        return self.env["crm.lead"]._whatsapp_param("working_hours", "") == "True"

    @api.model
    def _waits_for_hours(self):
        """Return whether a lead waits when nobody is at work; else it is assigned."""
        return (
            self.env["crm.lead"]._whatsapp_param("outside_hours", const.WAIT)
            != const.ANYWAY
        )

    @api.model
    def _outside_hours(self, employees):
        """Ids of those who do not work now, by their calendar and time zone.

        An adviser with flexible hours, or without any, always works.
        """
        if not employees or not self._uses_working_hours():
            return set()
        now = self._now()
        begins = self._begins(employees, now, now + timedelta(minutes=1))
        return {one.id for one in employees if begins.get(one.id) is None}

    @api.model
    def _next_hours(self, employees):
        """When the first of these advisers begins work (UTC), None if in no time."""
        now = self._now()
        begins = self._begins(employees, now, now + LOOK_AHEAD).values()
        first = min(begins, default=None)
        return first and first.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _begins(self, employees, start, end):
        """Per employee id: when he is at work first between two times."""
        begins = {}
        for company, own in employees.grouped("company_id").items():
            resources = own.with_company(company or self.env.company).resource_id
            intervals, _calendars = resources._get_valid_work_intervals(start, end)
            for one in own:
                found = [begin for begin, _end, _meta in intervals[one.resource_id.id]]
                if found or one.resource_id._is_flexible():
                    begins[one.id] = min(found, default=start)
        return begins

    @api.model
    def _now(self):
        return fields.Datetime.now().replace(tzinfo=UTC)
