"""The conversation follows its lead: the panel in Discuss, and the end of both."""

from odoo import api, models

from .discuss_channel_state import CLOSING

# What the lead's panel in Discuss shows.
SHOWN = {"name", "stage_id", "user_id", "team_id", "active", "type", "partner_id"}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def write(self, vals):
        res = super().write(vals)
        if not SHOWN.isdisjoint(vals):
            self.sudo().gateway_channel_ids._whatsapp_signal()
        if "stage_id" in vals or vals.get("active") is False:
            self._whatsapp_close_with_lead()
        return res

    @api.model
    def _whatsapp_team_of(self, gateway):
        """Hook: team of a new lead: the gateway's, else the settings', else Odoo's."""
        setting = self._whatsapp_param("team_id", "")
        team = gateway.whatsapp_team_id
        if not team and setting.isdigit():
            team = self.env["crm.team"].browse(int(setting)).exists()
            if team.company_id and team.company_id != gateway.company_id:
                team = team.browse()
        return team or self.env["crm.team"]._get_default_team_id(
            user_id=False, domain=[("use_leads", "=", True)]
        )

    def _whatsapp_close_with_lead(self):
        """Close the conversations of leads that are won or lost (setting)."""
        if self._whatsapp_param("close_with_lead", "True") != "True":
            return
        ended = self.filtered(lambda lead: not lead.active or lead.stage_id.is_won)
        channels = ended.sudo().gateway_channel_ids
        if channels:
            channels._whatsapp_move(CLOSING, {"whatsapp_unread": 0})

    def action_whatsapp_open_channel(self):
        """Button: the conversation in Discuss; the list when there are several."""
        self.ensure_one()
        if len(self.gateway_channel_ids) < 2:
            return self.action_whatsapp_chat()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.discuss_channel_action_whatsapp_inbox"
        )
        return dict(action, domain=[("lead_id", "=", self.id)], context={})

    def action_whatsapp_chat(self):
        """Button: the conversation that was used last."""
        self.ensure_one()
        return self.gateway_channel_id.action_whatsapp_open()
