"""Who takes no lead now although he is in the pool: out of hours, or full."""

from datetime import UTC, timedelta

from odoo import api, fields, models

from ..tools import const

# How far ahead the next working hours are looked for: a long holiday.
LOOK_AHEAD = timedelta(days=21)


class WhatsappAssignmentTurn(models.Model):
    _inherit = "whatsapp.assignment.turn"

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
    def _hold_load(self, employee):
        """Let nobody else count this adviser's leads before ours is committed.

        Two gateways have two pools and so two locks; an adviser of both would get
        one lead too many. Who comes second meets a serialization failure here and
        is repeated with what the first one wrote.
        """
        if self._capacity_of(employee):
            self.env.cr.execute(
                "UPDATE hr_employee SET write_date = write_date WHERE id = %s",
                (employee.id,),
            )

    # ----------------------------------------------------------- working hours
    @api.model
    def _heeds_hours(self):
        return self.env["crm.lead"]._whatsapp_param("working_hours", "") == "True"

    @api.model
    def _waits_for_hours(self):
        """Whether a lead waits when nobody is at work; else it is assigned anyway."""
        return (
            self.env["crm.lead"]._whatsapp_param("outside_hours", const.WAIT)
            != const.ANYWAY
        )

    @api.model
    def _outside_hours(self, employees):
        """Ids of those who do not work now, by their calendar and time zone.

        An adviser with flexible hours, or without any, always works.
        """
        if not employees or not self._heeds_hours():
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
