from odoo import api, fields, models

from odoo.addons.crm_whatsapp_gateway.models.outbound.whatsapp_message_queue import (
    PROCESSING_JOB,
)

from ..enqueue import OUTBOUND, SAFETY, QueueJob, enqueue_after_commit


class WhatsappMessageQueue(models.Model):
    _inherit = "whatsapp.message.queue"

    @api.model
    def _trigger_processing(self, at=None):
        """Enqueue a job after the commit; the scheduled action is its safety net."""
        action = self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)
        now = fields.Datetime.now()
        at = fields.Datetime.to_datetime(at or None)
        if not at or at <= now:
            at = None
            action._whatsapp_trigger_by(now + SAFETY)
        elif action:
            action._trigger(at=at + SAFETY)
        enqueue_after_commit(
            self.env,
            QueueJob(self._name, "_cron_send", OUTBOUND, PROCESSING_JOB, at),
        )
