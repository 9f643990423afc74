from odoo import models
from odoo.tools import format_datetime


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def whatsapp_panel(self):
        """What the panel beside a conversation in Discuss shows, in one call.

        :return: ``{}`` for what is no WhatsApp conversation; else names and words
            ready to be shown, ``lead`` (``False`` where the user may not see it),
            ``window_end`` (UTC ``YYYY-MM-DD HH:MM:SS`` or False)
        :raise AccessError: when the user may not read the conversation
        """
        self.ensure_one()
        self.check_access("read")
        if self.sudo().gateway_id.gateway_type != "whatsapp":
            return {}
        labels = dict(self._fields["whatsapp_state"]._description_selection(self.env))
        channel = self.sudo()
        opted_out = channel.whatsapp_opted_out_at
        stopped = channel.whatsapp_marketing_stopped_at
        return {
            "name": channel.name,
            "number": self.whatsapp_shown_number,
            "gateway": channel.gateway_id.name,
            "state": channel.whatsapp_state,
            "state_label": labels.get(channel.whatsapp_state, ""),
            "unread": channel.whatsapp_unread,
            "window_end": channel.whatsapp_window_end
            and str(channel.whatsapp_window_end),
            "opted_out": opted_out and format_datetime(self.env, opted_out),
            "marketing_stopped": stopped and format_datetime(self.env, stopped),
            "same_number": self._whatsapp_panel_contacts(),
            "lead": self._whatsapp_panel_lead(),
            "lead_hidden": bool(channel.lead_id) and not self._whatsapp_visible_lead(),
            "others": [
                {"id": lead.id, "name": lead.display_name}
                for lead in self._whatsapp_panel_others()
            ],
        }

    def _whatsapp_visible_lead(self):
        """The conversation's lead, empty for who may not see it."""
        # The link may be to a lead that is lost: archived, and still the lead.
        lead = self.sudo().with_context(active_test=False).lead_id
        return lead.with_env(self.env)._filtered_access("read")

    def _whatsapp_panel_lead(self):
        lead = self._whatsapp_visible_lead()
        if not lead:
            return False
        # sudo: names of stage and colleague only.
        known = lead.sudo()
        return {
            "id": lead.id,
            "name": known.name,
            "kind": known.type,
            "stage": known.stage_id.name or "",
            "team": known.team_id.name or "",
            "adviser": known.user_id.name or "",
            "adviser_id": known.user_id.id,
            "lost": not known.active,
            "won": known.active and known.stage_id.is_won,
        }

    def _whatsapp_panel_others(self):
        """Further open leads of the same person that the user may see."""
        return self.whatsapp_other_lead_ids.with_env(self.env)._filtered_access("read")

    def _whatsapp_panel_contacts(self):
        """Names of the contacts that share the number, empty when there is one."""
        contacts = self.whatsapp_same_number_partner_ids._filtered_access("read")
        return contacts.mapped("display_name")
