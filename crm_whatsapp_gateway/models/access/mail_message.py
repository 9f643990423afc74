"""Messages of a WhatsApp conversation stay as they were written."""

from odoo import api, models
from odoo.exceptions import AccessError

from ...tools.own_code import is_marked


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "whatsapp.protected"]

    _whatsapp_protected_fields = frozenset(
        (
            "gateway_message_id",
            "gateway_message_ids",
            "gateway_notification_ids",
            "whatsapp_wamid",
        )
    )

    def _whatsapp_protected_on_create(self, vals):
        names = super()._whatsapp_protected_on_create(vals)
        if vals.get("model") == "discuss.channel" and vals.get("res_id"):
            # Without message_post it would be nobody's and never sent.
            channel = self.env["discuss.channel"].sudo().browse(vals["res_id"])
            if channel.gateway_id.gateway_type == "whatsapp":
                names |= {"model", "res_id"}
        return names

    def write(self, vals):
        if vals and not self._whatsapp_is_own_code():
            self._whatsapp_check_own()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_whatsapp(self):
        if not self._whatsapp_is_own_code():
            self._whatsapp_check_own()

    def _whatsapp_check_own(self):
        """Refuse to change what others wrote in a WhatsApp conversation.

        Asked whatever ``sudo`` says: Discuss edits with it.

        :raise AccessError: for all but who wrote it; a director can erase a person
        """
        if not self.env.user._is_superuser() and self._whatsapp_of_others():
            raise AccessError(
                self.env._(
                    "What was written on WhatsApp stays as it was written. A director"
                    " can erase the person of a conversation."
                )
            )

    def _whatsapp_of_others(self):
        """Return these messages of WhatsApp conversations that others wrote.

        Their copies in a lead's chatter, too.
        """
        others = self.sudo().filtered(
            lambda one: one.author_id != self.env.user.partner_id
        )
        originals = others | others.gateway_message_ids
        own = originals.filtered(lambda one: one.model == "discuss.channel")
        channels = self.env["discuss.channel"].sudo().browse(own.mapped("res_id"))
        whatsapp = channels.exists().filtered(
            lambda one: one.gateway_id.gateway_type == "whatsapp"
        )
        kept = own.filtered(lambda one: one.res_id in whatsapp.ids)
        return others & (kept | kept.gateway_message_id)

    def _whatsapp_check_link(self, link):
        """Refuse to send to a contact whose conversation is somebody else's.

        Asked of the user whatever ``sudo`` says: Discuss posts with it.

        :param link: ``res.partner.gateway.channel`` in sudo
        :raise AccessError: naming the colleague in charge
        """
        if is_marked(self.env.context):
            return
        own = self.env(su=False)
        link.gateway_id.with_env(own).check_access("read")
        service = self.env["mail.gateway.whatsapp"].sudo()
        channel = service._whatsapp_find_channel(link.gateway_id, link.gateway_token)
        if channel:
            channel.with_env(own)._whatsapp_check_reach()
