"""What a process does once Meta has its answer, before it closes the connection."""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def work(registry):
    """Work the journal for a moment, unless enough other processes do.

    Never raises: the worker does what is left, and Meta has its answer.

    :param registry: Odoo's registry of the database
    """
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["whatsapp.webhook.event"]._help_worker()
    # pylint: disable-next=broad-exception-caught
    except Exception as error:  # the items are in the journal, for the worker
        _logger.warning(
            "WhatsApp: what came in is left to the worker: %s",
            type(error).__name__,
            exc_info=True,
        )
