from odoo import api, fields, models

from odoo.addons.crm_whatsapp_gateway.models.webhook.whatsapp_webhook_event import (
    PROCESSING_JOB,
)

from ..enqueue import INBOUND, SAFETY, QueueJob, enqueue_after_commit


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _trigger_processing(self):
        """Enqueue a job after the commit; the scheduled action is its safety net."""
        enqueue_after_commit(
            self.env, QueueJob(self._name, "_cron_process", INBOUND, PROCESSING_JOB)
        )
        self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)._whatsapp_trigger_by(
            fields.Datetime.now() + SAFETY
        )
