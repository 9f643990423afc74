from odoo import models
from odoo.exceptions import UserError

from ...tools.phone import to_e164


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "whatsapp.recipient"]

    def _whatsapp_of_colleagues(self):
        """Return those of these contacts that are internal users."""
        users = self.sudo().with_context(active_test=False).user_ids
        return self & users.filtered(lambda user: not user.share).partner_id

    def _whatsapp_check_customers(self):
        """Refuse a colleague's contact as the customer of a conversation.

        The colleague would be a member of it, and the customer's messages his.

        :raise UserError: naming the colleagues
        """
        colleagues = self._whatsapp_of_colleagues()
        if colleagues:
            raise UserError(
                self.env._(
                    "The contact of a user cannot be the customer of a WhatsApp"
                    " conversation: %(names)s.",
                    names=", ".join(colleagues.mapped("name")),
                )
            )

    def _whatsapp_get_channel(self, field_name, gateway):
        """Return the conversation with the number of a record; made if there is none.

        OCA's makes it as the user, who may write none of its fields.

        :raise AccessError: when the conversation is not the user's
        :raise UserError: without a number that can be read
        """
        if gateway.sudo().gateway_type != "whatsapp":
            return super()._whatsapp_get_channel(field_name, gateway)
        self.check_access("read")
        gateway.check_access("read")
        number = to_e164(self[field_name], gateway.sudo()._whatsapp_countries())
        if not number:
            raise UserError(
                self.env._(
                    "The number of %(name)s cannot be read. Write it with its"
                    " country code, for instance +57 301 234 5678.",
                    name=self.display_name,
                )
            )
        channel = self._whatsapp_service()._whatsapp_find_channel(
            gateway.sudo(), number.lstrip("+")
        )
        if channel:
            channel.with_env(self.env)._whatsapp_check_reach()
        else:
            partner = self._whatsapp_get_partner()
            name = (partner or self).display_name
            channel = self._whatsapp_create_channel(number.lstrip("+"), gateway, name)
        return channel.with_env(self.env)
