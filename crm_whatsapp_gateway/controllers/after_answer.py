"""HTTP processes help the journal's worker, once Meta has its answer.

An Odoo with several processes has one scheduled action for what comes in, and one
process at a time runs it. OCA alone works each webhook in the process that took it,
so a burst has as many hands as there are processes. So that the bridge has them too,
a process that has answered Meta works the journal for a moment: the answer is out, and
the connection is closed after the work. See ADR 0318.
"""

import logging
from typing import Any

from odoo import SUPERUSER_ID, api
from odoo.tools import config

_logger = logging.getLogger(__name__)

# A process is soon back for people and for Meta.
SECONDS = 1


def lanes() -> int:
    """How many processes may help at the same time: half, the others are people's.

    None where all requests share one process: it would be no faster.
    """
    return int(config["workers"] or 0) // 2


def work(registry: Any) -> None:
    """Work the journal, unless enough other processes do.

    Never raises: the worker does what is left, and Meta has its answer.

    :param registry: Odoo's registry of the database
    """
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["whatsapp.webhook.event"]._help_worker(lanes(), SECONDS)
    # pylint: disable-next=broad-exception-caught
    except Exception as error:  # the items are in the journal, for the worker
        _logger.warning(
            "WhatsApp: what came in is left to the worker: %s",
            type(error).__name__,
            exc_info=True,
        )
