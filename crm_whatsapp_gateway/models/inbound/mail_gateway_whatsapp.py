"""Inbound: what a journal item does to conversation and lead."""

import logging

from odoo import models

from ...processing.transaction_cache import (
    AUTHORS,
    CHANNELS,
    TransactionCache,
    deferred_leads,
)
from ...tools import media
from ...tools.events import (
    ECHOES,
    field_of,
    only_value,
    person_of,
    profile_name,
    user_id_of,
)
from ...tools.message_text import words
from ...tools.phone import key_of, variants
from ...tools.vcard import vcards

_logger = logging.getLogger(__name__)


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_receive_message(self, gateway, body):
        """Work one inbound message, or one written on the business's own phone.

        :param body: webhook body that holds exactly this message, so that OCA
            takes its author for the author
        :return: the ``mail.message`` in the conversation that it became or that it
            changed; empty when it is not shown
        """
        if field_of(body) == ECHOES:
            return self._whatsapp_receive_echo(gateway, body)
        value = only_value(body)
        message = value["messages"][0]
        service = self._whatsapp_in_reader_language(gateway, value, message)
        if message.get("group_id"):
            return service._whatsapp_receive_group(gateway, value, message)
        handler = service._whatsapp_handlers().get(message.get("type"))
        done = handler(gateway, value, message) if handler else None
        if done is not None:
            return done
        return service._whatsapp_receive_words(gateway, body, message)

    def _whatsapp_in_reader_language(self, gateway, value, message):
        """This service, with our own words in the language of who reads them."""
        person = person_of(message, value.get("contacts") or [])
        adviser = self._whatsapp_find_channel(gateway, person).lead_id.user_id
        return self.with_context(lang=gateway._whatsapp_lang(adviser))

    def _whatsapp_receive_words(self, gateway, body, message):
        """Post a message in its conversation; its file is fetched later.

        :return: the ``mail.message``, empty when the gateway takes no new
            conversations
        """
        value = only_value(body)
        posted = []
        service = self.with_context(
            whatsapp_inbound=message.get("id") or "",
            whatsapp_profile=profile_name(
                value, person_of(message, value.get("contacts") or [])
            ),
            whatsapp_user_id=user_id_of(message, value.get("contacts") or []),
            whatsapp_quoted=(message.get("context") or {}).get("id"),
            whatsapp_files=vcards(message),
            whatsapp_posted=posted,
        )
        token = self._whatsapp_identify(gateway, value, message)
        service._receive_update(
            gateway, self._whatsapp_prepare_body(body, message, token)
        )
        result = self.env["mail.message"].sudo().browse(posted[:1])
        if result:
            self._whatsapp_after_words(result, message)
        return result

    def _whatsapp_after_words(self, posted, message):
        """What else a message brings along: a file to fetch, an advertisement."""
        node = media.describe_node(message)
        if node:
            self.env["whatsapp.media"]._note(posted, node)
        referral = message.get("referral")
        if referral and posted.res_id not in (deferred_leads(self.env) or ()):
            channel = self.env["discuss.channel"].sudo().browse(posted.res_id)
            channel._whatsapp_note_referral(referral)

    def _whatsapp_receive_change(self, gateway, body):
        """Work a change that is neither message nor status.

        The journal keeps it; a change that nobody works is shown as processed.
        """
        handler = self._whatsapp_change_handlers().get(field_of(body))
        if handler:
            handler(gateway, body)

    def _whatsapp_change_handlers(self):
        """Hook: dictionary of Meta's field to a method (gateway, body)."""
        own = {
            "user_id_update": self._whatsapp_receive_user_ids,
            "user_preferences": self._whatsapp_receive_preferences,
        }
        return own | self._whatsapp_account_handlers()

    def _whatsapp_prepare_body(self, body, message, token):
        """Copy of ``body`` that OCA can read whatever Meta left out.

        :param token: wa_id or business-scoped id of the conversation
        """
        value = only_value(body)
        person = person_of(message, value.get("contacts") or [])
        name = profile_name(value, person) or self._nameless(token)
        contact = {"wa_id": token, "profile": {"name": name}}
        # Quotes are resolved here: OCA would post the reply on the document.
        plain = {key: part for key, part in message.items() if key != "context"}
        plain["from"] = token
        # Only words are posted now: OCA would download inside this transaction.
        plain["text"] = {"body": words(message, self.env._)}
        for kind in ("contacts", "location", *media.KINDS):
            plain.pop(kind, None)
        own = dict(value, contacts=[contact], messages=[plain])
        return {"entry": [{"changes": [{"field": "messages", "value": own}]}]}

    def _nameless(self, person):
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
            vals["name"] = self._nameless(str(token))
        return vals

    def _get_channel(self, gateway, token, update, force_create=False):
        channel = super()._get_channel(
            gateway, token, update, force_create=force_create
        )
        if channel and self.env.context.get("whatsapp_inbound") is not None:
            # OCA gives it in the gateway's environment, in which our words are lost.
            channel = own = channel.with_env(self.env)
            own._whatsapp_note_user_id(self.env.context.get("whatsapp_user_id"))
            own._whatsapp_ensure_lead(self.env.context.get("whatsapp_profile") or "")
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
        wamid = self.env.context.get("whatsapp_inbound")
        if wamid is None or channel.gateway_id.gateway_type != "whatsapp":
            return res
        channel, message = channel.sudo(), message.sudo()
        quoted = self.env.context.get("whatsapp_quoted")
        message.write(
            {
                "whatsapp_wamid": wamid,
                "parent_id": channel._whatsapp_message_of(quoted).id,
            }
        )
        self.env.context["whatsapp_posted"].append(message.id)
        channel._whatsapp_attach(message, self.env.context.get("whatsapp_files") or [])
        channel._whatsapp_after_inbound(message)
        return res

    # ------------------------------------------------------------------- types

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
