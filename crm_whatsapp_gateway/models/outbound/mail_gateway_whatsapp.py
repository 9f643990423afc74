"""Outbound: a message of a conversation becomes rows of the queue."""

import re

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ...tools import const
from ...tools.outgoing_file import KINDS, CannotBeSent, GivenFile, prepare_file
from ...tools.text_parts import CannotBeSplit, length_of, split_text
from ...tools.whatsapp_text import has_link, html_to_whatsapp

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

    # ----------------------------------------------------------------- rows
    def _whatsapp_prepare_rows(self, gateway, notification):
        """Values of the rows of a message: each file, then the text in parts. Hook.

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
            parts = self._whatsapp_prepare_parts(channel, body, files)
        if not parts:
            return []
        channel._whatsapp_check_opt_out()
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
        vals = {"kind": payload["type"], "attachment_id": file.id, "payload": payload}
        if file:
            outgoing = self._whatsapp_prepare_file(file, has_text=True)
            vals["converted_id"] = self._whatsapp_store_converted(outgoing).id
        return vals

    def _whatsapp_prepare_parts(self, channel, body, files):
        """Values of the rows of a message that is no template, in their order."""
        texts = []
        if not is_html_empty(body):
            texts = self._whatsapp_prepare_text(channel, body)
        rows = [
            self._whatsapp_prepare_media(channel, file, has_text=bool(texts))
            for file in files
        ]
        return self._whatsapp_add_text(rows, texts)

    def _whatsapp_prepare_media(self, channel, attachment, has_text=False):
        """Values of the row of a file, converted where WhatsApp does not take it.

        :param has_text: whether a text goes with it
        :raise UserError: for a file that cannot be sent, with what to do
        """
        file = self._whatsapp_prepare_file(attachment, has_text)
        payload = self._send_payload(
            channel,
            media_id=MEDIA_PLACEHOLDER,
            media_type=file.kind,
            media_name=file.name,
        )
        if file.is_voice:
            payload[file.kind]["voice"] = True
        return {
            "kind": file.kind,
            "attachment_id": attachment.id,
            "converted_id": self._whatsapp_store_converted(file).id,
            "payload": payload,
        }

    def _whatsapp_check_file(self, attachment):
        """Return the kind of message that carries a file with a text.

        :raise UserError: for a file that cannot be sent, with what to do
        """
        return self._whatsapp_prepare_file(attachment, has_text=True).kind

    def _whatsapp_prepare_file(self, attachment, has_text):
        """Return the :class:`outgoing_file.OutgoingFile` of an attachment.

        :raise UserError: for a file that cannot be sent, with what to do
        """
        given = GivenFile(
            name=attachment.name,
            mimetype=attachment.mimetype or "",
            size=attachment.file_size,
            read=lambda: attachment.raw,
            # sudo: internal to Odoo, no user may read it.
            is_voice=bool(attachment.sudo().voice_ids),
        )
        kinds = self._get_whatsapp_mimetype_kind()
        try:
            return prepare_file(given, kinds, has_text, self.env._)
        except CannotBeSent as error:
            raise UserError(str(error)) from error

    def _whatsapp_store_converted(self, file):
        """Return an attachment with a converted file, empty where none was made.

        It belongs to its row: see ``create`` there.
        """
        Attachment = self.env["ir.attachment"].sudo()
        if file.content is None:
            return Attachment
        return Attachment.create(
            {
                "name": file.name,
                "mimetype": file.mimetype,
                "raw": file.content,
                "res_model": "whatsapp.message.queue",
            }
        )

    def _get_whatsapp_mimetype_kind(self):
        """OCA's, which lacks types and takes every WebP for a sticker."""
        return super()._get_whatsapp_mimetype_kind() | KINDS

    def _whatsapp_prepare_text(self, channel, body):
        """Values of the rows of a text, or of a template.

        :raise UserError: for a text that cannot be split, with what to do
        """
        payload = self._send_payload(channel, body=body)
        kind = payload["type"]
        if kind != "text":
            return [{"kind": kind, "payload": payload}]
        text = payload["text"]["body"]
        try:
            parts = split_text(text, const.TEXT_LENGTH)
        except CannotBeSplit:
            parts = []
        if len(parts) > const.MOST_PARTS or (text and not parts):
            raise UserError(
                self.env._(
                    "A WhatsApp message holds %(limit)s characters; this one has"
                    " %(length)s and cannot be sent in up to %(parts)s parts. Make it"
                    " shorter, or attach it as a file.",
                    limit=const.TEXT_LENGTH,
                    length=length_of(text),
                    parts=const.MOST_PARTS,
                )
            )
        parameters = self.env["ir.config_parameter"].sudo()
        shown = parameters.get_param("crm_whatsapp_gateway.link_preview") != "False"
        texts = [
            {"preview_url": shown and has_link(part), "body": part} for part in parts
        ]
        return [{"kind": kind, "payload": dict(payload, text=text)} for text in texts]

    def _whatsapp_add_text(self, files, texts):
        """Rows of a message: a single file takes a short text as its caption.

        :param files: values of the files' rows
        :param texts: values of the text's rows
        """
        text = len(texts) == 1 and texts[0]["payload"].get("text")
        if (
            text
            and len(files) == 1
            and files[0]["kind"] in const.CAPTIONED
            and length_of(text["body"]) <= const.CAPTION_LENGTH
        ):
            [file] = files
            file["payload"][file["kind"]]["caption"] = text["body"]
            return files
        return files + texts

    def _html_to_whatsapp(self, body):
        """OCA's converter, which makes footnotes of links and loses lists."""
        return html_to_whatsapp(body)

    def _whatsapp_prepare_reaction(self, channel, message, emoji):
        """Values of the row of a reaction.

        :param message: ``mail.message`` of the customer
        :param emoji: ``''`` takes the reaction away
        """
        token = self.env["whatsapp.message.queue"]._new_callback_data()
        payload = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": channel.gateway_channel_token,
            "type": "reaction",
            "reaction": {"message_id": message.whatsapp_wamid, "emoji": emoji},
        }
        return {
            "kind": "reaction",
            "payload": self._whatsapp_complete_payload(payload, token),
            "callback_data": token,
            "gateway_id": channel.gateway_id.id,
            "channel_id": channel.id,
            "recipient": channel.gateway_channel_token,
        }

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
        """Add to a payload what OCA's builder leaves out. Hook.

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
