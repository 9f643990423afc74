"""Identity of a person: telephone number, business-scoped id, and their changes.

Source: Meta, "Business-scoped user IDs" (2026). A person with a user name may write
without number; the id is new when the number changes.
"""

from odoo import fields, models

from ...tools.phone import variants


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_identify(self, gateway, event):
        """Under which id the conversation with whoever wrote is kept.

        A number that appears later takes the place of the business-scoped id; a
        person known by number keeps it when it is hidden.

        :param event: :class:`webhook_events.InboundMessage`
        :return: wa_id, else business-scoped id
        """
        phone = event.sender.phone
        known = self._whatsapp_channel_of_user(gateway, event.sender.user_id)
        if not known:
            return event.person
        if not phone:
            return known.gateway_channel_token
        if known.gateway_channel_token not in variants(phone):
            known._whatsapp_change_token(phone)
        return phone

    def _whatsapp_channel_of_user(self, gateway, user_id):
        """Conversation with the person of a business-scoped id, empty without one."""
        channels = gateway.env["discuss.channel"]
        if not user_id:
            return channels
        return channels.search(
            [
                ("channel_type", "=", "gateway"),
                ("gateway_id", "=", gateway.id),
                "|",
                ("whatsapp_user_id", "=", user_id),
                ("gateway_channel_token", "=", user_id),
            ],
            order="id",
            limit=1,
        )

    def _whatsapp_receive_notice(self, gateway, event):
        """A person has a new number or id: conversation and lead follow."""
        notice = event.content
        if notice.kind not in ("user_changed_number", "user_changed_user_id"):
            return None
        channel = self._whatsapp_channel_of(gateway, event)
        if channel:
            channel._whatsapp_update_identity(notice.phone, notice.user_id)
        # Of a person nobody knows here there is nothing to follow.
        return self.env["mail.message"]

    def _whatsapp_receive_preferences(self, gateway, event):
        """Field ``user_preferences``: a person wants marketing or stops it."""
        now = fields.Datetime.now()
        for preference in event.preferences:
            channel = self._whatsapp_find_channel(gateway, preference.phone)
            channel = channel or self._whatsapp_channel_of_user(
                gateway, preference.user_id
            )
            adviser = channel.lead_id.user_id
            channel.with_context(
                lang=gateway._whatsapp_lang(adviser)
            )._whatsapp_set_marketing_consent(
                preference.wanted, min(preference.at or now, now)
            )

    def _whatsapp_receive_user_ids(self, gateway, event):
        """Field ``user_id_update``: ids that Meta has replaced."""
        for change in event.user_ids:
            channel = self._whatsapp_channel_of_user(gateway, change.old)
            if channel:
                channel._whatsapp_update_identity("", change.new)
