from odoo.tests import tagged

from odoo.addons.crm_whatsapp_gateway.tests.common_outbound import down
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.job import Job

from ..enqueue import INBOUND, OUTBOUND
from .common import QueueJobCase


@tagged("post_install", "-at_install")
class TestRun(QueueJobCase):
    """A36: what a job does, run as queue_job's own controller runs it."""

    def run_job(self, channel):
        """Run a channel's only job, on a cursor that must not be committed."""
        self.commit()
        [record] = self.jobs(channel)
        RunJobController._runjob(self.env, Job.load(self.env, record.uuid))
        self.env.invalidate_all()
        return record

    def test_a_job_shows_the_message_and_creates_the_lead(self):
        self.post(self._body(self._message("573019998877", "Hola")))
        self.journal._trigger_processing()

        self.assertEqual(self.run_job(INBOUND).state, "done")

        channel = self.channel("573019998877")
        self.assertEqual(self.lead_messages(channel.lead_id), ["Hola"])
        self.assertIn(channel.lead_id.user_id, self.advisers.user_id)

    def test_a_job_sends_what_waits_in_order(self):
        rows = self.send("uno") + self.send("dos")

        self.assertEqual(self.run_job(OUTBOUND).state, "done")

        self.assertEqual(self.graph.texts, ["uno", "dos"])
        self.assertEqual(rows.mapped("state"), ["success"] * 2)

    def test_a_failed_call_is_retried_by_the_outbox_and_not_by_the_job(self):
        self.graph.will(down())
        row = self.send("uno")

        self.assertEqual(self.run_job(OUTBOUND).state, "done")

        self.assertEqual((row.state, row.retry_count), ("pending", 1))
        self.assertEqual(len(self.graph.calls), 1)
