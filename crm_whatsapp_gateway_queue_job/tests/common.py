from odoo.addons.crm_whatsapp_gateway.tests.common_outbound import OutboundCase


class QueueJobCase(OutboundCase):
    """Journal and outbox without jobs and triggers, and a commit on demand."""

    def setUp(self):
        super().setUp()
        self.journal = self.env["whatsapp.webhook.event"]
        self.outbox = self.env["whatsapp.message.queue"]
        self.env.flush_all()
        self.env.cr.postcommit.clear()
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env["queue.job"].search([]).unlink()

    def commit(self):
        """Do what a real commit does; tests have none."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def jobs(self, channel):
        """Return the jobs of a channel, oldest first."""
        return self.env["queue.job"].search([("channel", "=", channel)], order="id")

    def triggers(self, name):
        """Return when a scheduled action of the bridge is triggered, sorted."""
        self.env.flush_all()
        action = self.env.ref(f"crm_whatsapp_gateway.{name}")
        domain = [("cron_id", "=", action.id)]
        return sorted(self.env["ir.cron.trigger"].search(domain).mapped("call_at"))
