"""HTTP processes that have answered Meta work the journal for a moment.

One scheduled action works what came in, and one process at a time runs it. OCA alone
works each webhook in the process that took it, so a burst has as many hands as there
are processes; here they have a lane each, and people keep the other half. See ADR 0318.
"""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import config

from ..tools import const
from .transaction import in_transaction

LANE_SPACE = 0x57414C  # "WAL", first key of the lanes' advisory locks
# A process is soon back for people and for Meta.
HELP_SECONDS = 1
# The worker looks when nobody can have helped any more: a process died.
SAFETY_SECONDS = 10


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _lanes(self):
        """How many HTTP processes may work the journal at the same time: half.

        None where all requests share one process: it would be no faster.
        """
        return int(config["workers"] or 0) // 2

    @api.model
    def _arm_worker(self):
        """Have the worker look in a while, should no process do it after its answer.

        One alarm at a time, and nobody is woken for it now.
        """
        job = self.env["ir.cron"]._whatsapp_job(const.RECEIVING_JOB, 1)
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at)
            SELECT %(job)s, %(at)s WHERE NOT EXISTS (
                SELECT 1 FROM ir_cron_trigger
                 WHERE cron_id = %(job)s AND call_at > %(now)s)
            """,
            {
                "job": job.id,
                "now": now,
                "at": now + timedelta(seconds=SAFETY_SECONDS),
            },
        )

    @api.model
    def _help_worker(self):
        """Work the journal in a free lane; without one there are enough hands.

        Who finds no lane leaves his items to those who have one, and to the worker,
        who comes too then. Nothing is left lying: whoever gives a lane back looks once
        more.
        """
        end = time.monotonic() + HELP_SECONDS
        if not self._work_in_lane(end):
            in_transaction(self.env, lambda env: env[self._name]._call_worker())
            return
        while in_transaction(self.env, lambda env: env[self._name]._is_due()):
            if time.monotonic() >= end:
                self._wake_worker()
            if time.monotonic() >= end or not self._work_in_lane(end):
                return

    @api.model
    def _call_worker(self):
        """Wake the worker, unless it is called already or at work."""
        job = self.env["ir.cron"]._whatsapp_job(const.RECEIVING_JOB, 1)
        self.env.cr.execute(
            "SELECT 1 FROM ir_cron_trigger"
            " WHERE cron_id = %s AND call_at <= %s LIMIT 1",
            (job.id, fields.Datetime.now()),
        )
        if not self.env.cr.fetchone():
            self._wake_worker()

    @api.model
    def _work_in_lane(self, end):
        """Work what is due.

        :return: False when no lane is free
        """
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT 1 FROM generate_series(1, %s) lane"
                " WHERE pg_try_advisory_xact_lock(%s, lane) LIMIT 1",
                (self._lanes(), LANE_SPACE),
            )
            if not cr.fetchone():
                return False
            busy = set()
            while time.monotonic() < end:
                if not (self._process_due(busy, end) or self._wait_for_others(busy)):
                    break
            return True

    @api.model
    def _is_due(self):
        """Whether an item waits to be worked now."""
        self.env.cr.execute(
            """
            SELECT 1 FROM whatsapp_webhook_event
             WHERE state = 'pending'
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             UNION ALL
            SELECT 1 FROM whatsapp_webhook_event
             WHERE state = 'posted'
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             LIMIT 1
            """
        )
        return bool(self.env.cr.fetchone())
