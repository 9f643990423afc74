from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

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
