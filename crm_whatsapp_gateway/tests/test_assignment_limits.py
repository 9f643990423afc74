from freezegun import freeze_time

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import ADVISER_GROUP, WhatsappCase

# A Monday; Bogota is UTC-5 all year.
MORNING = "2026-03-02 15:00:00"
EVENING = "2026-03-03 01:00:00"
NEXT_MORNING = "2026-03-03 13:00:00"
PARAM = "crm_whatsapp_gateway."


class LimitsCase(WhatsappCase):
    """Advisers with a calendar of their own: 8 to 12 and 13 to 17, Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "America/Bogota"}
        )
        cls.advisers.write(
            {"resource_calendar_id": cls.calendar.id, "tz": "America/Bogota"}
        )

    def _set(self, **values):
        for name, value in values.items():
            self.env["ir.config_parameter"].set_param(PARAM + name, value)

    def _new_lead(self):
        number = f"57301{next(self._wamids):07d}"
        return self.receive(self._message(number)).lead_id

    def _letters(self, leads):
        by_user = {e.user_id: e.name[-1] for e in self.advisers}
        return "".join(by_user.get(lead.user_id, "-") for lead in leads)

    def _explanation(self, lead):
        log = self.env["whatsapp.assignment.log"].search([("lead_id", "=", lead.id)])
        return log[:1].explanation

    def _sweep(self):
        self.env.flush_all()
        self.env["crm.lead"]._cron_whatsapp_sweep()
        self.env.invalidate_all()

    def _wakes(self):
        cron = self.env.ref("crm_whatsapp_gateway.ir_cron_sweep")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return [fields.Datetime.to_string(one.call_at) for one in triggers]


@tagged("post_install", "-at_install")
class TestWorkingHours(LimitsCase):
    """A7: who is not at work takes no lead, if the setting says so."""

    def test_hours_do_not_matter_unless_asked_for(self):
        with freeze_time(EVENING):
            self.assertEqual(self._letters([self._new_lead()]), "A")

    def test_who_is_out_of_hours_is_skipped_with_the_reason(self):
        self._set(working_hours="True")
        # It is midnight there.
        self.advisers[0].tz = "Asia/Tokyo"
        with freeze_time(MORNING):
            lead = self._new_lead()
        self.assertEqual(self._letters([lead]), "B")
        self.assertIn("Adviser A: is out of working hours", self._explanation(lead))

    def test_who_works_without_fixed_hours_is_always_at_work(self):
        self._set(working_hours="True")
        flexible = self.env["resource.calendar"].create(
            {"name": "Free", "tz": "America/Bogota", "flexible_hours": True}
        )
        self.advisers[2].resource_calendar_id = flexible
        with freeze_time(EVENING):
            self.assertEqual(self._letters([self._new_lead()]), "C")

    def test_a_holiday_is_out_of_hours(self):
        self._set(working_hours="True")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-02 05:00:00",
                "date_to": "2026-03-03 04:59:59",
            }
        )
        with freeze_time(MORNING):
            lead = self._new_lead()
        self.assertFalse(lead.user_id)
        self.assertIn(NEXT_MORNING, self._wakes())

    def test_a_lead_of_the_night_waits_for_the_first_who_begins(self):
        self._set(working_hours="True")
        leader = new_test_user(self.env, "leader", groups=ADVISER_GROUP)
        self.team.user_id = leader
        with freeze_time(EVENING):
            leads = [self._new_lead(), self._new_lead()]
            self._sweep()
        self.assertEqual(self._letters(leads), "--")
        self.assertIn("Nobody is at work; it waits until", self._explanation(leads[0]))
        self.assertEqual(self._wakes().count(NEXT_MORNING), 1)
        # Nobody is to do anything about it.
        self.assertFalse(leads[0].activity_ids)

        with freeze_time(NEXT_MORNING):
            self.env["crm.lead"].flush_model()
            self.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id IN %s",
                (EVENING, tuple(lead.id for lead in leads)),
            )
            self._sweep()
        self.assertEqual(self._letters(leads), "AB")

    def test_out_of_hours_it_may_be_assigned_all_the_same(self):
        self._set(working_hours="True", outside_hours="anyway")
        with freeze_time(EVENING):
            leads = [self._new_lead() for _n in range(2)]
        self.assertEqual(self._letters(leads), "AB")
        self.assertIn("assigned all the same", self._explanation(leads[0]))

    def test_an_absence_is_no_matter_of_hours(self):
        self._set(working_hours="True")
        leader = new_test_user(self.env, "leader", groups=ADVISER_GROUP)
        self.team.user_id = leader
        self.advisers.write({"whatsapp_paused": True})
        with freeze_time(EVENING):
            lead = self._new_lead()
        self.assertEqual(lead.activity_ids.user_id, leader)


@tagged("post_install", "-at_install")
class TestCapacity(LimitsCase):
    """A7: an adviser with enough open leads takes no more."""

    def test_who_is_full_is_skipped_with_the_reason(self):
        self._set(adviser_capacity="1")
        leads = [self._new_lead() for _n in range(4)]
        self.assertEqual(self._letters(leads), "ABC-")
        self.assertIn(
            "Adviser A: has 1 open WhatsApp leads, the limit is 1",
            self._explanation(leads[-1]),
        )

    def test_won_and_lost_leads_are_done(self):
        self._set(adviser_capacity="1")
        leads = [self._new_lead() for _n in range(3)]
        leads[1].action_set_lost()
        self.assertEqual(self._letters([self._new_lead()]), "B")
        leads[2].action_set_won()
        self.assertEqual(self._letters([self._new_lead()]), "C")

    def test_leads_without_conversation_take_no_room(self):
        self._set(adviser_capacity="1")
        user = self.advisers[0].user_id
        self.env["crm.lead"].create({"name": "By hand", "user_id": user.id})
        self.assertEqual(self._letters([self._new_lead()]), "A")

    def test_an_employee_may_have_another_limit(self):
        self._set(adviser_capacity="1")
        self.advisers[1].whatsapp_capacity = 2
        self.advisers[2].whatsapp_capacity = -1
        leads = [self._new_lead() for _n in range(7)]
        self.assertEqual(self._letters(leads), "ABCBCCC")

    def test_the_sweep_goes_on_when_there_is_room(self):
        self._set(adviser_capacity="1")
        leads = [self._new_lead() for _n in range(5)]
        self._sweep()
        self.assertEqual(self._letters(leads), "ABC--")
        leads[0].action_set_lost()
        self._sweep()
        self.assertEqual(self._letters(leads[3:]), "A-")

    def test_a_gateway_without_room_does_not_hold_up_another(self):
        self._set(adviser_capacity="1")
        full = [self._new_lead() for _n in range(5)]
        adviser = self._create_adviser("D")
        second = self._create_gateway(
            name="second",
            webhook_key="second",
            whatsapp_from_phone="42",
            whatsapp_adviser_ids=[(6, 0, adviser.ids)],
        )
        adviser.whatsapp_paused = True
        self.post(self._body(self._message("573019999999"), number_id="42"))
        self.process()
        lead = self.env["discuss.channel"].search([("gateway_id", "=", second.id)])
        self.assertFalse(lead.lead_id.user_id)
        adviser.whatsapp_paused = False

        self._sweep()

        self.assertEqual(lead.lead_id.user_id, adviser.user_id)
        self.assertEqual(self._letters(full), "ABC--")

    def test_the_counts_are_one_query_for_the_whole_pool(self):
        self._set(adviser_capacity="5")
        Turn = self.env["whatsapp.assignment.turn"]
        self.env.flush_all()
        Turn._full(self.advisers)
        with self.assertQueryCount(1):
            Turn._full(self.advisers)

    def test_both_are_in_the_settings(self):
        settings = self.env["res.config.settings"].create(
            {
                "whatsapp_working_hours": True,
                "whatsapp_outside_hours": "anyway",
                "whatsapp_adviser_capacity": 7,
            }
        )
        settings.execute()
        Turn = self.env["whatsapp.assignment.turn"]
        self.assertTrue(Turn._uses_working_hours())
        self.assertFalse(Turn._waits_for_hours())
        self.assertEqual(Turn._capacity_of(self.advisers[0]), 7)
