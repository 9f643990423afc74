"""A lead does not take a conversation away from a colleague."""

from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "whatsapp.protected", "whatsapp.recipient"]

    _whatsapp_protected_fields = frozenset(
        (
            "gateway_channel_id",
            "gateway_channel_ids",
            "whatsapp_ad_headline",
            "whatsapp_ad_id",
            "whatsapp_ad_url",
            "whatsapp_ctwa_clid",
        )
    )

    def _whatsapp_check_claim(self, channel):
        """Refuse to write to a colleague's customer, unless it may be taken over.

        :param channel: ``discuss.channel``, may be empty
        :raise AccessError: naming the colleague, or the supervisor to be asked
        """
        own = channel.with_env(self.env)
        if own and not own._whatsapp_may_take_over():
            own._whatsapp_check_reach()

    def _whatsapp_claim_channel(self, channel):
        """Bind a conversation that exists to this lead, if the user's rights allow.

        :param channel: ``discuss.channel`` in sudo
        :raise AccessError: when it is a colleague's
        """
        self.ensure_one()
        self._whatsapp_check_claim(channel)
        former, lead = channel.lead_id, self.sudo()
        if not channel.with_env(self.env)._whatsapp_is_reachable():
            channel._whatsapp_link_lead(lead, members=False)
            channel._whatsapp_sync_members(former.user_id - lead.user_id)
            self.env["whatsapp.assignment.log"]._record_takeover(
                lead, channel.gateway_id, former
            )
        # Who is only a member of a colleague's conversation writes in it as it is.
        elif not former or former.with_env(self.env).has_access("write"):
            channel._whatsapp_link_lead(lead)

    def _check_can_update_message_content(self, messages):
        messages._whatsapp_check_own()
        return super()._check_can_update_message_content(messages)
