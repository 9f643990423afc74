"""The ticks: what becomes of a message on WhatsApp, in channel and lead."""

from odoo import api, models

from ...compat import send_content, send_notifications, users_of_group_domain

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
        res = super()._send_to_gateway_thread(gateway_channel_id)
        if gateway_channel_id.gateway_id.gateway_type == "whatsapp":
            sent = self.sudo().gateway_message_ids.sorted("id")[-1:]
            self._whatsapp_copy_state(sent)
        return res

    def _whatsapp_mirror_notification(self, channel_message):
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

    def _whatsapp_cancel_if_empty(self):
        """Somebody removed the content of these messages: what waits is not sent."""
        self.sudo()._filter_empty()._whatsapp_rows()._cancel_unsent()

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
