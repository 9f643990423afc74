from odoo import api, models

CONTENT = {
    "access_token",
    "datas",
    "mimetype",
    "name",
    "public",
    "raw",
    "res_field",
    "res_id",
    "res_model",
    "type",
    "url",
}


class IrAttachment(models.Model):
    """A customer's file stays with the message that brought it."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not self.env.su and not CONTENT.isdisjoint(vals):
            self._whatsapp_check_own()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_whatsapp(self):
        if not self.env.su:
            self._whatsapp_check_own()

    def _delete_and_notify(self, message=None):
        # Discuss calls it with sudo.
        self._whatsapp_check_own()
        return super()._delete_and_notify(message)

    def _whatsapp_check_own(self):
        """Refuse to change files of messages that others wrote on WhatsApp.

        :raise AccessError: for all but who sent it
        """
        files = self.sudo().filtered(lambda one: one.res_model == "discuss.channel")
        if files:
            messages = self.env["mail.message"].sudo()
            messages = messages.search([("attachment_ids", "in", files.ids)])
            messages._whatsapp_check_own()
