from odoo import api, models
from odoo.exceptions import AccessError


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        if not self.env.su:
            members._whatsapp_check_invited()
        return members

    def _whatsapp_check_invited(self):
        """Refuse members of a WhatsApp conversation who are no colleagues.

        Whoever is a member reads the conversation; the customer is made one by the
        addon.

        :raise AccessError: who may be invited
        """
        for member in self.sudo():
            gateway = member.channel_id.gateway_id
            if gateway.gateway_type != "whatsapp":
                continue
            if not member.partner_id.user_ids.filtered(
                lambda user, gateway=gateway: user._whatsapp_may_be_invited(gateway)
            ):
                raise AccessError(
                    self.env._(
                        "Only colleagues who use WhatsApp in %(company)s can be"
                        " invited to a conversation with a customer.",
                        company=gateway.company_id.name or self.env.company.name,
                    )
                )
