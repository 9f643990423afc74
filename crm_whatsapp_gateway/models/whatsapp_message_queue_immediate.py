"""Mode of small databases: messages leave right after their writer's commit.

Apart from the model for its length. Never inside the transaction: one that is rolled
back or replayed must not have sent anything.
"""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..tools import const

_logger = logging.getLogger(__name__)

WAITING = "crm_whatsapp_gateway.conversations_to_send"


class WhatsappMessageQueue(models.Model):
    _inherit = "whatsapp.message.queue"

    def _dispatch(self):
        mode = self.env["ir.config_parameter"].sudo().get_param(const.OUTBOUND_MODE)
        if mode != const.AT_ONCE:
            super()._dispatch()
            return
        # Should this process die after the commit, the worker takes over.
        soon = fields.Datetime.now() + timedelta(seconds=const.IMMEDIATE_SECONDS)
        self._wake_worker(at=soon)
        after_commit = self.env.cr.postcommit
        if WAITING not in after_commit.data:
            after_commit.data[WAITING] = set()
            after_commit.add(
                lambda: self._send_after_commit(after_commit.data.pop(WAITING))
            )
        after_commit.data[WAITING].update(self.channel_id.ids)

    @api.model
    def _send_after_commit(self, channel_ids):
        """Send what is due in these conversations; never raises.

        The user's work is committed: an error here would tell them that it is not.
        """
        # As the cron works: without the user's language and rights.
        queue = self.env(user=SUPERUSER_ID, context={})[self._name]
        try:
            queue._send_due(const.IMMEDIATE_SECONDS, list(channel_ids))
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # the rows wait in the queue, for the worker
            _logger.warning(
                "WhatsApp messages are left to the worker: %s",
                type(error).__name__,
                exc_info=True,
            )
