from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _message_update_content(self, message, *args, **kwargs):
        # 18.0 removes the notifications of an emptied message, so that OCA's hook
        # is not called for it. The signature differs between the series.
        res = super()._message_update_content(message, *args, **kwargs)
        if self.channel_type == "gateway":
            message._whatsapp_cancel_if_empty()
        return res
