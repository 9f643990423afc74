from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..tools import const
from .common import SUPERVISOR_GROUP
from .common_outbound import CUSTOMER, OTHER_CUSTOMER, OutboundCase


@tagged("post_install", "-at_install")
class TestTakeover(OutboundCase):
    """S1: an adviser writes to nobody but customers whom their rights reach."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.advisers[1].user_id
        cls.trap = cls._create_lead(
            "Trap", cls.colleague, **{cls.number_field: "+" + CUSTOMER}
        )

    def setUp(self):
        super().setUp()
        self.conversation.with_user(self.adviser).message_post(
            body="Confidencial", message_type="comment"
        )

    def _composer(self, lead, user):
        return (
            self.env["whatsapp.composer"]
            .with_user(user)
            .create(
                {
                    "res_model": lead._name,
                    "res_id": lead.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                    "body": "Hola",
                }
            )
        )

    def _assert_untouched(self):
        self.env.invalidate_all()
        self.assertEqual(self.conversation.lead_id, self.lead)
        self.assertFalse(self.trap.gateway_channel_id)
        self.assertNotIn(
            self.colleague.partner_id, self.conversation.channel_member_ids.partner_id
        )
        rows = self.queue.search([("channel_id", "=", self.conversation.id)])
        self.assertEqual(rows.create_uid, self.adviser)

    # ------------------------------------------------------------- refusals
    def test_the_button_refuses_a_colleague_s_customer_and_names_the_colleague(self):
        with self.assertRaises(AccessError) as caught:
            self.trap.with_user(self.colleague).action_whatsapp_compose()
        self.assertIn(self.adviser.name, str(caught.exception))
        self.assertIn("supervisor", str(caught.exception))

    def test_the_wizard_refuses_it_and_shows_nothing_of_the_conversation(self):
        composer = self._composer(self.trap, self.colleague)
        self.assertFalse(composer.whatsapp_channel_id)
        self.assertEqual(composer.whatsapp_window, "closed")
        for action in (composer._action_send_whatsapp, composer.action_view_whatsapp):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action()
        self._assert_untouched()

    def test_a_former_lead_of_the_conversation_does_not_take_it_back(self):
        former = self._create_lead("Former", self.colleague)
        former.gateway_channel_id = self.conversation
        composer = self._composer(former, self.colleague)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            composer._action_send_whatsapp()
        self._assert_untouched()

    def test_a_contact_with_the_number_is_no_way_around(self):
        partner = self.env["res.partner"].create(
            {"name": "Ana", "phone": "+" + CUSTOMER}
        )
        composer = self._composer(partner, self.colleague)
        composer.number_field_name = "phone"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            composer._action_send_whatsapp()
        self._assert_untouched()

    def test_a_lead_s_message_is_not_sent_to_a_colleague_s_customer(self):
        partner = self.env["res.partner"].create({"name": "Ana"})
        link = self.env["res.partner.gateway.channel"].create(
            {
                "partner_id": partner.id,
                "gateway_id": self.gateway.id,
                "gateway_token": CUSTOMER,
            }
        )
        told = {
            "partner_id": partner.id,
            "channel_type": "gateway",
            "gateway_channel_id": link.id,
        }
        for lead in (
            self.trap.with_user(self.colleague),
            # As Discuss' controller posts.
            self.trap.with_user(self.colleague).sudo(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lead.message_post(
                    body="Hola",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    gateway_notifications=[told],
                )
        self._assert_untouched()

    def test_without_colleague_the_supervisor_is_to_be_asked(self):
        self.lead.user_id = False
        with self.assertRaises(AccessError) as caught:
            self.trap.with_user(self.colleague).action_whatsapp_compose()
        self.assertIn("Ask your supervisor", str(caught.exception))

    def test_a_failed_message_is_not_sent_again_by_its_former_adviser(self):
        row = self.queue.search([("channel_id", "=", self.conversation.id)])
        self.lead.user_id = self.colleague
        with self.assertRaises(AccessError):
            row.with_user(self.adviser).action_retry_now()
        row.with_user(self.colleague).action_retry_now()

    # ------------------------------------------------------------ who may
    def test_who_leads_the_team_may(self):
        supervisor = new_test_user(self.env, "team_lead", groups=SUPERVISOR_GROUP)
        self.team.user_id = supervisor
        self.assertTrue(self.trap.with_user(supervisor).action_whatsapp_compose())

    def test_a_guest_of_the_conversation_writes_and_does_not_take_it(self):
        self.conversation._whatsapp_join({self.colleague.partner_id: self.conversation})
        self._composer(self.trap, self.colleague)._action_send_whatsapp()
        self.assertEqual(self.conversation.lead_id, self.lead)

    def test_a_new_number_is_nobody_s(self):
        lead = self._create_lead(
            "New", self.colleague, **{self.number_field: "+" + OTHER_CUSTOMER}
        )
        channel = lead.with_user(self.colleague)._whatsapp_get_channel(
            self.number_field, self.gateway.with_user(self.colleague)
        )
        self.assertEqual(channel.sudo().lead_id, lead)
        self.assertTrue(channel.has_access("read"))

    # ------------------------------------------------------------- takeover
    def test_a_setting_allows_it_and_the_log_says_so(self):
        settings = Form(self.env["res.config.settings"])
        settings.whatsapp_allow_takeover = True
        settings.save().execute()
        self.assertTrue(self.trap.with_user(self.colleague).action_whatsapp_compose())
        self._composer(self.trap, self.colleague)._action_send_whatsapp()

        self.assertEqual(self.conversation.lead_id, self.trap)
        members = self.conversation.channel_member_ids.partner_id
        self.assertIn(self.colleague.partner_id, members)
        self.assertNotIn(self.adviser.partner_id, members)
        log = self.env["whatsapp.assignment.log"].search(
            [("lead_id", "=", self.trap.id)]
        )
        self.assertEqual(log.user_id, self.colleague)
        self.assertIn(self.adviser.name, log.explanation)

    def test_the_setting_is_for_advisers_only(self):
        self.env["ir.config_parameter"].set_param(
            const.PARAMETER_PREFIX + "allow_takeover", "True"
        )
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        self.trap.user_id = seller
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.trap.with_user(seller)._whatsapp_get_channel(
                self.number_field, self.gateway.with_user(seller)
            )
        with self.assertRaises(AccessError):
            self.trap.with_user(seller).action_whatsapp_compose()

    # --------------------------------------------------------------- members
    def test_only_colleagues_who_use_whatsapp_are_invited(self):
        channel = self.conversation.with_user(self.adviser)
        channel.add_members(partner_ids=self.colleague.partner_id.ids)
        self.assertIn(
            self.colleague.partner_id, self.conversation.channel_member_ids.partner_id
        )
        guest = self.other_conversation().channel_member_ids.guest_id
        for ids in (
            {"guest_ids": guest.ids},
            {
                "partner_ids": new_test_user(
                    self.env, "portal_i", "base.group_portal"
                ).partner_id.ids
            },
            {"partner_ids": new_test_user(self.env, "plain_i").partner_id.ids},
            {"partner_ids": self.env["res.partner"].create({"name": "X"}).ids},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                channel.add_members(**ids)

    def test_no_invitation_link_leads_into_a_conversation(self):
        channel = self.conversation
        response = self.url_open(f"/chat/{channel.id}/{channel.uuid}")
        self.assertEqual(response.status_code, 404)
        self.authenticate(self.colleague.login, self.colleague.login)
        response = self.url_open(f"/chat/{channel.id}/{channel.uuid}")
        self.assertEqual(response.status_code, 404)
        self._assert_untouched()

    def test_a_customer_is_not_merged_with_a_colleague_nor_by_one(self):
        customer, same = self.env["res.partner"].create(
            [{"name": "Ana", "email": "a@example.com"} for _n in range(2)]
        )
        self.lead.partner_id = customer
        self.colleague.partner_id.email = "a@example.com"
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaises(UserError):
            wizard._merge((customer | self.colleague.partner_id).ids, customer)
        with self.assertRaises(AccessError):
            wizard.with_user(self.colleague)._merge((customer | same).ids, customer)
        # 19.0 lets administrators merge only.
        wizard.with_user(self.adviser)._whatsapp_check_merge(customer | same)
        wizard._merge((customer | same).ids, customer)
        self.assertFalse(same.exists())

    def test_the_customer_of_a_lead_is_never_a_colleague(self):
        self.lead.partner_id = self.colleague.partner_id
        self.assertFalse(self.conversation.whatsapp_partner_id)
        self.assertNotIn(
            self.colleague.partner_id, self.conversation.channel_member_ids.partner_id
        )
