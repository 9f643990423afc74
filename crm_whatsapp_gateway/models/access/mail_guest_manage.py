from odoo import models


class MailGuestManage(models.TransientModel):
    """OCA's wizard by which a conversation's person becomes a contact."""

    _inherit = "mail.guest.manage"

    def merge_partner(self):
        # Read now: the wizard goes with the guest.
        partner = self.partner_id
        self._merge_partner(partner)
        return partner.get_formview_action()

    def _merge_partner(self, partner):
        """The addon's own way; OCA's leaves the former person in place."""
        guest = self.guest_id
        guest.check_access("read")
        if guest.sudo().gateway_id.gateway_type != "whatsapp":
            return super()._merge_partner(partner)
        partner.check_access("write")
        channels = guest.sudo().channel_ids
        channels.with_env(self.env).check_access("read")
        partner._whatsapp_check_customers()
        leads = channels.lead_id
        channels._whatsapp_become_partner(partner.sudo())
        for lead in leads.filtered(lambda one: not one.partner_id):
            lead.partner_id = partner
        return True
