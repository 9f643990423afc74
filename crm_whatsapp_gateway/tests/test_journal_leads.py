import time
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..processing import inbound
from .common import WhatsappCase

JOURNAL = "odoo.addons.crm_whatsapp_gateway.models.webhook.whatsapp_webhook_event"
PEOPLE = ["573015551001", "573015551002", "573015551003"]


@tagged("post_install", "-at_install")
class TestJournalLeads(WhatsappCase):
    """A2, A4: the message of an unknown person is shown first, the lead follows."""

    def words(self):
        """Process a batch of messages, without the leads that follow."""
        self.env.flush_all()
        queue = inbound.InboundQueue(self.env)
        with patch.object(inbound, "BATCH_SECONDS", 60):
            queue.run(queue.claim())
        self.env.invalidate_all()

    def post_from(self, *people, **vals):
        for person in people:
            self.post(self._body(self._message(person, **vals)))

    def leads(self):
        return self.env["crm.lead"].search(
            [("whatsapp_source_locked", "=", True)], order="id"
        )

    def test_the_message_is_there_before_the_lead(self):
        self.post_from(*PEOPLE, timestamp=str(int(time.time())))
        self.words()

        self.assertEqual(self.events().mapped("state"), ["posted"] * 3)
        for person in PEOPLE:
            channel = self.channel(person)
            self.assertEqual(len(channel.message_ids), 1)
            self.assertEqual(channel.whatsapp_unread, 1)
            self.assertEqual(channel.whatsapp_state, "us")
        self.assertFalse(self.leads())

        self.process()
        self.assertEqual(self.events().mapped("state"), ["done"] * 3)
        leads = [self.channel(person).lead_id for person in PEOPLE]
        self.assertEqual(self.leads().ids, [lead.id for lead in leads])
        self.assertEqual([lead.user_id for lead in leads], list(self.advisers.user_id))
        for lead in leads:
            self.assertEqual(self.lead_messages(lead), ["Hola"])

    def test_what_follows_before_the_lead_is_there_stands_in_it_too(self):
        self.post_from(PEOPLE[0], text="uno")
        self.words()
        self.post_from(PEOPLE[0], text="dos")
        self.words()
        self.assertEqual(self.events().mapped("state"), ["posted"] * 2)
        self.post_from(PEOPLE[0], text="tres")
        self.process()

        lead = self.leads()
        self.assertEqual(self.lead_messages(lead), ["uno", "dos", "tres"])
        self.assertEqual(self.channel(PEOPLE[0]).lead_id, lead)

    def test_nothing_overtakes_what_waits_for_its_lead(self):
        """The lead is there, made for an earlier message, and one still waits."""
        self.receive(self._message(PEOPLE[0], text="uno"))
        self.post_from(PEOPLE[0], text="dos")
        self.words()
        lead = self.leads()
        # As a process leaves it that did not see "dos" yet when it made the lead.
        second = self.events()[1]
        mirror = second.message_id.gateway_message_id
        second.write({"state": "posted"})
        second.message_id.gateway_message_id = False
        mirror.unlink()
        self.post_from(PEOPLE[0], text="tres")
        self.words()
        self.assertEqual(self.events().mapped("state"), ["done", "posted", "posted"])
        self.process()
        self.assertEqual(self.lead_messages(lead), ["uno", "dos", "tres"])
        self.assertEqual(self.events().mapped("state"), ["done"] * 3)

    def test_many_words_before_the_lead_keep_their_order(self):
        said = [str(number) for number in range(7)]
        for text in said[:5]:
            self.post_from(PEOPLE[0], text=text)
        self.words()
        for text in said[5:]:
            self.post_from(PEOPLE[0], text=text)
        self.process()
        self.assertEqual(self.lead_messages(self.leads()), said)

    def test_a_known_person_needs_no_second_step(self):
        self.receive(self._message(PEOPLE[0], text="uno"))
        self.post_from(PEOPLE[0], text="dos")
        self.words()
        self.assertEqual(self.events().mapped("state"), ["done"] * 2)
        self.assertEqual(self.lead_messages(self.leads()), ["uno", "dos"])

    def test_who_has_a_lead_already_gets_no_other(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "De la feria",
                self.number_field: "301 555 1001",
                "user_id": self.advisers[1].user_id.id,
            }
        )
        self.post_from(PEOPLE[0])
        self.words()
        channel = self.channel(PEOPLE[0])
        self.assertEqual(channel.lead_id, lead)
        self.assertIn(lead.user_id.partner_id, channel.channel_member_ids.partner_id)
        self.assertEqual(self.events().state, "done")

    def test_a_lead_made_by_somebody_meanwhile_is_taken(self):
        self.post_from(PEOPLE[0])
        self.words()
        lead = self.env["crm.lead"].create(
            {"name": "A mano", self.number_field: "+" + PEOPLE[0]}
        )
        self.process()
        self.assertEqual(self.channel(PEOPLE[0]).lead_id, lead)
        self.assertFalse(self.leads())
        self.assertEqual(self.lead_messages(lead), ["Hola"])

    def test_one_person_on_two_lines_is_one_lead(self):
        other = "100000000000010"
        self._create_gateway(
            name="Otra", webhook_key="other-key", whatsapp_from_phone=other
        )
        self.post_from(PEOPLE[0], text="por una")
        second = self._body(self._message(PEOPLE[0], text="por otra"), number_id=other)
        self.post(second, key="other-key")
        self.process()

        lead = self.leads()
        self.assertEqual(len(lead), 1)
        self.assertEqual(len(lead.gateway_channel_ids), 2)
        self.assertEqual(self.lead_messages(lead), ["por una", "por otra"])

    def test_the_advertisement_comes_to_the_lead(self):
        referral = {"headline": "Rebajas", "source_id": "42", "ctwa_clid": "clic"}
        self.post_from(PEOPLE[0], referral=referral)
        self.words()
        self.process()

        lead = self.leads()
        self.assertEqual(lead.whatsapp_ad_headline, "Rebajas")
        lines = self.channel(PEOPLE[0]).message_ids.filtered(
            lambda one: one.message_type == "notification"
        )
        self.assertEqual(len(lines), 1)
        self.assertIn(lines.gateway_message_id, lead.message_ids)

    def test_stop_as_the_first_word_is_heeded(self):
        self.post_from(PEOPLE[0], text="STOP")
        self.process()
        self.assertTrue(self.channel(PEOPLE[0]).whatsapp_opted_out_at)
        self.assertTrue(self.leads())

    def test_a_message_that_was_deleted_meanwhile_leaves_its_lead(self):
        self.post_from(PEOPLE[0])
        self.words()
        self.channel(PEOPLE[0]).message_ids.unlink()
        self.process()
        self.assertEqual(self.channel(PEOPLE[0]).lead_id, self.leads())
        self.assertEqual(self.events().state, "done")

    @mute_logger(JOURNAL, inbound.__name__)
    def test_a_lead_that_cannot_be_made_holds_up_no_other_and_shows_nothing_twice(self):
        channel_class = type(self.env["discuss.channel"])
        original = channel_class._whatsapp_create_leads

        def make(this, profiles):
            if any(one.gateway_channel_token == PEOPLE[1] for one in profiles):
                raise ValueError("broken on purpose")
            return original(this, profiles)

        self.post_from(*PEOPLE)
        with patch.object(channel_class, "_whatsapp_create_leads", make):
            self.process()
        events = self.events()
        self.assertEqual(events.mapped("state"), ["done", "posted", "done"])
        self.assertEqual(events[1].error, "ValueError: broken on purpose")
        self.assertEqual(len(self.leads()), 2)

        events[1].write({"state": "failed", "next_try": False})
        events[1].action_process_again()
        self.process()
        self.assertEqual(events.mapped("state"), ["done"] * 3)
        channel = self.channel(PEOPLE[1])
        self.assertEqual(len(channel.message_ids), 1)
        self.assertEqual(self.lead_messages(channel.lead_id), ["Hola"])
        self.assertTrue(channel.lead_id.user_id)

    def test_leads_do_not_wait_until_nobody_writes_any_more(self):
        order = []
        run = inbound.InboundQueue.run

        def note_and_run(queue, batch):
            order.append(batch.state)
            run(queue, batch)

        self.post_from(*PEOPLE)
        with (
            patch.object(inbound.InboundQueue, "run", note_and_run),
            patch.object(inbound, "BATCH_EVENTS", 1),
            patch.object(inbound, "LEAD_SECONDS", -60),
        ):
            self.process()
        self.assertEqual(order.count("posted"), 3)
        self.assertLess(order.index("posted"), 3, order)

    def test_messages_come_before_leads_that_have_not_waited_long(self):
        order = []
        run = inbound.InboundQueue.run

        def note_and_run(queue, batch):
            order.append(batch.state)
            run(queue, batch)

        self.post_from(*PEOPLE)
        with (
            patch.object(inbound.InboundQueue, "run", note_and_run),
            patch.object(inbound, "BATCH_EVENTS", 1),
            patch.object(inbound, "LEAD_SECONDS", 60),
        ):
            self.process()
        self.assertEqual(order[:3], ["pending"] * 3)
        self.assertEqual(set(order[3:]), {"posted"})
