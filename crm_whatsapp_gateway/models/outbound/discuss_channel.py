from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    # The signature differs between the series.
    def _message_update_content(self, message, *args, **kwargs):
        """Change a message that waits; one that left stays as the customer has it."""
        message._whatsapp_check_editable()
        res = super()._message_update_content(message, *args, **kwargs)
        message._whatsapp_follow_edit()
        return res

    def _whatsapp_refresh_preview(self, message):
        """Show a message's new content in the inbox, if it is the last one."""
        last = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "comment"),
            ],
            order="id desc",
            limit=1,
        )
        if message == last:
            self.whatsapp_preview = self._whatsapp_preview_of(message)
