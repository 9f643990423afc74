from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ADVISER_GROUP, SUPERVISOR_GROUP, WhatsappCase

CALL = "crm_whatsapp_gateway.mail_activity_type_call_now"


@tagged("post_install", "-at_install")
class TestAssignment(WhatsappCase):
    """A7, A9: turns, membership, the call."""

    def _new_lead(self):
        number = f"57301{next(self._wamids):07d}"
        return self.receive(self._message(number)).lead_id

    def _letters(self, leads):
        by_user = {e.user_id: e.name[-1] for e in self.advisers}
        return "".join(by_user.get(lead.user_id, "-") for lead in leads)

    def _call(self, lead):
        return lead.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(CALL)
        )

    def test_five_leads_go_round(self):
        leads = [self._new_lead() for _n in range(5)]
        self.assertEqual(self._letters(leads), "ABCAB")

    def test_a_returning_customer_keeps_the_adviser_and_uses_no_turn(self):
        first = self._new_lead()
        self.receive(self._message(first.gateway_channel_id.gateway_channel_token))
        second = self._new_lead()
        self.assertEqual(self._letters([first, second]), "AB")

    def test_paused_and_archived_advisers_are_passed_over(self):
        self.advisers[0].whatsapp_paused = True
        self.advisers[1].user_id.active = False
        self.assertEqual(self._letters([self._new_lead() for _n in range(2)]), "CC")

    def test_the_pool_belongs_to_the_gateway(self):
        outsider = self._create_adviser("X")
        leads = [self._new_lead() for _n in range(4)]
        self.assertNotIn(outsider.user_id, [lead.user_id for lead in leads])

    def test_an_employee_who_is_no_adviser_gets_nothing(self):
        self.advisers[0].rol_comercial = "supervisor"
        self.assertEqual(self._letters([self._new_lead() for _n in range(2)]), "BC")

    def test_nobody_eligible_leaves_it_unassigned_tells_the_leader_and_is_swept(self):
        leader = new_test_user(self.env, "leader", groups=ADVISER_GROUP)
        self.team.user_id = leader
        self.gateway.member_ids = leader
        self.advisers.write({"whatsapp_paused": True})
        lead = self._new_lead()

        self.assertFalse(lead.user_id)
        self.assertEqual(lead.activity_ids.user_id, leader)
        self.assertIn(
            leader.partner_id, lead.gateway_channel_id.channel_member_ids.partner_id
        )

        self.advisers.write({"whatsapp_paused": False})
        self.env.flush_all()
        self.env["crm.lead"]._cron_whatsapp_sweep()
        self.env.invalidate_all()

        self.assertEqual(self._letters([lead]), "A")
        self.assertEqual(len(self._call(lead)), 1)
        self.assertNotIn(
            leader.partner_id, lead.gateway_channel_id.channel_member_ids.partner_id
        )

    def test_each_decision_is_explained(self):
        self.advisers[0].whatsapp_paused = True
        lead = self._new_lead()
        log = self.env["whatsapp.assignment.log"].search([("lead_id", "=", lead.id)])

        self.assertEqual(log.user_id, lead.user_id)
        self.assertIn("Adviser A: is paused", log.explanation)
        self.assertIn("Adviser B had waited longest", log.explanation)

    def test_the_log_is_written_in_the_companys_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.company.partner_id.lang = "es_419"
        self.advisers[0].whatsapp_paused = True
        lead = self._new_lead()
        log = self.env["whatsapp.assignment.log"].search([("lead_id", "=", lead.id)])
        self.assertIn("Adviser A: está en pausa", log.explanation)

    def test_the_call_is_the_adviser_s_and_there_is_one(self):
        lead = self._new_lead()
        self.receive(self._message(lead.gateway_channel_id.gateway_channel_token))

        call = self._call(lead)
        self.assertEqual(len(call), 1)
        self.assertEqual(call.user_id, lead.user_id)

    def test_the_call_speaks_the_adviser_s_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        self.env.ref(CALL).with_context(lang="es_419").summary = "Llamar inmediato"
        self.advisers.user_id.write({"lang": "es_419"})
        self.assertEqual(self._call(self._new_lead()).summary, "Llamar inmediato")

    def test_adviser_alone_is_member_and_leaves_with_the_lead(self):
        self.gateway.member_ids = self.env.ref("base.user_admin")
        lead = self._new_lead()
        channel = lead.gateway_channel_id
        one, two = self.advisers[0].user_id, self.advisers[1].user_id
        self.assertEqual(channel.channel_member_ids.partner_id, one.partner_id)

        lead.user_id = two

        self.assertEqual(channel.channel_member_ids.partner_id, two.partner_id)
        self.assertEqual(self._call(lead).user_id, two)

    def test_advisers_see_their_own_conversations_only(self):
        mine, other = self._new_lead(), self._new_lead()
        Channel = self.env["discuss.channel"].with_user(mine.user_id)
        found = Channel.search([("gateway_id", "=", self.gateway.id)])
        self.assertEqual(found.ids, mine.gateway_channel_id.ids)
        with self.assertRaises(AccessError):
            other.gateway_channel_id.with_user(mine.user_id).read(["name"])

    def test_the_queue_is_seen_by_role(self):
        mine, other = self._new_lead(), self._new_lead()
        leader = new_test_user(self.env, "leader", groups=SUPERVISOR_GROUP)
        stranger = new_test_user(self.env, "stranger", groups=SUPERVISOR_GROUP)
        self.team.user_id = leader
        Queue = self.env["whatsapp.message.queue"]
        rows = Queue
        for lead in (mine, other):
            rows |= Queue.create(
                {
                    "gateway_id": self.gateway.id,
                    "channel_id": lead.gateway_channel_id.id,
                    "recipient": lead.gateway_channel_id.gateway_channel_token,
                    "kind": "text",
                }
            )
        for user, expected in (
            (mine.user_id, rows[0]),
            (leader, rows),
            (stranger, Queue),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(
                    Queue.with_user(user).search([("id", "in", rows.ids)], order="id"),
                    expected,
                )

    def test_an_adviser_reads_the_gateway_that_he_writes_from(self):
        gateway = self.gateway.with_user(self.advisers[0].user_id)
        self.assertEqual(gateway.read(["name"])[0]["name"], "WhatsApp test")
