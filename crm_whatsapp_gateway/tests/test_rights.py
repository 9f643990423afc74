from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..processing import inbound, runner
from .common import ADVISER_GROUP, DIRECTOR_GROUP, SUPERVISOR_GROUP, WhatsappCase

MODELS = (
    "discuss.channel",
    "whatsapp.message.queue",
    "whatsapp.message.queue.attempt",
    "whatsapp.assignment.log",
    "whatsapp.report",
    "whatsapp.media",
)


@tagged("post_install", "-at_install")
class TestRights(WhatsappCase):
    """A8, A16: who sees whose conversations, on every model that shows them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = new_test_user(cls.env, "boss", groups=SUPERVISOR_GROUP)
        cls.boss = cls.env["hr.employee"].create(
            {"name": "Boss", "user_id": cls.supervisor.id}
        )

    def _lead(self, number_id=None, **vals):
        person = f"57301{next(self._wamids):07d}"
        number = number_id or self.gateway.whatsapp_from_phone
        image = {"id": "MEDIA", "mime_type": "image/jpeg"}
        message = self._message(person, type="image", image=image)
        self.post(self._body(message, number_id=number), **vals)
        self._work()
        channel = self.env["discuss.channel"].search(
            [("gateway_channel_token", "=", person)]
        )
        row = self.env["whatsapp.message.queue"].create(
            {
                "gateway_id": channel.gateway_id.id,
                "channel_id": channel.id,
                "recipient": person,
                "kind": "text",
            }
        )
        row.attempt_ids = [
            (0, 0, {"date": row.queued_at, "step": "message", "outcome": "accepted"})
        ]
        return channel.lead_id

    def _work(self):
        """Words only: nothing is downloaded here."""
        self.env.flush_all()
        runner.work(inbound.InboundQueue(self.env), 60)
        self.env.invalidate_all()

    def _seen(self, user, **context):
        """Names of the models of which ``user`` sees something, with the leads."""
        seen = {}
        self.env.flush_all()
        for model in MODELS:
            records = self.env[model].with_user(user).with_context(**context)
            path = {
                "whatsapp.message.queue.attempt": "queue_id.lead_id",
                "whatsapp.media": "channel_id.lead_id",
            }.get(model, "lead_id")
            domain = (
                [("channel_type", "=", "gateway")]
                if "channel_type" in (records._fields)
                else []
            )
            seen[model] = set(records.search(domain).sudo().mapped(path).ids)
        return seen

    def _assert_sees(self, user, leads, **context):
        wanted = {model: {lead.id for lead in leads} for model in MODELS}
        self.assertEqual(self._seen(user, **context), wanted)

    # ----------------------------------------------------------- supervisors
    def test_a_supervisor_sees_nothing_of_strangers(self):
        self._lead()
        self._assert_sees(self.supervisor, [])

    def test_a_supervisor_sees_the_leads_of_his_subordinates(self):
        mine, _other = self._lead(), self._lead()
        self.advisers[0].parent_id = self.boss
        self._assert_sees(self.supervisor, [mine])

    def test_subordinates_of_subordinates_are_subordinates(self):
        middle = self.env["hr.employee"].create(
            {"name": "Middle", "parent_id": self.boss.id}
        )
        leads = [self._lead() for _n in range(3)]
        self.advisers[1].parent_id = middle
        self._assert_sees(self.supervisor, [leads[1]])
        middle.parent_id = False
        self._assert_sees(self.supervisor, [])

    def test_a_supervisor_sees_the_team_he_leads(self):
        leads = [self._lead() for _n in range(2)]
        self.team.user_id = self.supervisor
        self._assert_sees(self.supervisor, leads)

    def test_who_becomes_somebody_s_employee_later_sees_at_once(self):
        mine = self._lead()
        self.boss.user_id = False
        self.advisers[0].parent_id = self.boss
        self._assert_sees(self.supervisor, [])
        self.boss.user_id = self.supervisor
        self._assert_sees(self.supervisor, [mine])

    def test_an_adviser_with_subordinates_is_no_supervisor(self):
        self._lead()
        adviser = new_test_user(self.env, "old_hand", groups=ADVISER_GROUP)
        self.boss.user_id = adviser
        self.advisers.parent_id = self.boss
        self.assertFalse(
            self.env["discuss.channel"]
            .with_user(adviser)
            .search([("gateway_id", "=", self.gateway.id)])
        )

    def test_a_supervisor_reads_by_id_what_he_sees_and_nothing_else(self):
        mine, other = self._lead(), self._lead()
        self.advisers[0].parent_id = self.boss
        own = mine.gateway_channel_id.with_user(self.supervisor)
        self.assertTrue(own.read(["name", "whatsapp_state"]))
        with self.assertRaises(AccessError):
            other.gateway_channel_id.with_user(self.supervisor).read(["name"])

    def test_a_director_sees_all(self):
        leads = [self._lead() for _n in range(2)]
        director = new_test_user(self.env, "director_r", groups=DIRECTOR_GROUP)
        self._assert_sees(director, leads)

    def test_members_are_removed_by_who_answers_for_the_conversation(self):
        mine, other = self._lead(), self._lead()
        user = mine.user_id
        theirs = other.gateway_channel_id.channel_member_ids.filtered("partner_id")
        for action in (
            lambda: theirs.with_user(user).unlink(),
            lambda: theirs.with_user(user).write({"custom_channel_name": "x"}),
        ):
            with self.assertRaises(AccessError):
                action()
        own = mine.gateway_channel_id.channel_member_ids.filtered("guest_id")
        own.with_user(user).unlink()
        self.assertFalse(own.exists())

    # ------------------------------------------------------------- companies
    def test_two_companies_with_two_gateways_see_nothing_of_each_other(self):
        second = self.env["res.company"].create({"name": "Second"})
        adviser = self._create_adviser("Z", company_id=second.id)
        adviser.user_id.write(
            {"company_id": second.id, "company_ids": [(6, 0, second.ids)]}
        )
        team = self.env["crm.team"].create(
            {"name": "Second", "company_id": second.id, "use_leads": True}
        )
        gateway = self._create_gateway(
            name="second",
            company_id=second.id,
            webhook_key="second",
            whatsapp_from_phone="42",
            whatsapp_team_id=team.id,
            whatsapp_adviser_ids=[(5,)],
        )
        self.gateway.company_id = self.company
        here = self._lead()
        there = self._lead(number_id="42", key="second")
        self.assertEqual(there.gateway_channel_id.gateway_id, gateway)
        self.assertEqual(there.company_id, second)
        self.assertEqual(there.user_id, adviser.user_id)

        people = {}
        for company, lead in ((self.company, here), (second, there)):
            for group in (DIRECTOR_GROUP, "base.group_system"):
                user = new_test_user(
                    self.env,
                    f"{group[-8:]}_{company.id}",
                    groups=f"base.group_user,{group},{DIRECTOR_GROUP}",
                    company_id=company.id,
                    company_ids=[(6, 0, company.ids)],
                )
                people[user] = lead
        for user, lead in people.items():
            with self.subTest(user=user.login):
                self._assert_sees(user, [lead])
                found = self.env["mail.gateway"].with_user(user).search([])
                self.assertEqual(
                    found & (gateway | self.gateway),
                    lead.gateway_channel_id.gateway_id,
                )
                other = (here | there) - lead
                with self.assertRaises(AccessError):
                    other.gateway_channel_id.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    other.with_user(user).read(["name"])

    def test_who_belongs_to_both_sees_what_is_switched_on(self):
        second = self.env["res.company"].create({"name": "Second"})
        self.gateway.company_id = self.company
        lead = self._lead()
        both = new_test_user(
            self.env,
            "both",
            groups=DIRECTOR_GROUP,
            company_id=second.id,
            company_ids=[(6, 0, (second | self.company).ids)],
        )
        channel = lead.gateway_channel_id
        self._assert_sees(both, [], allowed_company_ids=second.ids)
        self._assert_sees(both, [lead], allowed_company_ids=self.company.ids)
        # A member goes on in Discuss, which knows no switch.
        channel._whatsapp_join({both.partner_id: channel})
        own = channel.with_user(both).with_context(allowed_company_ids=second.ids)
        self.assertTrue(own.read(["name"]))
