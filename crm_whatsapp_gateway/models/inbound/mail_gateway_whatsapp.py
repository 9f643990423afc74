"""Inbound: what a journal item does to conversation and lead."""

import logging
from datetime import UTC

from odoo import fields, models

from ...processing.transaction_cache import (
    AUTHORS,
    CHANNELS,
    TransactionCache,
    deferred_leads,
)
from ...tools.event_text import describe, event_text
from ...tools.phone import key_of, variants
from ...tools.vcard import vcards
from ...tools.webhook import MESSAGES, PREFERENCES, USER_IDS
from ...tools.webhook_events import (
    Edit,
    Media,
    MessageEcho,
    Notice,
    Reaction,
    Revoke,
)
from ...tools.whatsapp_text import whatsapp_to_html

_logger = logging.getLogger(__name__)


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_receive_message(self, gateway, event):
        """Work one inbound message, or one written on the business's own phone.

        :param event: :class:`webhook_events.InboundMessage` or ``MessageEcho``
        :return: the ``mail.message`` in the conversation that it became or that it
            changed; empty when it is not shown
        """
        if isinstance(event, MessageEcho):
            return self._whatsapp_receive_echo(gateway, event)
        service = self._whatsapp_in_reader_language(gateway, event)
        if event.group_id:
            return service._whatsapp_receive_group(gateway, event)
        handler = service._whatsapp_handlers().get(type(event.content))
        done = handler(gateway, event) if handler else None
        if done is not None:
            return done
        return service._whatsapp_receive_text(gateway, event)

    def _whatsapp_in_reader_language(self, gateway, event):
        """This service, with our own texts in the language of who reads them."""
        channel = self._whatsapp_find_channel(gateway, event.person)
        return self.with_context(lang=gateway._whatsapp_lang(channel.lead_id.user_id))

    def _whatsapp_receive_text(self, gateway, event):
        """Post a message in its conversation; its file is fetched later.

        OCA's code carries the event in the context ``whatsapp_event`` and, since it
        returns nothing, brings the message back in the list ``whatsapp_posted``.

        :return: the ``mail.message``, empty when the gateway takes no new
            conversations
        """
        posted = []
        service = self.with_context(whatsapp_event=event, whatsapp_posted=posted)
        token = self._whatsapp_identify(gateway, event)
        service._receive_update(gateway, self._whatsapp_prepare_body(event, token))
        result = self.env["mail.message"].sudo().browse(posted[:1])
        if result:
            self._whatsapp_after_post(result, event)
        return result

    def _whatsapp_after_post(self, posted, event):
        """Do what a message says besides its text; fetch its file later."""
        if isinstance(event.content, Media):
            self.env["whatsapp.media"]._schedule_fetch(posted, event.content)
        if posted.res_id not in (deferred_leads(self.env) or ()):
            channel = self.env["discuss.channel"].sudo().browse(posted.res_id)
            channel._whatsapp_apply_inbound(event)

    def _whatsapp_receive_change(self, gateway, event):
        """Work a change that is neither message nor status.

        The journal keeps it; a change that nobody works is shown as processed.

        :param event: :class:`webhook_events.AccountChange` or ``UnknownChange``
        """
        handler = self._whatsapp_change_handlers().get(event.field)
        if handler:
            handler(gateway, event)

    def _whatsapp_change_handlers(self):
        """Hook: dictionary of Meta's field to a method (gateway, event)."""
        own = {
            USER_IDS: self._whatsapp_receive_user_ids,
            PREFERENCES: self._whatsapp_receive_preferences,
        }
        return own | self._whatsapp_account_handlers()

    def _whatsapp_prepare_body(self, event, token):
        """Webhook body of a message as OCA can read it, whatever Meta left out.

        Only its text: OCA would download a file inside this transaction, and post
        the answer to a quoted message on the document.

        :param token: wa_id or business-scoped id of the conversation
        """
        at = event.time(fields.Datetime.now()).replace(tzinfo=UTC)
        name = event.sender.name or self._name_of_token(token)
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": event.phone_number_id},
            "contacts": [{"wa_id": token, "profile": {"name": name}}],
            "messages": [
                {
                    "from": token,
                    "id": event.wamid,
                    "timestamp": str(int(at.timestamp())),
                    "type": "text",
                    "text": {"body": event_text(event, self.env._)},
                }
            ],
        }
        return {"entry": [{"changes": [{"field": MESSAGES, "value": value}]}]}

    def _name_of_token(self, person):
        return "+" + person if person.isdigit() else person

    def _get_channel_vals(self, gateway, token, update):
        """The adviser becomes member, nobody else (OCA: every gateway member)."""
        vals = super()._get_channel_vals(gateway, token, update)
        operators = gateway.member_ids.partner_id
        vals["channel_member_ids"] = [
            command
            for command in vals["channel_member_ids"]
            if command[2].get("partner_id") not in operators.ids
        ]
        if not vals.get("name"):
            vals["name"] = self._name_of_token(str(token))
        return vals

    def _get_channel(self, gateway, token, update, force_create=False):
        channel = super()._get_channel(
            gateway, token, update, force_create=force_create
        )
        event = self.env.context.get("whatsapp_event")
        if channel and event:
            # OCA gives it in the gateway's environment, in which our texts are lost.
            channel = own = channel.with_env(self.env)
            own._whatsapp_note_person(event.sender)
            own._whatsapp_link_or_create_lead(event.sender.name)
        return channel

    def _get_author(self, gateway, update):
        """Author by any form of the number; no crash where two partners share it.

        OCA searches one form and creates the partner's channel blindly, which a
        second number of one partner breaks.
        """
        messages = update.get("messages") or [{}]
        person = str(messages[0].get("from") or "")
        if not person:
            return False
        channel = self._whatsapp_find_channel(gateway, person)
        if channel.whatsapp_partner_id:
            return channel.whatsapp_partner_id
        cache = TransactionCache(self.env, AUTHORS)
        key = (gateway.id, key_of(person))
        known = cache.get(key)
        if known:
            model, author_id = known
            return self.env[model].sudo().browse(author_id)
        author = self._whatsapp_known_author(gateway, person)
        author = author or self._whatsapp_partner_of(gateway, person)
        if not author:
            vals = self._get_author_vals(gateway, person, update)
            author = vals and self.env["mail.guest"].sudo().create(vals)
        if author:
            cache.set(key, (author._name, author.id))
        return author

    def _whatsapp_known_author(self, gateway, person):
        """Partner or guest that has written on this gateway before."""
        forms = [
            ("gateway_id", "=", gateway.id),
            ("gateway_token", "in", variants(person)),
        ]
        link = self.env["res.partner.gateway.channel"].sudo().search(forms, limit=1)
        if link:
            return link.partner_id
        return self.env["mail.guest"].sudo().search(forms, limit=1)

    def _whatsapp_partner_of(self, gateway, person):
        """Partner whose number this is, bound to the gateway for next time."""
        partner = self.env["whatsapp.number"]._partner_of(person, gateway.company_id)
        Link = self.env["res.partner.gateway.channel"].sudo()
        if partner and not Link.search_count(
            [("partner_id", "=", partner.id), ("gateway_id", "=", gateway.id)]
        ):
            Link.create(
                {
                    "partner_id": partner.id,
                    "gateway_id": gateway.id,
                    "gateway_token": person,
                }
            )
        return partner

    def _post_process_message(self, message, channel):
        """OCA's hook after an inbound post: keep the wamid, quote, tell the lead."""
        res = super()._post_process_message(message, channel)
        event = self.env.context.get("whatsapp_event")
        if not event or channel.gateway_id.gateway_type != "whatsapp":
            return res
        channel, message = channel.sudo(), message.sudo()
        message.write(
            {
                "whatsapp_wamid": event.wamid,
                "parent_id": channel._whatsapp_message_of(event.quoted_id).id,
            }
        )
        self.env.context["whatsapp_posted"].append(message.id)
        channel._whatsapp_attach(message, vcards(event.content))
        channel._whatsapp_after_inbound(message)
        return res

    # ------------------------------------------------------------------- types

    def _whatsapp_handlers(self):
        """Hook: contents of messages that are not simply posted.

        :return: dictionary of a class of ``webhook_events`` to a method that takes
            gateway and event, and answers the ``mail.message`` that it changed;
            ``None`` lets the message be posted as a line
        """
        return {
            Reaction: self._whatsapp_receive_reaction,
            Edit: self._whatsapp_receive_edit,
            Revoke: self._whatsapp_receive_revoke,
            Notice: self._whatsapp_receive_notice,
        }

    def _whatsapp_channel_of(self, gateway, event):
        """Conversation there is with whoever wrote, empty without one."""
        token = self._whatsapp_identify(gateway, event)
        return self._whatsapp_find_channel(gateway, token)

    def _whatsapp_receive_reaction(self, gateway, event):
        channel = self._whatsapp_channel_of(gateway, event)
        author = channel and self._get_author(gateway, self._whatsapp_update(channel))
        if not author:
            return None
        target = channel._whatsapp_react(author, event.content)
        if target:
            channel._whatsapp_note_inbound_at(event.time(fields.Datetime.now()))
        return target or None

    def _whatsapp_receive_edit(self, gateway, event):
        channel = self._whatsapp_channel_of(gateway, event)
        return self._whatsapp_edit(channel, event.content) or None

    def _whatsapp_receive_revoke(self, gateway, event):
        channel = self._whatsapp_channel_of(gateway, event)
        if not channel:
            return None
        return channel._whatsapp_revoke(event.content.target_id) or None

    def _whatsapp_edit(self, channel, edit):
        if not channel:
            return self.env["mail.message"]
        html = self._whatsapp_to_html(describe(edit.content, self.env._))
        return channel._whatsapp_edit(edit.target_id, html)

    def _whatsapp_receive_group(self, gateway, event):
        """A group is no conversation with one customer: one line, in his own."""
        channel = self._whatsapp_channel_of(gateway, event)
        if channel:
            channel._whatsapp_post_note(
                self.env._("Wrote in a WhatsApp group; groups are not followed here.")
            )
        return self.env["mail.message"]

    # --------------------------------------------------- the business's phone
    def _whatsapp_receive_echo(self, gateway, echo):
        """Show what somebody wrote to a customer on the business's own phone.

        It was sent already. A conversation is made for it, a lead is not: that comes
        with the first message of the customer.

        :param echo: :class:`webhook_events.MessageEcho`
        :return: the ``mail.message`` in the conversation
        """
        if echo.group_id:
            return self.env["mail.message"]
        update = {
            "messages": [{"from": echo.person}],
            "contacts": [
                {
                    "wa_id": echo.person,
                    "profile": {"name": self._name_of_token(echo.person)},
                }
            ],
        }
        channel = self._get_channel(gateway, echo.person, update, force_create=True)
        channel = channel.with_env(self.env).sudo()
        channel._whatsapp_link_known_lead()
        known = channel._whatsapp_message_of(echo.wamid)
        return known or self._whatsapp_show_echo(channel, echo)

    def _whatsapp_show_echo(self, channel, echo):
        us = channel.gateway_id.company_id.partner_id or self.env.ref(
            "base.partner_root"
        )
        changed = self.env["mail.message"]
        if isinstance(echo.content, Reaction):
            changed = channel._whatsapp_react(us, echo.content)
        elif isinstance(echo.content, Edit):
            changed = self._whatsapp_edit(channel, echo.content)
        elif isinstance(echo.content, Revoke):
            changed = channel._whatsapp_revoke(echo.content.target_id)
        if changed:
            return changed
        html = self._whatsapp_to_html(event_text(echo, self.env._))
        posted = channel._whatsapp_post_echo(us, html, echo)
        if isinstance(echo.content, Media):
            self.env["whatsapp.media"]._schedule_fetch(posted, echo.content)
        return posted

    def _whatsapp_to_html(self, body):
        """OCA's converter knows four marks and reads them within code."""
        return whatsapp_to_html(body)

    def _whatsapp_update(self, channel):
        """The part of an update that OCA needs to know the person of a channel."""
        token = channel.gateway_channel_token
        return {
            "messages": [{"from": token}],
            "contacts": [{"wa_id": token, "profile": {"name": channel.name}}],
        }

    # -------------------------------------------------------------- prefetch
    def _whatsapp_prefetch(self, gateway, people):
        """Read the conversations and authors of a batch at once.

        That there are none is kept, too.

        :param people: wa_ids and business-scoped ids
        """
        forms_by_key = {key_of(person): variants(person) for person in people if person}
        forms = [form for own in forms_by_key.values() for form in own]
        if not forms:
            return
        ids_by_key = {key: [] for key in forms_by_key}
        channels = gateway.env["discuss.channel"].search(
            [
                ("channel_type", "=", "gateway"),
                ("gateway_id", "=", gateway.id),
                ("gateway_channel_token", "in", forms),
            ],
            order="id",
        )
        for channel in channels:
            key = key_of(channel.gateway_channel_token)
            ids_by_key.setdefault(key, []).append(channel.id)
        cache = TransactionCache(self.env, CHANNELS)
        for key, ids in ids_by_key.items():
            cache.set((gateway.id, key), ids)
        self._whatsapp_prefetch_authors(gateway, forms)
        # Into the ORM's cache, for all of them at once.
        channels.lead_id.user_id.partner_id.mapped("lang")
        members = channels.channel_member_ids
        members.partner_id.mapped("name")
        members.guest_id.mapped("name")

    def _whatsapp_prefetch_authors(self, gateway, forms):
        """As :meth:`_whatsapp_known_author` finds them: links first, oldest first."""
        cache = TransactionCache(self.env, AUTHORS)
        domain = [("gateway_id", "=", gateway.id), ("gateway_token", "in", forms)]
        links = self.env["res.partner.gateway.channel"].sudo().search(domain)
        guests = self.env["mail.guest"].sudo().search(domain)
        authors = [(link.gateway_token, link.partner_id) for link in links]
        authors += [(guest.gateway_token, guest) for guest in guests]
        for token, author in authors:
            key = (gateway.id, key_of(token))
            if not cache.get(key):
                cache.set(key, (author._name, author.id))
