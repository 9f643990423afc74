"""Several scheduled actions may share the work of one direction (setting).

One record of ``ir.cron`` runs in one thread at a time, so that more work at the same
time wants more records, and as many threads of Odoo (``max_cron_threads``, 2 by
default, other jobs included).
"""

from odoo import api, models

from ...tools import const

MODULE = "crm_whatsapp_gateway"


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _whatsapp_job(self, name, number):
        """The n-th scheduled action of a direction, empty when there is none.

        :param name: XML id of the first, without module
        """
        xmlid = f"{MODULE}.{name}" if number == 1 else f"{MODULE}.{name}_{number}"
        # Cached, and not asked of the database each time as env.ref does: a scheduled
        # action that is deleted takes its XML id along.
        job_id = self.env["ir.model.data"]._xmlid_to_res_id(
            xmlid, raise_if_not_found=False
        )
        return self.browse(job_id or []).sudo()

    @api.model
    def _whatsapp_wake(self, name, at=None):
        """Run all scheduled actions of a direction, now or at a time (UTC)."""
        count = self.env["whatsapp.message.queue"]._get_number(const.JOBS[name], 1)
        for number in range(1, max(count, 1) + 1):
            for job in self._whatsapp_job(name, number):
                job._trigger(at=at)

    @api.model
    def _whatsapp_set_jobs(self, name, count):
        """Have as many scheduled actions of a direction as were asked for."""
        first = self._whatsapp_job(name, 1)
        for number in range(2, const.MOST_JOBS + 1):
            job = self._whatsapp_job(name, number)
            if number <= count and not job:
                job = first.copy({"name": f"{first.name} ({number})", "active": True})
                self._whatsapp_name(job, f"{name}_{number}")
            elif number > count and job:
                action = job.ir_actions_server_id
                job.unlink()
                action.exists().unlink()

    @api.model
    def _whatsapp_name(self, job, name):
        """Give a scheduled action its XML id, by which removing the module finds it."""
        action = job.ir_actions_server_id
        self.env["ir.model.data"].sudo().create(
            [
                {
                    "module": MODULE,
                    "name": own_name,
                    "model": record._name,
                    "res_id": record.id,
                    "noupdate": True,
                }
                # Removing goes from the last to the first, and the action is the
                # job's foundation.
                for own_name, record in ((f"{name}_action", action), (name, job))
            ]
        )
