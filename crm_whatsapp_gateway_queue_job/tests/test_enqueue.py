from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.crm_whatsapp_gateway.processing import inbound

from ..enqueue import INBOUND, OUTBOUND, QueueJob
from .common import QueueJobCase

MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestEnqueue(QueueJobCase):
    """A36: which jobs there are, and when the scheduled action comes after them."""

    def test_a_stored_webhook_is_one_job_after_the_commit(self):
        self.post(self._body(self._message()))
        self.assertFalse(self.jobs(INBOUND))
        self.journal._trigger_processing()
        self.journal._trigger_processing()
        self.assertFalse(self.jobs(INBOUND))

        self.commit()

        [job] = self.jobs(INBOUND)
        self.assertEqual((job.state, job.max_retries, job.eta), ("pending", 1, False))
        self.assertEqual(job.model_name, "whatsapp.webhook.event")
        self.assertEqual(job.method_name, "_cron_process")
        self.assertTrue(job.identity_key)

    def test_the_scheduled_action_of_the_journal_is_armed_a_minute_later(self):
        before = fields.Datetime.now()
        self.journal._trigger_processing()
        self.journal._trigger_processing()

        [at] = self.triggers("ir_cron_inbound")
        self.assertGreaterEqual(at, before + MINUTE)
        self.assertLessEqual(at, fields.Datetime.now() + MINUTE)

    def test_a_worker_that_is_awake_needs_no_job_and_the_action_is_armed(self):
        with patch.object(inbound, "is_worker_awake", return_value=True):
            self.journal._trigger_processing()
            self.commit()

        self.assertFalse(self.jobs(INBOUND))
        self.assertEqual(len(self.triggers("ir_cron_inbound")), 1)

    def test_a_backlog_is_a_job_beside_the_first(self):
        self.journal._trigger_processing()
        self.commit()
        self.journal._trigger_second()
        self.journal._trigger_second()

        methods = self.jobs(INBOUND).mapped("method_name")
        self.assertEqual(methods, ["_cron_process", "_cron_process_backlog"])
        self.assertFalse(self.triggers("ir_cron_inbound_backlog"))

    def test_a_message_written_is_one_job_and_a_trigger_a_minute_later(self):
        before = fields.Datetime.now()
        self.send("uno")
        self.send("dos")
        self.assertFalse(self.jobs(OUTBOUND))

        self.commit()

        [job] = self.jobs(OUTBOUND)
        self.assertEqual((job.method_name, job.max_retries), ("_cron_send", 1))
        self.assertFalse(job.eta)
        self.assertFalse(self.graph.calls)
        [at] = self.triggers("ir_cron_outbound")
        self.assertGreaterEqual(at, before + MINUTE)

    def test_a_rollback_enqueues_nothing(self):
        with self.env.registry.cursor() as cr:
            self.journal.with_env(self.env(cr=cr))._trigger_processing()
            self.assertTrue(cr.postcommit.data)
            cr.rollback()
            cr.postcommit.run()

        self.assertFalse(self.jobs(INBOUND))

    def test_a_pending_job_is_enough_for_later_commits(self):
        for _commit in range(3):
            self.journal._trigger_processing()
            self.commit()

        self.assertEqual(len(self.jobs(INBOUND)), 1)

    def test_a_job_that_has_started_is_followed_by_another(self):
        self.journal._trigger_processing()
        self.commit()
        self.jobs(INBOUND).write({"state": "started"})
        for _commit in range(2):
            self.journal._trigger_processing()
            self.commit()

        self.assertEqual(self.jobs(INBOUND).mapped("state"), ["started", "pending"])

    def test_a_job_that_no_worker_accepts_is_followed_by_another(self):
        self.journal._trigger_processing()
        self.commit()
        lost = self.jobs(INBOUND)
        now = fields.Datetime.now()
        for late, expected in ((0, 1), (10, 2), (10, 2)):
            lost.write(
                {"state": "enqueued", "date_enqueued": now - timedelta(seconds=late)}
            )
            self.journal._trigger_processing()
            self.commit()
            self.assertEqual(len(self.jobs(INBOUND)), expected, late)

    def test_a_later_time_is_a_job_with_an_eta_and_a_trigger_after_it(self):
        at = fields.Datetime.now() + timedelta(minutes=5)
        self.outbox._trigger_processing(at=at)
        self.outbox._trigger_processing(at=fields.Datetime.to_string(at))
        self.commit()

        [job] = self.jobs(OUTBOUND)
        self.assertEqual(job.eta, at)
        self.assertEqual(set(self.triggers("ir_cron_outbound")), {at + MINUTE})

    def test_a_job_for_later_does_not_stand_for_one_for_now(self):
        at = fields.Datetime.now() + timedelta(minutes=5)
        self.outbox._trigger_processing(at=at)
        self.commit()
        self.outbox._trigger_processing()
        self.outbox._trigger_processing(at=fields.Datetime.now() - MINUTE)
        self.commit()

        self.assertEqual(self.jobs(OUTBOUND).mapped("eta"), [at, False])

    def test_a_scheduled_action_that_is_switched_off_has_no_jobs(self):
        self.env.ref("crm_whatsapp_gateway.ir_cron_inbound").active = False
        self.journal._trigger_processing()
        self.outbox._trigger_processing()
        self.commit()

        self.assertFalse(self.jobs(INBOUND))
        self.assertEqual(len(self.jobs(OUTBOUND)), 1)

    def test_a_job_that_cannot_be_enqueued_breaks_nothing_that_was_committed(self):
        self.journal._trigger_processing()
        with (
            patch.object(QueueJob, "enqueue", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.crm_whatsapp_gateway_queue_job.enqueue"),
        ):
            self.commit()

        self.assertFalse(self.jobs(INBOUND))
        self.assertEqual(len(self.triggers("ir_cron_inbound")), 1)

    def test_a_neutralized_copy_has_no_job_left(self):
        self.journal._trigger_processing()
        self.outbox._trigger_processing()
        self.commit()
        path = "crm_whatsapp_gateway_queue_job/data/neutralize.sql"
        with file_open(path) as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

        states = (self.jobs(INBOUND) | self.jobs(OUTBOUND)).mapped("state")
        self.assertEqual(states, ["cancelled"] * 2)
