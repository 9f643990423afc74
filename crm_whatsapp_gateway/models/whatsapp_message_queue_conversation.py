from odoo import fields, models

from ..tools import graph_errors
from .discuss_channel_state import FAILURE, RECOVERY
from .whatsapp_message_queue import FAILED


class WhatsappMessageQueue(models.Model):
    _inherit = "whatsapp.message.queue"

    def _move(self, state, vals=None):
        """A message that could not be sent is shown on its conversation."""
        failed = self.filtered(lambda row: row.state == FAILED)
        res = super()._move(state, vals)
        if state == FAILED:
            (self - failed).channel_id._whatsapp_move(FAILURE)
            if (vals or {}).get("error_code") == graph_errors.MARKETING_STOPPED:
                now = fields.Datetime.now()
                self.channel_id._whatsapp_wish_marketing(False, now)
            return res
        for channel in failed.channel_id:
            if not self._others_failed(channel):
                channel._whatsapp_move(RECOVERY)
        return res

    def _others_failed(self, channel):
        """Whether something else has failed since we last wrote there."""
        since = channel.sudo().whatsapp_last_outbound_at
        return bool(
            self.search_count(
                [
                    ("channel_id", "=", channel.id),
                    ("state", "=", FAILED),
                    ("failed_at", ">=", since),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
        )
