"""Inbound events that are no new text: reactions, edits, echoes of the phone."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import html2plaintext

from ...tools import const
from ...tools.conversation_state import SIGN_OF_LIFE
from ...tools.vcard import vcards

WINDOW = timedelta(seconds=const.WINDOW_SECONDS)
EDITED = Markup('<span class="o-mail-Message-edited"></span>')


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _whatsapp_note_inbound_at(self, at):
        """The customer did something: the service window is open from then on."""
        self.ensure_one()
        last = self.whatsapp_last_inbound_at
        at = max(at, last) if last else at
        if at + WINDOW <= fields.Datetime.now():
            self.whatsapp_last_inbound_at = at
            return
        self._whatsapp_apply_event(SIGN_OF_LIFE, {"whatsapp_last_inbound_at": at})
        self._whatsapp_trigger_at_window_end()

    def _whatsapp_own_message_of(self, wamid):
        message = self._whatsapp_message_of(wamid).sudo()
        own = message.model == self._name and message.res_id == self.id
        return message if own else message.browse()

    def _whatsapp_attach(self, message, files):
        """Put files that came with the message itself into it.

        :param files: (name, content, mimetype) of each
        """
        if files:
            message.attachment_ids += self.env["ir.attachment"].create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "mimetype": mimetype,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for name, content, mimetype in files
                ]
            )

    def _whatsapp_react(self, author, reaction):
        """A person has one reaction per message: a new one takes the old one's place.

        :param author: ``res.partner`` or ``mail.guest``
        :param reaction: :class:`webhook_events.Reaction`
        :return: the message it belongs to, empty when it is not here
        """
        self.ensure_one()
        target = self._whatsapp_own_message_of(reaction.target_id)
        emoji = reaction.emoji
        none = {
            "res.partner": self.env["res.partner"],
            "mail.guest": self.env["mail.guest"],
        }
        partner, guest = (none | {author._name: author.sudo()}).values()
        # It is not sent back to where it came from.
        known = (target | target.gateway_message_id).with_context(
            **{const.REACTION_KNOWN: True}
        )
        for message in known:
            former = message.reaction_ids.filtered(
                lambda one: one.partner_id == partner and one.guest_id == guest
            )
            for content in set(former.mapped("content")) - {emoji}:
                message._message_reaction(content, "remove", partner, guest)
            if emoji:
                message._message_reaction(emoji, "add", partner, guest)
        return target

    def _whatsapp_edit(self, wamid, html):
        """Show a message's new words; the old ones stay in a line.

        :return: the message, empty when it is not here
        """
        self.ensure_one()
        target = self._whatsapp_own_message_of(wamid)
        if target:
            before = html2plaintext(target.body or "").strip()
            messages = target | target.gateway_message_id
            messages._whatsapp_lock()
            messages.write({"body": html + EDITED})
            messages._whatsapp_push_content()
            self._whatsapp_post_note(
                self.env._("A message was edited. Before: %(text)s", text=before)
            )
        return target

    def _whatsapp_revoke(self, wamid):
        """Show that a message was deleted by who wrote it.

        :return: the message, empty when it is not here
        """
        self.ensure_one()
        target = self._whatsapp_own_message_of(wamid)
        if target:
            before = html2plaintext(target.body or "").strip()
            body = Markup("<p><s>%s</s></p><p><em>%s</em></p>") % (
                before,
                self.env._("Deleted by who wrote it"),
            )
            messages = target | target.gateway_message_id
            messages._whatsapp_lock()
            messages.write({"body": body})
            messages._whatsapp_push_content()
        return target

    # --------------------------------------------------- the business's phone
    def _whatsapp_link_known_lead(self):
        """Bind the conversation to a lead that has its number; make none."""
        self.ensure_one()
        if not self.lead_id:
            Lead = self.env["crm.lead"].sudo().with_company(self.gateway_id.company_id)
            lead = Lead._whatsapp_find_lead(self).filtered("active")
            if lead:
                self._whatsapp_link_lead(lead)

    def _whatsapp_post_echo(self, us, html, echo):
        """Post what was written on the phone, as ours and without sending it.

        :param echo: :class:`webhook_events.MessageEcho`
        """
        self.ensure_one()
        # Nothing with this context is sent.
        message = self.with_context(no_gateway_notification=True).message_post(
            body=html,
            author_id=us.id,
            date=echo.time(fields.Datetime.now()),
            gateway_type="whatsapp",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        message.write(
            {
                "whatsapp_wamid": echo.wamid,
                "parent_id": self._whatsapp_own_message_of(echo.quoted_id).id,
            }
        )
        self._whatsapp_attach(message, vcards(echo.content))
        self._whatsapp_after_outbound(message)
        return message

    # ---------------------------------------------- besides text and file
    def _whatsapp_apply_inbound(self, event):
        """Do what a customer's message says besides its text; the lead is there.

        :param event: :class:`webhook_events.InboundMessage`
        """
        self.ensure_one()
        self._whatsapp_detect_opt_out(event)
        if event.referral:
            self._whatsapp_note_referral(event.referral)

    def _whatsapp_note_referral(self, referral):
        """Say from which advertisement the customer came; keep it on the lead.

        :param referral: :class:`webhook_events.Referral`
        """
        self.ensure_one()
        text = self.env._("Came from an advertisement.")
        if referral.label:
            text = self.env._(
                "Came from the advertisement: %(headline)s", headline=referral.label
            )
        url = referral.source_url
        link = ""
        if url.startswith(("https://", "http://")):
            link = Markup('<a href="%s" target="_blank">%s</a>') % (url, url)
        self._whatsapp_post_note(Markup("%s %s") % (text, link))
        self.lead_id._whatsapp_keep_referral(referral)
