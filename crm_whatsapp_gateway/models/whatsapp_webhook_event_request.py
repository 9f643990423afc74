"""Mode of small databases: the journal is worked inside the request.

Apart from the model for its length. What is stored is committed first, on a cursor
of its own, so an item outlives whatever its work does.
"""

import logging
import time
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..tools import const
from .transaction import in_transaction

_logger = logging.getLogger(__name__)

WAKE_AT = "whatsapp_wake_at"


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _receive(self, gateway, items):
        """Store the items of a webhook, and see to it that they are worked.

        Never raises for what goes wrong at work: Meta is answered 200, and the item
        stays in the journal.

        :return: whether something is left to do once Meta has its answer
        """
        mode = self.env["ir.config_parameter"].sudo()
        if mode.get_param(const.INBOUND_MODE) != const.IN_REQUEST:
            return bool(self._store(gateway, items))
        # As the cron works: without the user, language and guest of the request.
        journal = self.env(user=SUPERUSER_ID, context={})[self._name]
        # Should this process die, the worker takes over.
        wake_at = fields.Datetime.now() + timedelta(seconds=const.REQUEST_SECONDS)
        conversations = in_transaction(
            journal.with_context(**{WAKE_AT: wake_at}).env,
            lambda env: env[self._name]._store_for_request(gateway, items),
        )
        try:
            journal._process_in_request(conversations)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # the items wait in the journal, for the worker
            _logger.warning(
                "WhatsApp webhook of gateway %s is left to the worker: %s",
                gateway.id,
                type(error).__name__,
                exc_info=True,
            )
        return False

    @api.model
    def _store_for_request(self, gateway, items):
        """Store items; (gateway id, person) of each conversation that is due."""
        if not self._store(gateway.with_env(self.env).sudo(), items):
            return []
        self.env.cr.execute(
            """
            SELECT gateway_id, person
              FROM whatsapp_webhook_event
             WHERE state = 'pending' AND person IN %s
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             GROUP BY gateway_id, person
             ORDER BY min(id)
            """,
            (tuple({item.person for item in items}),),
        )
        return self.env.cr.fetchall()

    @api.model
    def _process_in_request(self, conversations):
        """Work conversations for as long as Meta may be kept waiting.

        What is left (time is up, an item failed, another request is at work on the
        conversation) is the worker's.
        """
        end = time.monotonic() + const.REQUEST_SECONDS
        for gateway_id, person in conversations:
            self._process_conversation(gateway_id, person, end)
        in_transaction(self.env, lambda env: env[self._name]._trigger_next())

    @api.model
    def _wake_worker(self, at=None):
        return super()._wake_worker(at=at or self.env.context.get(WAKE_AT))
