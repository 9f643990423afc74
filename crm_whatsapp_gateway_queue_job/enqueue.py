"""Jobs that run a queue of WhatsApp, enqueued right after a commit.

A job is enqueued by a post-commit hook, in a transaction of its own. What was just
committed is then older than the snapshot in which pending jobs are looked for: a job
that is pending in it starts later, and is certain to see it. In the writer's own
transaction, a job could seem pending that had started, and looked, before the commit.

Should the process die between commit and hook, the scheduled action takes over, as it
does when no job runner is alive: every trigger arms it, :data:`SAFETY` later.
"""

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, fields

from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

_logger = logging.getLogger(__name__)

INBOUND, OUTBOUND = "root.whatsapp.inbound", "root.whatsapp.outbound"
# When the scheduled action looks after what a job should have done.
SAFETY = timedelta(minutes=1)
# A job that no HTTP worker has accepted for so long may belong to a dead node: it
# counts as pending no more. queue_job itself requeues it later.
ACCEPTED = timedelta(seconds=5)
# In the data of a cursor's post-commit hooks: the jobs to enqueue.
JOBS = "crm_whatsapp_gateway_queue_job.jobs"


class QueueJob(NamedTuple):
    """A job that stands for one run of a scheduled action.

    :ivar action: the scheduled action, XML id without module; one that is switched
        off has no jobs either
    :ivar at: earliest time, UTC, naive; None for as soon as possible
    """

    model: str
    method: str
    channel: str
    action: str
    at: datetime | None = None

    def enqueue(self, env):
        """Create the job unless the same one is pending."""
        if not env["ir.cron"]._whatsapp_job(self.action).active:
            return
        later = env[self.model].with_delay(
            channel=self.channel,
            eta=self.at,
            # What fails is recorded and retried by the queue itself.
            max_retries=1,
            identity_key=self._identity_key(env),
        )
        getattr(later, self.method)()

    def _identity_key(self, env):
        """Return the key under which a pending job is the same as this one."""
        key = f"{self.model}.{self.method}:{self.at or 'now'}"
        unaccepted = env["queue.job"].search(
            [
                ("identity_key", "=like", f"{key}%"),
                ("state", "=", "enqueued"),
                ("date_enqueued", "<", fields.Datetime.now() - ACCEPTED),
            ],
            order="id desc",
            limit=1,
        )
        return f"{key}:{unaccepted.uuid}" if unaccepted else key


def enqueue_after_commit(env, job):
    """Have a :class:`QueueJob` enqueued once this transaction is committed."""
    postcommit = env.cr.postcommit
    if JOBS not in postcommit.data:
        # Without the user's language and rights, as the scheduled action works.
        own_env = env(user=SUPERUSER_ID, context={})
        postcommit.data[JOBS] = set()
        postcommit.add(lambda: _enqueue(own_env, postcommit.data.pop(JOBS)))
    postcommit.data[JOBS].add(job)


def _enqueue(env, jobs):
    """Enqueue jobs; never raises, since the work is committed already."""

    def enqueue(own_env):
        for job in jobs:
            job.enqueue(own_env)

    try:
        in_transaction(env, enqueue)
    # pylint: disable-next=broad-exception-caught
    except Exception as error:  # the scheduled action is armed
        _logger.warning(
            "WhatsApp jobs are left to the scheduled action: %s",
            type(error).__name__,
            exc_info=True,
        )
