"""Reading at once what a batch of the journal's items would read one by one."""

from odoo import models

from ..tools.phone import key_of, variants
from .mail_gateway_abstract import CHANNELS
from .mail_gateway_whatsapp import AUTHORS
from .memory import remembered


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_remember(self, gateway, people):
        """Conversations and authors of people, also that there are none.

        :param people: wa_ids and business-scoped ids
        """
        keys = {key_of(person): variants(person) for person in people if person}
        forms = [form for own in keys.values() for form in own]
        known = remembered(self.env, CHANNELS)
        if known is None or not forms:
            return
        for key in keys:
            known[gateway.id, key] = []
        channels = gateway.env["discuss.channel"].search(
            [
                ("channel_type", "=", "gateway"),
                ("gateway_id", "=", gateway.id),
                ("gateway_channel_token", "in", forms),
            ],
            order="id",
        )
        for channel in channels:
            asked = (gateway.id, key_of(channel.gateway_channel_token))
            known.setdefault(asked, []).append(channel.id)
        self._whatsapp_remember_authors(gateway, forms)
        # Into the ORM's cache, for all of them at once.
        channels.lead_id.user_id.partner_id.mapped("lang")
        members = channels.channel_member_ids
        members.partner_id.mapped("name")
        members.guest_id.mapped("name")

    def _whatsapp_remember_authors(self, gateway, forms):
        """As :meth:`_whatsapp_known_author` finds them: links first, oldest first."""
        known = remembered(self.env, AUTHORS)
        domain = [("gateway_id", "=", gateway.id), ("gateway_token", "in", forms)]
        links = self.env["res.partner.gateway.channel"].sudo().search(domain)
        guests = self.env["mail.guest"].sudo().search(domain)
        authors = [(link.gateway_token, link.partner_id) for link in links]
        authors += [(guest.gateway_token, guest) for guest in guests]
        for token, author in authors:
            known.setdefault((gateway.id, key_of(token)), (author._name, author.id))
