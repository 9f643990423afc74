from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..tools.webhook_events import Reaction
from .common_outbound import OutboundCase, error

WAMID = "wamid.IN1"
SIMPLE = "simple_notification"


@tagged("post_install", "-at_install")
class TestOutboundReactions(OutboundCase):
    """A29, R20: an adviser's reaction reaches the customer."""

    def setUp(self):
        super().setUp()
        self.question = self.from_customer(WAMID)

    def from_customer(self, wamid):
        customer = self.env["mail.guest"].create({"name": "Ana"})
        silent = self.conversation.with_context(no_gateway_notification=True)
        message = silent.message_post(
            body="¿Tienen catálogo?",
            author_id=False,
            email_from=False,
            message_type="comment",
            gateway_type="whatsapp",
        )
        message.write(
            {
                "whatsapp_wamid": wamid,
                "author_guest_id": customer.id,
                "author_id": False,
                "date": self.now,
            }
        )
        message.gateway_message_id = self.lead.message_post(body=message.body)
        return message

    def react(self, emoji, action="add", message=None, user=None):
        partner = (user or self.adviser).partner_id
        (message or self.question).sudo()._message_reaction(
            emoji, action, partner, self.env["mail.guest"]
        )
        self.env.flush_all()

    def sent(self):
        self.work()
        bodies = [call["json"] for call in self.graph.calls]
        return [body["reaction"] for body in bodies if body["type"] == "reaction"]

    def emojis(self, message=None):
        return (message or self.question).reaction_ids.mapped("content")

    def test_reaction_leaves_and_is_taken_away(self):
        self.react("\U0001f44d")
        self.work()
        sent = self.graph.calls[0]["json"]
        token = sent.pop("biz_opaque_callback_data")
        self.assertTrue(token)
        self.assertEqual(
            sent,
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": self.conversation.gateway_channel_token,
                "type": "reaction",
                "reaction": {"message_id": WAMID, "emoji": "\U0001f44d"},
            },
        )
        self.react("\U0001f44d", "remove")
        self.assertEqual(self.sent()[1:], [{"message_id": WAMID, "emoji": ""}])

    def test_a_number_has_one_reaction_per_message(self):
        self.react("\U0001f44d")
        self.work()
        self.react("\u2764\ufe0f", user=self.advisers[1].user_id)
        self.assertEqual(self.emojis(), ["\u2764\ufe0f"])
        mirror = self.question.gateway_message_id
        self.assertEqual(self.emojis(mirror), ["\u2764\ufe0f"])
        self.assertEqual(
            [one["emoji"] for one in self.sent()], ["\U0001f44d", "\u2764\ufe0f"]
        )

    def test_reaction_that_waits_is_not_sent_when_it_is_taken_away(self):
        self.react("\U0001f44d")
        self.react("\U0001f44d", "remove")
        self.assertEqual(self.sent(), [])

    def test_only_the_last_of_those_that_wait_is_sent(self):
        self.react("\U0001f44d")
        self.react("\u2764\ufe0f")
        self.assertEqual([one["emoji"] for one in self.sent()], ["\u2764\ufe0f"])

    def test_reaction_in_the_leads_chatter_is_sent(self):
        mirror = self.question.gateway_message_id
        self.react("\U0001f44d", message=mirror)
        self.assertEqual(self.emojis(), ["\U0001f44d"])
        self.assertEqual(self.sent(), [{"message_id": WAMID, "emoji": "\U0001f44d"}])

    def test_what_whatsapp_does_not_take_stays_here(self):
        ours = self.send("Buenas tardes").message_id
        self.work()
        old = self.from_customer("wamid.OLD")
        old.date = self.now - timedelta(days=31)
        told = []
        with patch.object(
            type(self.env.user),
            "_bus_send",
            lambda user, kind, message, **_options: told.append((kind, message)),
        ):
            self.react("\U0001f44d", message=ours)
            self.react("\U0001f44d", message=old)
            self.conversation.whatsapp_last_inbound_at = self.now - timedelta(hours=25)
            self.react("\U0001f44d")
        self.assertEqual(self.sent(), [])
        notices = [one["message"] for kind, one in told if kind == SIMPLE]
        self.assertEqual(len(notices), 3)
        for notice, words in zip(
            notices, ("of the customer", "30 days", "24 hours"), strict=True
        ):
            self.assertIn(words, notice)
        for message in (ours, old, self.question):
            self.assertEqual(self.emojis(message), ["\U0001f44d"])

    def test_customers_own_reaction_is_not_sent_back(self):
        guest = self.question.author_guest_id
        self.conversation._whatsapp_react(guest, Reaction(WAMID, "\U0001f44d"))
        us = self.gateway.company_id.partner_id or self.env.ref("base.partner_root")
        self.conversation._whatsapp_react(us, Reaction(WAMID, "\U0001f64f"))
        self.assertEqual(self.sent(), [])
        self.react("\u2764\ufe0f")
        self.assertEqual(sorted(self.emojis()), sorted(["\U0001f44d", "\u2764\ufe0f"]))

    def test_refused_reaction_is_told_in_the_conversation(self):
        self.react("\U0001f44d")
        self.graph.will(error(131009))
        self.work()
        line = self.conversation.message_ids.sorted("id")[-1]
        self.assertIn("did not reach the customer", line.body)
        row = self.queue.search([("kind", "=", "reaction")])
        self.assertEqual((row.state, row.preview), ("failed", "\U0001f44d"))
        self.assertNotEqual(self.conversation.whatsapp_state, "failed")
