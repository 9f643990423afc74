from odoo import api, fields, models

from odoo.addons.crm_whatsapp_gateway.models.webhook.whatsapp_webhook_event import (
    PROCESSING_JOB,
    SECOND_JOB,
)
from odoo.addons.crm_whatsapp_gateway.processing import inbound
from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

from ..enqueue import INBOUND, SAFETY, QueueJob, enqueue_after_commit


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _trigger_processing(self):
        """Enqueue a job after the commit; the scheduled action is its safety net."""
        if not inbound.is_worker_awake(self.env):
            enqueue_after_commit(
                self.env, QueueJob(self._name, "_cron_process", INBOUND, PROCESSING_JOB)
            )
        self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)._whatsapp_trigger_by(
            fields.Datetime.now() + SAFETY
        )

    @api.model
    def _trigger_second(self):
        """Enqueue a job that helps with more than a batch."""
        job = QueueJob(self._name, "_cron_process_backlog", INBOUND, SECOND_JOB)
        in_transaction(self.env, job.enqueue)
