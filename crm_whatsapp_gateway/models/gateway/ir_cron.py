from odoo import api, fields, models

MODULE = "crm_whatsapp_gateway"


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _whatsapp_job(self, name):
        """Return a scheduled action of this module, empty when it was deleted.

        :param name: XML id without module
        """
        # Cached, unlike env.ref, which asks the database each time.
        job_id = self.env["ir.model.data"]._xmlid_to_res_id(
            f"{MODULE}.{name}", raise_if_not_found=False
        )
        return self.browse(job_id or []).sudo()

    def _whatsapp_trigger(self):
        """Run these scheduled actions as soon as this transaction is committed.

        As Odoo's ``_trigger``, with one statement: each webhook calls it.
        """
        for job in self:
            self.env.cr.execute(
                "INSERT INTO ir_cron_trigger (cron_id, call_at)"
                " SELECT id, %s FROM ir_cron WHERE id = %s AND active",
                (fields.Datetime.now(), job.id),
            )
            self.env.cr.postcommit.add(job._notifydb)

    def _whatsapp_trigger_by(self, at):
        """Have these scheduled actions triggered at a time, or earlier.

        Adds nothing when a trigger between now and then is there already.

        :param at: UTC, naive
        """
        for job in self:
            self.env.cr.execute(
                """
                INSERT INTO ir_cron_trigger (cron_id, call_at)
                SELECT %(job)s, %(at)s WHERE NOT EXISTS (
                    SELECT 1 FROM ir_cron_trigger
                     WHERE cron_id = %(job)s
                       AND call_at > %(now)s AND call_at <= %(at)s)
                """,
                {"job": job.id, "at": at, "now": fields.Datetime.now()},
            )
