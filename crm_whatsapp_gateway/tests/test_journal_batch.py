from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import WhatsappCase

TRANSACTION = "odoo.addons.crm_whatsapp_gateway.processing.transaction"


@tagged("post_install", "-at_install")
class TestJournalBatch(WhatsappCase):
    """A2: what comes in together is read together, and exact nevertheless."""

    def _people(self, count):
        return [f"5730155500{n:02}" for n in range(count)]

    def _queries_of(self, people):
        """Statements that working one message of each of these people takes."""
        for person in people:
            self.post(self._body(self._message(person)))
        before = sql_db.sql_counter
        self.process()
        return sql_db.sql_counter - before

    def test_eight_conversations_do_not_take_eight_times_the_queries(self):
        people = self._people(8)
        self._queries_of(people)
        batch = patch(
            "odoo.addons.crm_whatsapp_gateway.processing.inbound.BATCH_SECONDS",
            60,
        )
        with batch:
            one, eight = self._queries_of(people[:1]), self._queries_of(people)

        self.assertLess(eight, 5 * one)

    def test_a_batch_whose_time_is_up_at_once_gets_on_nevertheless(self):
        people = self._people(3)
        for person in people:
            self.post(self._body(self._message(person)))
        with patch(
            "odoo.addons.crm_whatsapp_gateway.processing.inbound.BATCH_SECONDS",
            0,
        ):
            self.process()
        self.assertEqual(self.events().mapped("state"), ["done"] * 3)

    def test_forms_of_one_number_do_not_overtake_each_other(self):
        """Whichever of a person's numbers a batch begins with."""
        sent = [
            self._message("5215512345678", text="1"),
            self._message("573015550000", text="x"),
            self._message("525512345678", text="2"),
            self._message("5215512345678", text="3"),
        ]
        for message in sent:
            self.post(self._body(message))
        with patch(
            "odoo.addons.crm_whatsapp_gateway.processing.inbound.BATCH_EVENTS",
            2,
        ):
            self.process()
        channel = self.channel("5215512345678") | self.channel("525512345678")
        said = channel.message_ids.filtered("whatsapp_wamid").sorted("id")
        self.assertEqual([m.body.striptags() for m in said], ["1", "2", "3"])

    def test_one_item_that_fails_spoils_no_other_and_repeats_none(self):
        service = type(self.env["mail.gateway.whatsapp"])
        original = service._whatsapp_receive_text

        def receive(this, gateway, event):
            posted = original(this, gateway, event)
            if event.written_text == "mal":
                raise ValueError("broken on purpose")
            return posted

        people = self._people(4)
        for person in people:
            text = "mal" if person == people[2] else "bien"
            self.post(self._body(self._message(person, text)))
        with (
            patch.object(service, "_whatsapp_receive_text", receive),
            mute_logger(
                "odoo.addons.crm_whatsapp_gateway.models.webhook.whatsapp_webhook_event"
            ),
        ):
            self.process()

        self.assertEqual(
            self.events().mapped("state"), ["done", "done", "pending", "done"]
        )
        counts = [len(self.channel(person).message_ids) for person in people]
        self.assertEqual(counts, [1, 1, 0, 1])
        leads = self.env["crm.lead"].search([("whatsapp_source_locked", "=", True)])
        self.assertEqual(len(leads), 3)

    def test_a_new_number_amid_a_batch_is_the_same_person(self):
        old, new = self._people(2)
        system = {
            "type": "user_changed_number",
            "wa_id": new,
            "body": "number changed",
        }
        self.post(
            self._body(
                self._message(old, "desde el viejo"),
                self._message(old, type="system", system=system),
                self._message(new, "desde el nuevo"),
            )
        )
        self.process()

        self.assertEqual(self.events().mapped("state"), ["done"] * 3)
        said = self.channel(new).message_ids.filtered(
            lambda message: message.message_type == "comment"
        )
        self.assertEqual(
            said.sorted("id").mapped(lambda message: message.body.striptags()),
            ["desde el viejo", "desde el nuevo"],
        )
        self.assertFalse(self.channel(old))

    def test_leads_of_a_batch_take_their_turns_one_by_one(self):
        for person in self._people(6):
            self.post(self._body(self._message(person)))
        self.process()

        leads = self.env["crm.lead"].search(
            [("whatsapp_source_locked", "=", True)], order="id"
        )
        users = self.advisers.user_id
        self.assertEqual(leads.mapped("user_id"), users)
        self.assertEqual([lead.user_id for lead in leads], [*users, *users])

    @mute_logger(TRANSACTION)
    def test_a_lead_that_cannot_be_assigned_holds_up_no_other(self):
        lead_class = type(self.env["crm.lead"])
        original = lead_class._whatsapp_assign
        people = self._people(3)

        def assign(this):
            if people[1] in this.gateway_channel_id.mapped("gateway_channel_token"):
                raise ValueError("broken on purpose")
            return original(this)

        for person in people:
            self.post(self._body(self._message(person)))
        with (
            patch.object(lead_class, "_whatsapp_assign", assign),
            mute_logger("odoo.addons.crm_whatsapp_gateway.models.assignment.crm_lead"),
        ):
            self.process()

        leads = [self.channel(person).lead_id for person in people]
        self.assertEqual([bool(lead.user_id) for lead in leads], [True, False, True])
