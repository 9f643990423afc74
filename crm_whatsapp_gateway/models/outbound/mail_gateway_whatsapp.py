"""Outbound: a message of a conversation becomes rows of the queue."""

import re

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools import const

# Stands in a frozen payload until the file is uploaded.
MEDIA_PLACEHOLDER = "uploaded-when-sent"
# Business-scoped user id: "CO.1349120865", linked portfolios "CO.ENT.…".
BUSINESS_SCOPED_ID = re.compile(r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+$")


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _send(
        self,
        gateway,
        record,
        auto_commit=False,
        raise_exception=False,
        parse_mode=False,
    ):
        """Queue a message instead of sending it inside the transaction.

        OCA calls Meta here, before the commit: a replayed transaction would write
        to the customer twice, and one rolled back would leave no trace of it.

        :param record: ``mail.notification`` of a message in a conversation
        :raise UserError: when Meta would refuse it, with the reason
        """
        rows = record.mail_message_id._whatsapp_rows()
        if rows:
            # Asked again for a message that has its rows: only what failed.
            rows.filtered(lambda row: row.state == "failed")._requeue()
            return
        vals_list = self._whatsapp_prepare_rows(gateway, record)
        rows = self.env["whatsapp.message.queue"].sudo().create(vals_list)
        rows._sync_notifications()
        rows._dispatch()

    def _update_content_after_hook(self, channel, message):
        """OCA's hook: a message whose content was removed is not sent any more."""
        res = super()._update_content_after_hook(channel, message)
        message._whatsapp_cancel_if_empty()
        return res

    # ----------------------------------------------------------------- rows
    def _whatsapp_prepare_rows(self, gateway, notification):
        """Values of the rows of a message: each file, then the text. Hook.

        Template and record are only known here, from the context; so payloads are
        built now and frozen.
        """
        message = notification.mail_message_id
        channel = notification.gateway_channel_id
        channel._whatsapp_check_current()
        template_id = self.env.context.get("whatsapp_template_id")
        template = self.env["mail.whatsapp.template"].sudo().browse(template_id)
        files = message.attachment_ids.sorted("id")
        body = self._get_message_body(notification)
        if template:
            parts = [self._whatsapp_prepare_template(channel, template, body, files)]
        else:
            parts = [self._whatsapp_prepare_media(channel, file) for file in files]
            if not is_html_empty(body):
                parts.append(self._whatsapp_prepare_text(channel, body))
        if not parts:
            return []
        channel._whatsapp_check_wish()
        channel.sudo()._whatsapp_check_marketing(template)
        self._whatsapp_check_window(channel, parts)
        Queue = self.env["whatsapp.message.queue"]
        quoted = Queue._wamid_of(message.parent_id)
        if quoted and parts[-1]["kind"] != "template":
            parts[-1]["payload"]["context"] = {"message_id": quoted}
        for sequence, vals in enumerate(parts):
            token = Queue._new_callback_data()
            vals.update(
                payload=self._whatsapp_complete_payload(vals["payload"], token),
                callback_data=token,
                sequence=sequence,
                gateway_id=gateway.id,
                channel_id=channel.id,
                message_id=message.id,
                notification_id=notification.id,
                recipient=channel.gateway_channel_token,
            )
        return parts

    def _whatsapp_prepare_template(self, channel, template, body, files):
        """Values of the row of a template; its file is the header's, no other row.

        :raise UserError: when the file is not of the kind that the header wants
        """
        payload = self._send_payload(channel, body=body or template.name)
        file = template._whatsapp_check_header_file(files)
        return {"kind": payload["type"], "attachment_id": file.id, "payload": payload}

    def _whatsapp_prepare_media(self, channel, attachment):
        kind = self._whatsapp_check_file(attachment)
        payload = self._send_payload(
            channel,
            media_id=MEDIA_PLACEHOLDER,
            media_type=kind,
            media_name=attachment.name,
        )
        return {"kind": kind, "attachment_id": attachment.id, "payload": payload}

    def _whatsapp_check_file(self, attachment):
        """Return the kind of message that carries a file.

        :raise UserError: for a type or size that WhatsApp does not take
        """
        kinds = self._get_whatsapp_mimetype_kind()
        kind = kinds.get(attachment.mimetype)
        if not kind:
            raise UserError(
                self.env._(
                    "WhatsApp takes no files of the type %(type)s: %(name)s. Convert"
                    " it, for instance to PDF, and attach it again.",
                    type=attachment.mimetype,
                    name=attachment.name,
                )
            )
        limit = const.MEDIA_BYTES[kind]
        if attachment.file_size > limit:
            raise UserError(
                self.env._(
                    "%(name)s is too large: WhatsApp takes up to %(limit)s MB of this"
                    " kind. Make it smaller and attach it again.",
                    name=attachment.name,
                    limit=limit / 1_000_000,
                )
            )
        return kind

    def _whatsapp_prepare_text(self, channel, body):
        payload = self._send_payload(channel, body=body)
        kind = payload["type"]
        text = (payload.get("text") or {}).get("body") or ""
        if len(text) > const.TEXT_LENGTH:
            raise UserError(
                self.env._(
                    "A WhatsApp message holds %(limit)s characters; this one has"
                    " %(length)s. Send it in parts.",
                    limit=const.TEXT_LENGTH,
                    length=len(text),
                )
            )
        return {"kind": kind, "payload": payload}

    def _whatsapp_check_window(self, channel, parts):
        """Outside the customer service window Meta takes templates only. Hook.

        :raise UserError: what to do instead
        """
        if channel.whatsapp_window_open:
            return
        if any(part["kind"] != "template" for part in parts):
            raise UserError(
                self.env._(
                    "%(name)s has not written in the last 24 hours, so WhatsApp takes"
                    " only templates. Press 'Send WhatsApp' on the lead and choose"
                    " one.",
                    name=channel.name,
                )
            )

    def _whatsapp_complete_payload(self, payload, token):
        """What OCA's builder leaves out. Hook.

        :param token: comes back in every status of this message
        """
        payload = dict(payload, biz_opaque_callback_data=token)
        if BUSINESS_SCOPED_ID.match(str(payload.get("to") or "")):
            payload["recipient"] = payload.pop("to")
        return payload

    def _whatsapp_graph_url(self, gateway):
        """Address under which a number's calls are made. Hook."""
        return (
            f"{const.GRAPH_URL}/v{gateway.whatsapp_version}"
            f"/{gateway.whatsapp_from_phone}"
        )
