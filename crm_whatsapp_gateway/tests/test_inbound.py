import time

from odoo import fields
from odoo.tests import tagged

from .common import WhatsappCase


@tagged("post_install", "-at_install")
class TestInbound(WhatsappCase):
    """A3, A6, A20: one conversation per person, shown in channel and lead."""

    def test_a_first_message_makes_one_conversation_with_the_wa_id(self):
        channel = self.receive(self._message())

        self.assertEqual(len(channel), 1)
        self.assertEqual(channel.gateway_channel_token, "573012345678")
        self.assertEqual(channel.name, "Ana")
        self.assertEqual(channel.message_ids.body.striptags(), "Hola")
        self.assertTrue(channel.message_ids.whatsapp_wamid)

    def test_variants_of_a_number_are_one_conversation_that_answers_the_last(self):
        self.receive(self._message("5511987654321"))
        channel = self.receive(self._message("551187654321"))

        self.assertEqual(len(channel.message_ids), 2)
        self.assertFalse(self.channel("5511987654321"))
        self.assertEqual(channel.lead_id[self.number_field], "+5511987654321")

    def test_each_message_is_once_in_the_lead(self):
        channel = self.receive(self._message(text="uno"))
        self.receive(self._message(text="dos"))
        self.assertEqual(self.lead_messages(channel.lead_id), ["uno", "dos"])

    def test_the_mirror_tells_nobody(self):
        channel = self.receive(self._message())
        lead = channel.lead_id
        customer = self.env["res.partner"].create(
            {"name": "Customer", "email": "customer@example.com"}
        )
        lead.message_subscribe(customer.ids)
        lead.user_id.notification_type = "email"
        mails = self.env["mail.mail"].search_count([])
        follower_count = len(lead.message_follower_ids)

        self.receive(self._message(text="dos"))

        mirror = lead.message_ids.filtered(lambda m: "dos" in m.body)
        self.assertEqual(len(mirror), 1)
        self.assertFalse(mirror.notification_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(len(lead.message_follower_ids), follower_count)

    def test_what_was_written_on_the_lead_stands_there_once(self):
        channel = self.receive(self._message())
        channel.whatsapp_last_inbound_at = fields.Datetime.now()
        lead = channel.lead_id
        written = lead.message_post(body="from the lead", message_type="comment")

        sent = channel.message_post(
            body="from the lead", message_type="comment", gateway_message_id=written.id
        )

        self.assertEqual(self.lead_messages(lead), ["Hola", "from the lead"])
        self.assertEqual(sent.gateway_message_id, written)

    def test_a_quoted_reply_points_at_the_message_it_quotes(self):
        first = self._message(text="uno")
        channel = self.receive(first)
        self.receive(
            self._message(text="dos", context={"from": "5730", "id": first["id"]})
        )

        one, two = channel.message_ids.sorted("id")
        self.assertEqual(two.parent_id, one)
        self.assertEqual(len(channel.message_ids), 2)

    def test_a_partner_with_the_number_is_the_author(self):
        partner = self.env["res.partner"].create(
            {"name": "Ana Pérez", "phone": "301 234 5678"}
        )
        channel = self.receive(self._message())

        self.assertEqual(channel.message_ids.author_id, partner)
        self.assertEqual(channel.lead_id.partner_id, partner)

    def test_two_partners_with_one_number_do_not_crash(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "Ana", "phone": "+57 301 234 5678"},
                {"name": "Ana again", "phone": "3012345678"},
            ]
        )
        channel = self.receive(self._message())

        written = channel.message_ids.filtered(lambda m: m.message_type == "comment")
        self.assertIn(written.author_id, partners)

    def test_a_partner_with_a_second_number_does_not_crash(self):
        self.env["res.partner"].create(
            {"name": "Ana", "phone": "301 234 5678 / 311 222 3344"}
        )
        self.receive(self._message("573012345678"))
        channel = self.receive(self._message("573112223344"))

        self.assertEqual(len(channel.message_ids), 1)
        self.assertFalse(self.events().filtered("error"))

    def test_the_conversation_waits_for_us_and_counts_what_is_unanswered(self):
        now = str(int(time.time()))
        channel = self.receive(
            self._message(timestamp=now), self._message(timestamp=now)
        )

        self.assertEqual((channel.whatsapp_state, channel.whatsapp_unread), ("us", 2))
        self.assertEqual(channel.whatsapp_preview, "Hola")

    def test_a_person_without_phone_gets_conversation_and_lead(self):
        message = self._message(from_user_id="CO.123")
        del message["from"]
        body = self._body(message)
        value = body["entry"][0]["changes"][0]["value"]
        value["contacts"] = [{"user_id": "CO.123", "profile": {"name": "Ana"}}]

        self.assertEqual(self.post(body).status_code, 200)
        self.process()

        channel = self.channel("CO.123")
        self.assertEqual(channel.lead_id.name, "Ana")
        self.assertFalse(channel.lead_id[self.number_field])
