from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._whatsapp_check_merge(self.env["res.partner"].browse(partner_ids))
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _whatsapp_check_merge(self, partners):
        """Refuse to merge a customer with a colleague, or a colleague's customer.

        :raise UserError: what to do instead
        """
        customers = partners - partners._whatsapp_of_colleagues()
        members = self.env["discuss.channel.member"].sudo()
        members = members.search(
            [
                ("partner_id", "in", customers.ids),
                ("channel_id.gateway_id.gateway_type", "=", "whatsapp"),
            ]
        )
        channels = self.env["discuss.channel"].sudo()
        channels = channels.search([("whatsapp_partner_id", "in", customers.ids)])
        channels |= members.channel_id
        if channels:
            partners._whatsapp_check_customers()
        for channel in channels.with_env(self.env):
            channel._whatsapp_check_reach()
