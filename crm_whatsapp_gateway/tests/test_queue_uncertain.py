from datetime import timedelta
from unittest.mock import patch

import requests

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..processing.outbound import OutboxQueue
from .common_outbound import OutboundCase, answer, down, error

GRACE = 600
# Twice connecting, reading and the longest body: a file, then its message.
CALL_SECONDS = 70
WORKER = "odoo.addons.crm_whatsapp_gateway.processing.outbound"


@tagged("post_install", "-at_install")
class TestQueueUncertain(OutboundCase):
    """A message that may have arrived is never repeated by itself."""

    def lost(self, text="Hola"):
        row = self.send(text)
        self.graph.will(requests.ReadTimeout())
        self.work()
        self.assertEqual(row.state, "uncertain")
        return row

    def die_with(self, row, called_at):
        """As a worker leaves a row that is killed."""
        row.write(
            {"state": "processing", "claimed_at": self.now, "called_at": called_at}
        )

    def test_lost_answers_are_uncertain_and_not_repeated(self):
        cases = {
            "read timeout": requests.ReadTimeout(),
            "reset": requests.ConnectionError(ConnectionResetError()),
            "closed": requests.exceptions.ProxyError("closed"),
            "garbage": answer(200, content=b"<html>"),
            "no wamid": answer(200, {"messages": []}),
        }
        for name, reply in cases.items():
            with self.subTest(name):
                row = self.send(name)
                row.action_retry_now()  # past the breaker, which is not meant here
                calls = len(self.graph.calls)
                self.graph.will(reply)
                self.work()
                self.assertEqual(row.state, "uncertain")
                self.assertEqual(row.retry_count, 0)
                self.pass_time(GRACE + 1)
                self.work()
                self.assertEqual(row.state, "uncertain")
                self.assertEqual(len(self.graph.calls), calls + 1)

    def test_status_webhook_resolves_it_by_callback_data(self):
        row = self.lost()
        waiting = self.send("despues")
        self.assertTrue(self.status(row, "delivered", id="wamid.REAL"))
        self.assertEqual((row.state, row.whatsapp_state), ("success", "delivered"))
        self.assertEqual(row.wamid, "wamid.REAL")
        self.assertFalse(row.error_message)
        self.work()
        self.assertEqual(waiting.state, "success")
        self.assertEqual(self.graph.texts, ["Hola", "despues"])
        self.pass_time(GRACE)
        self.work()
        self.assertFalse(self.alerts())

    def test_failed_status_resolves_it_too(self):
        row = self.lost()
        self.status(row, "failed", id="wamid.REAL", errors=[{"code": 131026}])
        self.assertEqual((row.state, row.error_code), ("failed", "131026"))

    def test_conversation_waits_for_the_grace_then_a_person_is_asked(self):
        row = self.lost()
        waiting = self.send("despues")
        self.pass_time(GRACE - 1)
        self.work()
        self.assertEqual(waiting.state, "pending")
        self.assertFalse(self.alerts())
        notification = self.notification(row.message_id)
        self.assertEqual(notification.notification_status, "process")
        self.pass_time(1)
        self.work()
        self.assertEqual(waiting.state, "success")
        self.assertEqual(row.state, "uncertain")
        self.assertEqual(len(self.alerts()), 1)
        self.assertIn("unknown outcome", self.alerts().subject)
        self.assertEqual(notification.notification_status, "exception")
        self.work()
        self.assertEqual(len(self.alerts()), 1, "asked once")
        self.assertIn(row.failed_at + timedelta(seconds=GRACE), self.triggers())

    def test_person_says_send_again(self):
        row = self.lost()
        with self.assertRaises(UserError):
            row.with_user(self.adviser).action_retry_now()
        row.with_user(self.adviser).action_send_again()
        self.work()
        self.assertEqual(row.state, "success")
        self.assertEqual(self.graph.texts, ["Hola", "Hola"])
        self.assertEqual(
            row.attempt_ids.mapped("outcome"), ["uncertain", "again", "accepted"]
        )

    def test_status_of_the_first_call_comes_before_it_is_sent_again(self):
        row = self.lost()
        row.action_send_again()
        self.status(row, "sent", id="wamid.FIRST")
        self.work()
        self.assertEqual((row.state, row.wamid), ("success", "wamid.FIRST"))
        self.assertEqual(len(self.graph.calls), 1)

    def test_person_says_it_was_sent(self):
        row = self.lost()
        row.with_user(self.adviser).action_mark_sent()
        self.work()
        self.assertEqual((row.state, row.whatsapp_state), ("success", "sent"))
        self.assertEqual(len(self.graph.calls), 1)
        self.status(row, "read", id="wamid.REAL")
        self.assertEqual(row.whatsapp_state, "read")

    def test_error_after_acceptance_is_resolved_before_the_retry(self):
        row = self.send()
        self.graph.will(down)  # Meta took it all the same
        self.work()
        self.assertEqual(row.state, "pending")
        self.status(row, "sent", id="wamid.REAL")
        self.assertEqual((row.state, row.wamid), ("success", "wamid.REAL"))
        self.pass_time(3600)
        self.work()
        self.assertEqual(len(self.graph.calls), 1)

    def test_status_before_the_answer_is_kept(self):
        row = self.send()

        def reply():
            queue = row.with_env(self.env(user=1))
            queue.invalidate_recordset()
            self.status(row, "delivered", id="wamid.OUT1")
            return self.graph.accept()

        self.graph.will(reply)
        self.work()
        self.assertEqual((row.state, row.whatsapp_state), ("success", "delivered"))
        self.assertEqual(row.wamid, "wamid.OUT1")

    def test_status_before_a_lost_answer_is_kept(self):
        row = self.send()

        def reply():
            self.status(row, "sent", id="wamid.REAL")
            return requests.ReadTimeout()

        self.graph.will(reply)
        self.work()
        self.assertEqual((row.state, row.wamid), ("success", "wamid.REAL"))

    # -------------------------------------------------------------- crashes
    def test_row_of_a_dead_worker_becomes_uncertain(self):
        row, waiting = self.send(), self.send("después")
        self.die_with(row, called_at=self.now)
        self.pass_time(CALL_SECONDS)
        self.work()
        self.assertEqual(row.state, "processing", "a live worker may be at it")
        self.pass_time(1)
        self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertEqual(self.graph.calls, [])
        # The conversation goes on when the grace is over, counted from the call.
        self.pass_time(GRACE - CALL_SECONDS)
        self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertEqual(waiting.state, "success")
        self.assertEqual(self.graph.texts, ["después"])

    def test_a_claim_arms_the_look_at_it(self):
        row = self.send()
        with patch.object(OutboxQueue, "run", side_effect=KeyboardInterrupt):
            # Not assertRaises: that rolls back what was committed.
            try:
                self.work()
            except KeyboardInterrupt:
                died = True
        self.assertTrue(died)
        self.env.invalidate_all()
        self.assertEqual(row.state, "processing")
        self.assertTrue(row.called_at)
        soon = self.now + timedelta(seconds=CALL_SECONDS + 1)
        self.assertIn(soon, self.triggers())

    def test_row_of_a_worker_that_died_before_the_call_is_sent(self):
        row = self.send()
        self.die_with(row, called_at=False)
        self.pass_time(CALL_SECONDS + 1)
        self.work()
        self.assertEqual(row.state, "success")
        self.assertEqual(self.graph.texts, ["Buenas tardes"])

    def test_file_of_a_dead_worker_that_was_not_uploaded_is_sent(self):
        row = self.send("", attachment_ids=self.attachment().ids)
        self.die_with(row, called_at=False)
        self.pass_time(GRACE + 1)
        self.work()
        self.assertEqual(row.state, "success")
        self.assertEqual(self.graph.paths, ["media", "messages"])

    def test_live_worker_is_waited_for_whatever_the_grace(self):
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.uncertain_grace", "1"
        )
        row = self.send()
        self.die_with(row, called_at=self.now)
        self.pass_time(30)
        self.work()
        self.assertEqual(row.state, "processing")

    @mute_logger(WORKER)
    def test_result_that_cannot_be_stored_leaves_an_uncertain_row(self):
        row = self.send()
        other = self.send("otro", self.other_conversation())
        original = type(self.queue)._record_success

        def record(this, *args):
            if this == row:
                raise RuntimeError("disk full")
            return original(this, *args)

        with patch.object(type(self.queue), "_record_success", record):
            self.work()
        self.assertEqual(row.state, "uncertain")
        self.assertEqual(other.state, "success")
        self.assertEqual(len(self.graph.calls), 2)

    def test_hanging_api_makes_few_rows_uncertain(self):
        rows = self.send("a")
        for person in ("573110000001", "573110000002", "573110000003"):
            rows += self.send("b", self.other_conversation(person))
        self.graph.will(*[requests.ReadTimeout() for _row in rows])
        self.work()
        self.assertEqual(
            rows.mapped("state"), ["uncertain", "uncertain", "pending", "pending"]
        )

    def test_failed_row_proved_sent_is_not_sent_again(self):
        row = self.send()
        self.graph.will(error(100))
        self.work()
        self.assertEqual(row.state, "failed")
        self.status(row, "sent", id="wamid.REAL")
        self.assertEqual((row.state, row.whatsapp_state), ("success", "sent"))
