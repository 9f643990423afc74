"""Who a person is: telephone number, business-scoped id, and how both change.

Source: Meta, "Business-scoped user IDs" (2026). A person with a user name may write
without number; the id is new when the number changes.
"""

from odoo import models

from ...tools.events import only_value, person_of, phone_of, user_id_of
from ...tools.phone import variants

# What a person may say of marketing (Meta, "user_preferences" webhook).
WISHES = {"stop": False, "resume": True}


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_identify(self, gateway, value, message):
        """Under which id the conversation with whoever wrote is kept.

        A number that appears later takes the place of the business-scoped id; a
        person known by number keeps it when it is hidden.

        :return: wa_id, else business-scoped id, ``''`` where Meta gave neither
        """
        contacts = value.get("contacts") or []
        user_id, phone = user_id_of(message, contacts), phone_of(message, contacts)
        person = phone or person_of(message, contacts)
        known = self._whatsapp_channel_of_user(gateway, user_id)
        if not known:
            return person
        if not phone:
            return known.gateway_channel_token
        if known.gateway_channel_token not in variants(phone):
            known._whatsapp_move_to(phone)
        return person

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

    def _whatsapp_receive_system(self, gateway, value, message):
        """A person has a new number or id: conversation and lead follow."""
        system = message.get("system") or {}
        phone = str(system.get("wa_id") or system.get("new_wa_id") or "").lstrip("+")
        user_id = str(system.get("user_id") or "")
        if not phone.isdigit():
            phone = ""
        if system.get("type") not in ("user_changed_number", "user_changed_user_id"):
            return None
        channel = self._whatsapp_channel_of(gateway, value, message)
        if channel:
            channel._whatsapp_follow(phone, user_id)
        # Of a person nobody knows here there is nothing to follow.
        return self.env["mail.message"]

    def _whatsapp_receive_preferences(self, gateway, body):
        """Field ``user_preferences``: a person wants marketing or stops it."""
        for row in only_value(body).get("user_preferences") or []:
            wish = row.get("value")
            if row.get("category") != "marketing_messages" or wish not in WISHES:
                continue
            channel = self._whatsapp_find_channel(gateway, str(row.get("wa_id") or ""))
            user_id = str(row.get("user_id") or "")
            channel = channel or self._whatsapp_channel_of_user(gateway, user_id)
            adviser = channel.lead_id.user_id
            channel.with_context(
                lang=gateway._whatsapp_lang(adviser)
            )._whatsapp_wish_marketing(
                WISHES[wish], channel._whatsapp_time(row.get("timestamp"))
            )

    def _whatsapp_receive_user_ids(self, gateway, body):
        """Field ``user_id_update``: ids that Meta has replaced."""
        for row in only_value(body).get("user_id_update") or []:
            old = str(row.get("previous_user_id") or "")
            channel = self._whatsapp_channel_of_user(gateway, old)
            if channel:
                channel._whatsapp_follow("", str(row.get("user_id") or ""))
