from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ADVISER_GROUP, DIRECTOR_GROUP
from .common_outbound import CUSTOMER, OutboundCase


@tagged("post_install", "-at_install")
class TestComposer(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = cls._create_lead(
            "Nueva", cls.adviser, **{cls.number_field: "301 999 8877"}
        )
        cls.template = cls.env["mail.whatsapp.template"].create(
            {
                "name": "Saludo",
                "template_name": "saludo",
                "category": "utility",
                "language": "es",
                "header": "Hola",
                "body": "Seguimos en contacto",
                "state": "approved",
                "is_supported": True,
                "gateway_id": cls.gateway.id,
                "model_id": cls.env["ir.model"]._get_id("crm.lead"),
            }
        )

    def open(self, lead=None, user=None):
        """Press the button; the wizard as the browser makes it."""
        lead = (lead or self.lead).with_user(user or self.adviser)
        action = lead.action_whatsapp_compose()
        self.assertEqual(action["res_model"], "whatsapp.composer")
        self.assertEqual(action["target"], "new")
        return Form(lead.env["whatsapp.composer"].with_context(**action["context"]))

    def channels(self, lead):
        return self.env["discuss.channel"].search([("lead_id", "=", lead.id)])

    def test_adviser_writes_to_a_lead_without_partner(self):
        self.assertFalse(self.lead.partner_id)
        form = self.open()
        self.assertEqual(form.whatsapp_number, "+573012345678")
        self.assertEqual(form.gateway_id, self.gateway)
        self.assertEqual(form.whatsapp_window, "open")
        self.assertFalse(form.is_required_template)
        form.body = "Buenas tardes\nSoy Ana"
        action = form.save().action_send_whatsapp()
        self.assertEqual(
            action["params"]["next"], {"type": "ir.actions.act_window_close"}
        )
        self.work()
        self.assertEqual(self.graph.texts, ["Buenas tardes\nSoy Ana"])
        row = self.queue.search([("channel_id", "=", self.conversation.id)])
        self.assertEqual((row.state, row.whatsapp_state), ("success", "sent"))
        self.assertEqual(row.message_id.author_id, self.adviser.partner_id)
        self.assertEqual(len(self.lead_messages(self.lead)), 1)

    def test_opening_the_wizard_makes_no_conversation(self):
        form = self.open(self.stranger)
        self.assertEqual(form.whatsapp_number, "+573019998877")
        self.assertFalse(self.channels(self.stranger))
        self.assertFalse(self.stranger.gateway_channel_id)

    def test_closed_window_asks_for_a_template(self):
        form = self.open(self.stranger)
        self.assertEqual(form.whatsapp_window, "closed")
        self.assertTrue(form.is_required_template)
        self.conversation.whatsapp_last_inbound_at = self.now - timedelta(hours=25)
        wizard = (
            self.env["whatsapp.composer"]
            .with_user(self.adviser)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                    "body": "texto libre",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "24 hours"):
            wizard.action_send_whatsapp()
        self.work()
        self.assertEqual(self.graph.calls, [])

    def test_our_own_message_does_not_open_the_window(self):
        self.send("Hola")
        self.work()
        self.conversation.whatsapp_last_inbound_at = self.now - timedelta(hours=25)
        self.assertEqual(self.open().whatsapp_window, "closed")

    def test_template_opens_a_conversation_with_a_stranger(self):
        form = self.open(self.stranger)
        form.template_id = self.template
        form.save().action_send_whatsapp()
        channel = self.channels(self.stranger)
        self.assertEqual(channel.gateway_channel_token, "573019998877")
        self.assertEqual(self.stranger.gateway_channel_id, channel)
        self.assertIn(self.adviser.partner_id, channel.channel_member_ids.partner_id)
        self.work()
        sent = self.graph.calls[0]["json"]
        self.assertEqual(sent["to"], "573019998877")
        self.assertEqual(sent["type"], "template")
        self.assertEqual(sent["template"]["name"], "saludo")
        self.assertEqual(sent["template"]["language"], {"code": "es"})
        self.assertIn("Seguimos en contacto", self.lead_messages(self.stranger)[0])

    def test_template_works_without_the_browsers_context(self):
        wizard = (
            self.env["whatsapp.composer"]
            .with_user(self.adviser)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.stranger.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                    "template_id": self.template.id,
                }
            )
        )
        wizard.action_send_whatsapp()
        self.work()
        self.assertEqual(len(self.graph.calls), 1)

    def test_second_message_uses_the_same_conversation(self):
        self._create_conversation(self.stranger, "573019998877")
        self._open_window(self.channels(self.stranger))
        for text in ("uno", "dos"):
            form = self.open(self.stranger)
            form.body = text
            form.save().action_send_whatsapp()
        self.assertEqual(len(self.channels(self.stranger)), 1)
        self.work()
        self.assertEqual(self.graph.texts, ["uno", "dos"])

    def test_conversation_of_a_number_in_another_notation_is_found(self):
        lead = self._create_lead(
            "Otra", self.adviser, **{self.number_field: "(301) 234-5678"}
        )
        form = self.open(lead)
        self.assertEqual(form.whatsapp_window, "open", "this person has written")
        form.body = "Hola"
        form.save().action_send_whatsapp()
        self.assertEqual(self.conversation.lead_id, lead)
        self.assertEqual(self.conversation.gateway_channel_token, CUSTOMER)

    def test_body_is_required(self):
        wizard = (
            self.env["whatsapp.composer"]
            .with_user(self.adviser)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                }
            )
        )
        with self.assertRaises(UserError):
            wizard.action_send_whatsapp()

    def test_lead_without_number_or_with_one_nobody_can_read(self):
        empty = self._create_lead("Vacia", self.adviser)
        with self.assertRaisesRegex(UserError, "no telephone number"):
            empty.with_user(self.adviser).action_whatsapp_compose()
        odd = self._create_lead("Rara", self.adviser, **{self.number_field: "12"})
        with self.assertRaisesRegex(UserError, "country code"):
            odd.with_user(self.adviser)._whatsapp_get_channel(
                self.number_field, self.gateway
            )

    def test_other_advisers_lead_is_closed_to_an_adviser(self):
        other = self.advisers[1].user_id
        with self.assertRaises(AccessError):
            self.open(user=other)
        Composer = self.env["whatsapp.composer"].with_user(other)
        with self.assertRaises(AccessError):
            wizard = Composer.create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                    "body": "x",
                }
            )
            wizard.read(["whatsapp_number"])

    def test_director_may_write_to_any_lead(self):
        director = new_test_user(self.env, "composer_director", DIRECTOR_GROUP)
        form = self.open(user=director)
        form.body = "De la direccion"
        form.save().action_send_whatsapp()
        self.work()
        self.assertEqual(self.graph.texts, ["De la direccion"])

    def test_gateway_is_the_conversations_then_the_companys(self):
        self._create_gateway(
            name="Earlier", webhook_key="second", whatsapp_from_phone="1"
        )
        self.assertEqual(self.open().gateway_id, self.gateway)
        company = self.env["res.company"].create({"name": "Otra"})
        user = new_test_user(
            self.env,
            "composer_other",
            ADVISER_GROUP,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        lead = self._create_lead(
            "X",
            user,
            company_id=company.id,
            team_id=False,
            **{self.number_field: "+573019998877"},
        )
        with self.assertRaisesRegex(UserError, "no WhatsApp gateway"):
            self.open(lead, user)

    def test_secrets_stay_unreadable_for_an_adviser(self):
        gateway = self.gateway.with_user(self.adviser)
        self.assertTrue(gateway.name)
        with self.assertRaises(AccessError):
            gateway.read(["token"])
