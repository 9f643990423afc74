"""Inbound messages that are no words of the customer: they change another message,
come from the business's own phone, or belong to a group."""

from odoo import models

from ..tools import media
from ..tools.events import only_value
from ..tools.message_text import words
from ..tools.vcard import vcards


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_handlers(self):
        """Hook: types of messages that are not simply posted.

        :return: dictionary of Meta's type to a method that takes gateway, ``value``
            and message, and answers the ``mail.message`` that it changed; ``None``
            lets the message be posted as a line
        """
        return {
            "reaction": self._whatsapp_receive_reaction,
            "edit": self._whatsapp_receive_edit,
            "revoke": self._whatsapp_receive_revoke,
            "system": self._whatsapp_receive_system,
        }

    def _whatsapp_channel_of(self, gateway, value, message):
        """Conversation there is with whoever wrote, empty without one."""
        token = self._whatsapp_identify(gateway, value, message)
        return self._whatsapp_find_channel(gateway, token)

    def _whatsapp_receive_reaction(self, gateway, value, message):
        channel = self._whatsapp_channel_of(gateway, value, message)
        author = channel and self._get_author(gateway, self._whatsapp_update(channel))
        if not author:
            return None
        node = message.get("reaction") or {}
        target = channel._whatsapp_react(author, node)
        if target:
            channel._whatsapp_note_inbound_at(message.get("timestamp"))
        return target or None

    def _whatsapp_receive_edit(self, gateway, value, message):
        channel = self._whatsapp_channel_of(gateway, value, message)
        return self._whatsapp_edit(channel, message) or None

    def _whatsapp_receive_revoke(self, gateway, value, message):
        channel = self._whatsapp_channel_of(gateway, value, message)
        return self._whatsapp_revoke(channel, message) or None

    def _whatsapp_edit(self, channel, message):
        node = message.get("edit") or {}
        text = words(node.get("message") or {}, self.env._)
        if not channel or not text:
            return self.env["mail.message"]
        html = self._whatsapp_to_html(text)
        return channel._whatsapp_edit(node.get("original_message_id"), html)

    def _whatsapp_revoke(self, channel, message):
        node = message.get("revoke") or {}
        if not channel:
            return self.env["mail.message"]
        return channel._whatsapp_revoke(node.get("original_message_id"))

    def _whatsapp_receive_group(self, gateway, value, message):
        """A group is no conversation with one customer: one line, in his own."""
        channel = self._whatsapp_channel_of(gateway, value, message)
        if channel:
            channel._whatsapp_tell(
                self.env._("Wrote in a WhatsApp group; groups are not followed here.")
            )
        return self.env["mail.message"]

    # --------------------------------------------------- the business's phone
    def _whatsapp_receive_echo(self, gateway, body):
        """Show what somebody wrote to a customer on the business's own phone.

        It was sent already. A conversation is made for it, a lead is not: that comes
        with the first message of the customer.

        :return: the ``mail.message`` in the conversation
        """
        echo = only_value(body)["message_echoes"][0]
        person = str(echo.get("to") or echo.get("to_user_id") or "")
        if not person or echo.get("group_id"):
            return self.env["mail.message"]
        update = {
            "messages": [{"from": person}],
            "contacts": [
                {"wa_id": person, "profile": {"name": self._nameless(person)}}
            ],
        }
        channel = self._get_channel(gateway, person, update, force_create=True)
        channel = channel.with_env(self.env).sudo()
        channel._whatsapp_link_known_lead()
        known = channel._whatsapp_message_of(echo.get("id"))
        return known or self._whatsapp_show_echo(channel, echo)

    def _whatsapp_show_echo(self, channel, echo):
        us = channel.gateway_id.company_id.partner_id or self.env.ref(
            "base.partner_root"
        )
        kind = echo.get("type")
        changed = self.env["mail.message"]
        if kind == "reaction":
            changed = channel._whatsapp_react(us, echo.get("reaction") or {})
        elif kind == "edit":
            changed = self._whatsapp_edit(channel, echo)
        elif kind == "revoke":
            changed = self._whatsapp_revoke(channel, echo)
        if changed:
            return changed
        posted = channel._whatsapp_post_echo(
            us,
            self._whatsapp_to_html(words(echo, self.env._)),
            echo,
            vcards(echo),
        )
        node = media.describe_node(echo)
        if node:
            self.env["whatsapp.media"]._note(posted, node)
        return posted

    def _whatsapp_update(self, channel):
        """The part of an update that OCA needs to know the person of a channel."""
        token = channel.gateway_channel_token
        return {
            "messages": [{"from": token}],
            "contacts": [{"wa_id": token, "profile": {"name": channel.name}}],
        }
