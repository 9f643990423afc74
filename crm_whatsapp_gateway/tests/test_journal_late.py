from datetime import timedelta

from odoo import fields, sql_db
from odoo.tests import tagged

from .common import WhatsappCase

PERSON = "573015552001"


@tagged("post_install", "-at_install")
class TestLateDelivery(WhatsappCase):
    """A2: what Meta delivers late, or again, costs what a fresh delivery costs."""

    def at(self, **ago):
        moment = fields.Datetime.now() - timedelta(**ago)
        return str(int(moment.timestamp()))

    def window_triggers(self):
        job = self.env.ref("crm_whatsapp_gateway.ir_cron_windows")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])

    def test_messages_of_a_long_outage_are_shown_with_their_window_closed(self):
        self.window_triggers().unlink()
        late = [
            self._message(PERSON, str(n), timestamp=self.at(hours=25))
            for n in range(30)
        ]
        channel = self.receive(*late)

        self.assertEqual(self.events().mapped("state"), ["done"] * 30)
        self.assertEqual(channel.whatsapp_state, "expired")
        self.assertEqual(channel.whatsapp_unread, 30)
        self.assertFalse(channel.whatsapp_window_open)
        # Nothing is left for the job that closes windows.
        self.assertFalse(self.window_triggers())

    def test_one_trigger_serves_all_windows(self):
        self.window_triggers().unlink()
        for n in range(5):
            self.receive(self._message(f"57301555201{n}", timestamp=self.at()))
        self.assertEqual(len(self.window_triggers()), 1)

    def test_the_job_that_closes_windows_does_not_trigger_itself_at_once(self):
        self.receive(self._message(PERSON, timestamp=self.at()))
        self.window_triggers().unlink()
        self.env["discuss.channel"]._cron_whatsapp_windows()
        due = self.window_triggers().mapped("call_at")
        self.assertEqual(len(due), 1)
        self.assertGreater(due[0], fields.Datetime.now() + timedelta(hours=23))

    def test_a_late_message_rewinds_nothing(self):
        channel = self.receive(self._message(PERSON, "ahora", timestamp=self.at()))
        end = channel.whatsapp_window_end
        self.receive(self._message(PERSON, "de ayer", timestamp=self.at(hours=25)))

        self.assertEqual(channel.whatsapp_window_end, end)
        self.assertEqual(channel.whatsapp_preview, "ahora")
        self.assertEqual(channel.whatsapp_state, "us")
        self.assertEqual(channel.whatsapp_unread, 2)
        self.assertTrue(channel.whatsapp_window_open)

    def test_a_message_whose_journal_key_is_gone_is_not_shown_again(self):
        message = self._message(PERSON, "una vez")
        channel = self.receive(message)
        self.events().unlink()
        self.receive(message)

        self.assertEqual(self.events().state, "done")
        self.assertEqual(self.events().message_id.res_id, channel.id)
        self.assertEqual(self.lead_messages(channel.lead_id), ["una vez"])
        self.assertEqual(len(channel.message_ids), 1)
        self.assertEqual(channel.whatsapp_unread, 1)

    def test_many_messages_of_one_person_cost_each_what_few_cost(self):
        def statements_each(count):
            before = sql_db.sql_counter
            sent = [self._message(PERSON, str(n)) for n in range(count)]
            self.post(self._body(*sent))
            self.process()
            return (sql_db.sql_counter - before) / count

        statements_each(20)
        few, many = statements_each(20), statements_each(200)
        self.assertLess(many, 1.5 * few)
