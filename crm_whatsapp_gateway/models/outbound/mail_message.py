"""The ticks: what becomes of a message on WhatsApp, in channel and lead."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...compat import send_content, send_notifications, users_of_group_domain
from ...tools import const

SUPERVISORS = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor"


class MailMessage(models.Model):
    _inherit = "mail.message"

    def unlink(self):
        rows = (
            self.env["whatsapp.message.queue"]
            .sudo()
            .search([("message_id", "in", self.ids)])
        )
        res = super().unlink()
        rows._cancel_unsent()
        return res

    def _send_to_gateway_thread(self, gateway_channel_id):
        """OCA: send a document's message into a conversation.

        It marks the document's notification as sent at once; here it is in the queue.
        """
        link = gateway_channel_id.sudo()
        if link.gateway_id.gateway_type != "whatsapp":
            return super()._send_to_gateway_thread(gateway_channel_id)
        self._whatsapp_check_link(link)
        # sudo: the conversation may have to be made.
        res = super(MailMessage, self.sudo())._send_to_gateway_thread(link)
        sent = self.sudo().gateway_message_ids.sorted("id")[-1:]
        self._whatsapp_copy_state(sent)
        return res

    def _whatsapp_copy_notification(self, channel_message):
        """Show the ticks of a conversation's message on its mirror as well.

        :param self: the mirror in the lead's chatter, which is
            ``channel_message.gateway_message_id``
        :param channel_message: message in the conversation; nothing happens when it
            is not sent to WhatsApp
        """
        self.ensure_one()
        rows = channel_message._whatsapp_rows()
        if not rows:
            return
        # No partner: nobody is notified, and it stands in nobody's inbox.
        self.env["mail.notification"].sudo().create(
            {
                "mail_message_id": self.id,
                "gateway_channel_id": rows.channel_id.id,
                "notification_type": "gateway",
                "gateway_type": "whatsapp",
            }
        )
        self._whatsapp_copy_state(channel_message)

    def _whatsapp_copy_state(self, channel_message):
        rows = channel_message._whatsapp_rows()
        if rows:
            own = self._whatsapp_notifications(rows.channel_id)
            own._whatsapp_write(rows._prepare_notification_vals())

    # ------------------------------------------------------------------ edits
    def _whatsapp_check_editable(self):
        """Refuse to change messages that left, or are leaving.

        Their rows are held until the transaction ends, so that none leaves meanwhile.

        :raise UserError: with what to do instead
        """
        rows = self._whatsapp_rows()
        if not rows:
            return
        self.env.cr.execute(
            "SELECT id FROM whatsapp_message_queue WHERE id IN %s FOR NO KEY UPDATE",
            (tuple(rows.ids),),
            log_exceptions=False,
        )
        states = set(rows.mapped("state"))
        if "success" in states:
            raise UserError(
                self.env._(
                    "WhatsApp cannot take this message back: the customer keeps it as"
                    " it was sent. Write another one to correct it."
                )
            )
        if states & {"processing", "uncertain"}:
            raise UserError(
                self.env._(
                    "This message is being sent, or may have reached the customer. Wait"
                    " until its state is known."
                )
            )

    def _whatsapp_follow_edit(self):
        """Have messages that still wait sent as they are now, their copies in step.

        :raise UserError: when Meta would refuse the new content, with the reason
        """
        for message in self.sudo():
            rows = message._whatsapp_rows().filtered(
                lambda row: row.state in ("pending", "failed")
            )
            if not rows:
                continue
            copy = message.gateway_message_id
            if copy.body != message.body:
                copy.body = message.body
            (message | copy)._whatsapp_push_content()
            if message in message._filter_empty():
                rows._move("cancelled", {"next_retry": False, "forced": False})
            else:
                message._whatsapp_rebuild(rows)
            rows.channel_id._whatsapp_refresh_preview(message)

    def _whatsapp_rebuild(self, rows):
        """Put this message's new content into its rows, which keep their places."""
        self.ensure_one()
        if "template" in rows.mapped("kind"):
            raise UserError(
                self.env._(
                    "A template is sent as it was approved. Delete this message and"
                    " send the template again."
                )
            )
        service = self.env["mail.gateway.whatsapp"]
        vals_list = service._whatsapp_prepare_rows(
            rows.gateway_id, rows.notification_id
        )
        for row, vals in zip(rows, vals_list, strict=False):
            former = row.converted_id
            row.write(
                {
                    "attachment_id": False,
                    "converted_id": False,
                    "media_id": False,
                    "media_expiry": False,
                    **vals,
                }
            )
            former.unlink()
        rows[len(vals_list) :]._move("cancelled", {"next_retry": False})
        added = rows.create(vals_list[len(rows) :])
        rows._sync_notifications()
        if added:
            added._dispatch()

    # -------------------------------------------------------------- reactions
    def _message_reaction(self, content, action, partner, guest, store=None):
        """Have a reaction of ours to a customer's message sent.

        A number has one reaction per message: a new one takes the place of a
        colleague's.
        """
        if self.env.context.get(const.REACTION_KNOWN) or guest or not partner:
            return super()._message_reaction(content, action, partner, guest, store)
        own = self.sudo()
        theirs = (own | own.gateway_message_ids).filtered(
            lambda message: message._whatsapp_is_of_customer()
        )[:1]
        refusal = (theirs or own)._whatsapp_reaction_refusal()
        if refusal and action == "add":
            self.env.user._bus_send(
                "simple_notification", {"type": "warning", "message": refusal}
            )
        if refusal or not theirs:
            return super()._message_reaction(content, action, partner, guest, store)
        for message in theirs | theirs.gateway_message_id:
            message = message.with_context(**{const.REACTION_KNOWN: True})
            for one in message._whatsapp_own_reactions(theirs):
                if action == "add" and one.content != content:
                    message._message_reaction(
                        one.content, "remove", one.partner_id, one.guest_id
                    )
            if message.id != self.id:
                message._message_reaction(content, action, partner, guest)
        res = super()._message_reaction(content, action, partner, guest, store)
        left = theirs._whatsapp_own_reactions(theirs).mapped("content")
        theirs._whatsapp_queue_reaction(left[-1] if left else "")
        return res

    def _whatsapp_is_of_customer(self):
        """Return whether a customer wrote this message of a conversation."""
        if self.model != "discuss.channel" or not self.whatsapp_wamid:
            return False
        company = self._whatsapp_channel().gateway_id.company_id
        us = company.partner_id | self.env.ref("base.partner_root")
        return self.author_id not in us if self.author_id else True

    def _whatsapp_channel(self):
        return self.env["discuss.channel"].sudo().browse(self.res_id)

    def _whatsapp_own_reactions(self, theirs):
        """Reactions that are not of the customer who wrote ``theirs``."""
        return self.reaction_ids.filtered(
            lambda one: (
                one.partner_id != theirs.author_id
                if one.partner_id
                else one.guest_id != theirs.author_guest_id
            )
        )

    def _whatsapp_reaction_refusal(self):
        """Return why a reaction to this message cannot be sent, ``''`` if it can.

        ``''`` as well where nobody expects it to be sent.
        """
        if not self._whatsapp_is_of_customer():
            if not (self | self.gateway_message_ids)._whatsapp_rows():
                return ""
            return self.env._(
                "Only seen here: WhatsApp takes reactions to messages of the customer."
            )
        channel = self._whatsapp_channel()
        if fields.Datetime.now() - self.date > timedelta(days=const.REACTION_DAYS):
            return self.env._(
                "Only seen here: WhatsApp takes no reactions to messages older than"
                " %(days)s days.",
                days=const.REACTION_DAYS,
            )
        if channel.whatsapp_opted_out_at or not channel.whatsapp_window_open:
            return self.env._(
                "Only seen here: %(name)s has not written in the last 24 hours, or"
                " asked not to be written to.",
                name=channel.name,
            )
        return ""

    def _whatsapp_queue_reaction(self, emoji):
        """Queue our reaction to a customer's message.

        :param emoji: ``''`` takes it away
        """
        channel = self._whatsapp_channel()
        Queue = self.env["whatsapp.message.queue"].sudo()
        domain = [("channel_id", "=", channel.id), ("kind", "=", "reaction")]
        former = Queue.search(domain, order="id").filtered(
            lambda row: row.payload["reaction"]["message_id"] == self.whatsapp_wamid
        )
        former._cancel_unsent()
        left = former.filtered(lambda row: row.state not in ("cancelled", "failed"))
        seen = left[-1:].payload["reaction"]["emoji"] if left else ""
        if emoji == seen:
            # The customer sees it already, or has never seen one.
            return
        service = self.env["mail.gateway.whatsapp"]
        Queue.create(
            service._whatsapp_prepare_reaction(channel, self, emoji)
        )._dispatch()

    def _whatsapp_rows(self):
        """Rows of the queue that carry this message, in the order of its parts."""
        return (
            self.env["whatsapp.message.queue"]
            .sudo()
            .search([("message_id", "in", self.ids)], order="sequence, id")
        )

    def _whatsapp_notifications(self, channel):
        """Notifications that show this message's state: its own, the document's."""
        messages = self.sudo() | self.sudo().gateway_message_id
        return messages.notification_ids.filtered(
            lambda notification: (
                notification.notification_type == "gateway"
                and notification.gateway_channel_id in channel
            )
        )

    def _whatsapp_push_states(self):
        """Show the states of these messages in browsers that are open."""
        self._whatsapp_push(send_notifications)

    def _whatsapp_push_content(self):
        """Show new text and files of these messages in browsers that are open."""
        self._whatsapp_push(send_content)

    def _whatsapp_push(self, send):
        """Tell the browsers of everybody who may be looking at these messages.

        Odoo tells author and current user only. In the conversation: its members.
        On the lead: the adviser, the members of its conversations, and supervisors
        and directors who may read it.

        :param send: called with a message and a listener (channel or user)
        """
        for model, messages in self.sudo().filtered("model").grouped("model").items():
            records = self.env[model].sudo().browse(messages.mapped("res_id")).exists()
            supervisors = {}
            if model != "discuss.channel":
                supervisors = self._whatsapp_supervisors(records)
            for message in messages:
                record = records.browse(message.res_id) & records
                targets = record
                if record and model != "discuss.channel":
                    targets = message._whatsapp_watchers(record) | supervisors[record]
                for target in targets:
                    send(message, target)

    def _whatsapp_watchers(self, record):
        """Return users who may have the document open, besides supervisors. Hook.

        :param record: the document on which the message stands
        """
        channels = self.gateway_notification_ids.gateway_channel_id
        users = channels.channel_member_ids.partner_id.user_ids
        users |= self.author_id.user_ids
        if "user_id" in record._fields and record._fields["user_id"].comodel_name == (
            "res.users"
        ):
            users |= record.user_id
        return users.filtered(lambda user: user.active and not user.share)

    @api.model
    def _whatsapp_supervisors(self, records):
        """Return, by document, the supervisors and directors who may read it."""
        group = self.env.ref(SUPERVISORS)
        users = self.env["res.users"].sudo().search(users_of_group_domain(group))
        found = {record: users.browse() for record in records}
        for user in users.filtered(lambda user: user.active and not user.share):
            # As of their own companies: this is no request of theirs.
            own = records.sudo(False).with_user(user)
            own = own.with_context(allowed_company_ids=user.company_ids.ids)
            for record in own._filtered_access("read").with_env(records.env):
                found[record] |= user
        return found
