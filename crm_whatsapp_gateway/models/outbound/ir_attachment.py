from odoo import models


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _delete_and_notify(self, message=None):
        """A file of a message that waits is not sent; one that left stays on record.

        :raise UserError: for a file of a message that left
        """
        own = (message or self.env["mail.message"]).sudo()
        sent = own | own.gateway_message_ids
        sent._whatsapp_check_editable()
        res = super()._delete_and_notify(message)
        sent._whatsapp_follow_edit()
        return res
