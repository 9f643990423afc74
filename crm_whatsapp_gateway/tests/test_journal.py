from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import errors

from odoo import fields, sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.webhook.whatsapp_webhook_event import ARRIVAL_SPACE
from ..processing.retry import JOURNAL as POLICY
from ..tools.webhook import parse_body
from .common import WhatsappCase

JOURNAL = "odoo.addons.crm_whatsapp_gateway.models.webhook.whatsapp_webhook_event"


@tagged("post_install", "-at_install")
class TestJournal(WhatsappCase):
    """A2, A20: stored once, worked in order, failures shown, nothing lost."""

    def _break_on(self, text):
        service = type(self.env["mail.gateway.whatsapp"])
        original = service._whatsapp_receive_message

        def receive(this, gateway, event):
            if event.written_text == text:
                raise ValueError("broken on purpose")
            return original(this, gateway, event)

        return patch.object(service, "_whatsapp_receive_message", receive)

    def test_a_redelivered_message_is_stored_and_posted_once(self):
        message = self._message()
        for _again in range(3):
            channel = self.receive(message)

        self.assertEqual(len(self.events()), 1)
        self.assertEqual(len(channel.message_ids), 1)
        self.assertEqual(len(channel.lead_id), 1)

    def test_two_messages_of_one_instant_are_two(self):
        channel = self.receive(self._message(text="uno"), self._message(text="dos"))
        self.assertEqual(
            channel.message_ids.sorted("id").mapped(lambda m: m.body.striptags()),
            ["uno", "dos"],
        )

    @mute_logger(JOURNAL)
    def test_an_item_that_fails_keeps_its_error_and_stops_nobody(self):
        with self._break_on("mal"):
            channel = self.receive(
                self._message(text="antes"),
                self._message(text="mal"),
                self._message(text="después"),
            )
        broken = self.events()[1]

        self.assertEqual(self.events().mapped("state"), ["done", "pending", "done"])
        self.assertIn("broken on purpose", broken.error)
        self.assertGreater(broken.next_try, fields.Datetime.now())
        self.assertEqual(len(channel.message_ids), 2)

    @mute_logger(JOURNAL)
    def test_an_item_that_goes_on_failing_ends_as_failed_and_can_be_processed_again(
        self,
    ):
        with self._break_on("mal"):
            self.receive(self._message(text="mal"))
            event = self.events()
            for _try in range(POLICY.attempts - 1):
                event.next_try = False
                self.process()
            self.assertEqual((event.state, event.attempts), ("failed", POLICY.attempts))

        event.action_process_again()
        self.process()

        self.assertEqual(event.state, "done")
        self.assertEqual(len(self.channel().message_ids), 1)

    def test_a_batch_of_several_people_has_the_right_authors(self):
        body = self._body(
            self._message("573012345678", "soy Ana"),
            self._message("573112223344", "soy Luis"),
        )
        self.assertEqual(self.post(body).status_code, 200)
        self.process()

        for person, text in (("573012345678", "soy Ana"), ("573112223344", "soy Luis")):
            message = self.channel(person).message_ids
            self.assertEqual(message.body.striptags(), text)
            self.assertEqual(message.author_guest_id.gateway_token, person)

    def test_nothing_is_sent_back_to_the_customer(self):
        # The second one comes while the window is open: an echo would be queued.
        for _n in range(2):
            self.receive(self._message())

        self.assertEqual(self.events().mapped("state"), ["done"] * 2)
        self.assertFalse(
            self.env["whatsapp.message.queue"].search(
                [("gateway_id", "=", self.gateway.id)]
            )
        )

    def test_an_unknown_type_is_shown_and_kept(self):
        channel = self.receive(self._message(type="poll_vote", poll_vote={"x": 1}))

        self.assertIn("poll_vote", channel.message_ids.body)
        self.assertEqual(self.events().state, "done")

    def test_a_status_without_message_waits_and_is_ignored_after_a_day(self):
        status = {
            "id": "wamid.NOBODY",
            "status": "sent",
            "timestamp": "1760000000",
            "recipient_id": "573012345678",
        }
        self.receive(statuses=[status])
        event = self.events()
        self.assertEqual((event.state, event.attempts), ("pending", 1))

        event.next_try = False
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE whatsapp_webhook_event"
            " SET create_date = create_date - interval '25 hours' WHERE id = %s",
            (event.id,),
        )
        self.process()

        self.assertEqual(event.state, "ignored")

    def test_what_one_person_wrote_is_stored_one_after_the_other(self):
        """Else the later of two that come at once may be committed, and seen, first."""
        journal = self.env["whatsapp.webhook.event"]
        mine, others = self._message(), self._message("573015550099")
        with sql_db.db_connect(self.env.cr.dbname).cursor() as elsewhere:
            elsewhere.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                (ARRIVAL_SPACE, f"{self.gateway.id}:{mine['from']}"),
            )
            self.env.cr.execute("SET LOCAL lock_timeout = '200ms'")
            with self.assertRaises(errors.LockNotAvailable), self.env.cr.savepoint():
                journal._store(self.gateway, parse_body(self._body(mine)))
            journal._store(self.gateway, parse_body(self._body(others)))
            elsewhere.rollback()
        journal._store(self.gateway, parse_body(self._body(mine)))
        self.assertEqual(
            self.events().mapped("external_id"), [others["id"], mine["id"]]
        )

    def test_the_worker_is_woken_by_each_new_item(self):
        cron = self.env.ref("crm_whatsapp_gateway.ir_cron_inbound")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.post(self._body(self._message()))
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers,
        )

    def test_what_failed_is_forgotten_in_time_too(self):
        self.receive(self._message())
        event = self.events()
        event.state = "failed"
        self.env.flush_all()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=31)):
            event._gc_payloads()
        self.assertFalse(event.payload)

    def test_payloads_are_forgotten_but_keys_stay_known(self):
        message = self._message()
        self.receive(message)
        event = self.events()
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), days=31)):
            event._gc_payloads()
        self.env.flush_all()
        self.assertFalse(event.payload)

        self.receive(message)

        self.assertEqual(len(self.events()), 1)
