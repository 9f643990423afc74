"""Files of inbound messages: fetched when the words are visible already."""

import logging
from datetime import timedelta

import requests
from markupsafe import Markup

from odoo import api, fields, models

from ...processing.retry import MEDIA
from ...processing.transaction import in_transaction
from ...tools import media
from ...tools.json_values import is_blank

_logger = logging.getLogger(__name__)


class WhatsappMedia(models.Model):
    _name = "whatsapp.media"
    _description = "WhatsApp File"
    _rec_name = "file_name"
    _order = "id desc"

    message_id = fields.Many2one(
        "mail.message", required=True, readonly=True, index=True, ondelete="cascade"
    )
    channel_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    gateway_id = fields.Many2one(related="channel_id.gateway_id")
    lead_id = fields.Many2one(related="channel_id.lead_id")
    kind = fields.Selection(
        [
            ("image", "Image"),
            ("audio", "Audio"),
            ("video", "Video"),
            ("document", "Document"),
            ("sticker", "Sticker"),
        ],
        required=True,
        readonly=True,
    )
    file_name = fields.Char(required=True, readonly=True)
    media_id = fields.Char(string="Meta's Id", readonly=True)
    url = fields.Char(readonly=True, groups="base.group_system")
    mimetype = fields.Char(readonly=True)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    voice = fields.Boolean(readonly=True)
    has_caption = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("pending", "To Fetch"), ("done", "Fetched"), ("failed", "Lost")],
        required=True,
        default="pending",
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    reason = fields.Selection(
        [
            (media.GONE, "WhatsApp does not have it any more"),
            (media.TOO_LARGE, "It is too large"),
            (media.REFUSED, "Its address is not one of Meta"),
            (media.TRUNCATED, "It arrived incomplete"),
            (media.UNREACHABLE, "WhatsApp could not be reached"),
        ],
        readonly=True,
    )
    error = fields.Char(string="Detail", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS whatsapp_media_due_idx
                ON whatsapp_media (next_try) WHERE state = 'pending'
            """
        )

    @api.model
    def _schedule_fetch(self, message, content):
        """Remember to fetch the file of a message that has just been posted.

        :param message: ``mail.message`` of a conversation
        :param content: :class:`webhook_events.Media`
        """
        key = content.media_id or str(message.id)
        return self.sudo().create(
            {
                "message_id": message.id,
                "channel_id": message.res_id,
                "kind": content.kind,
                "file_name": media.file_name(
                    content.file_name, content.kind, content.mimetype, key
                ),
                "media_id": content.media_id,
                "url": content.url,
                "mimetype": content.mimetype,
                "sha256": content.sha256,
                "voice": content.voice,
                "has_caption": not is_blank(content.caption),
                "next_try": fields.Datetime.now(),
            }
        )

    # --------------------------------------------------------------- worker
    @api.model
    def _fetch_next(self):
        """Fetch the file that is due for longest. No transaction is open meanwhile.

        :return: whether there was one
        """
        found = in_transaction(self.env, lambda env: env[self._name]._claim())
        if not found:
            return False
        media_row_id, wanted = found
        try:
            with requests.Session() as session:
                fetched = media.fetch(session, wanted)
        except media.MediaProblem as problem:
            # Kept here: Python forgets the name at the end of the clause.
            failure = problem
            in_transaction(
                self.env, lambda env: env[self._name]._fail(media_row_id, failure)
            )
        else:
            in_transaction(
                self.env, lambda env: env[self._name]._store(media_row_id, fetched)
            )
        return True

    @api.model
    def _claim(self):
        """Take the next file that is due, for as long as a download may take.

        :return: (id, what to fetch), None when nothing is due
        """
        self.flush_model(["state", "next_try"])
        self.env.cr.execute(
            """
            SELECT id FROM whatsapp_media
             WHERE state = 'pending' AND next_try <= %s
             ORDER BY next_try, id LIMIT 1
               FOR UPDATE SKIP LOCKED
            """,
            (fields.Datetime.now(),),
        )
        row = self.env.cr.fetchone()
        if not row:
            return None
        own = self.sudo().browse(row[0])
        own.write(
            {
                "attempts": own.attempts + 1,
                "next_try": fields.Datetime.now() + timedelta(seconds=media.LEASE),
            }
        )
        return own.id, own._wanted()

    def _wanted(self):
        gateway = self.gateway_id
        service = self.env["mail.gateway.whatsapp"]
        limit = self.env["ir.config_parameter"].get_param(
            "crm_whatsapp_gateway.media_max_bytes", media.MAX_BYTES
        )
        return media.Wanted(
            media_id=self.media_id or "",
            url=self.url or "",
            sha256=self.sha256 or "",
            mimetype=self.mimetype or "",
            version=gateway.whatsapp_version or "",
            token=gateway.token or "",
            max_bytes=int(limit),
            proxies=service._get_proxies(),
        )

    @api.model
    def _store(self, media_row_id, fetched):
        """Put the file into the conversation and into the lead."""
        own = self.sudo().browse(media_row_id).exists()
        if not own or own.state != "pending":
            return
        # Superusers may store pages that run scripts; a customer may not.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .with_context(attachments_mime_plainxml=True)
            .create(
                {
                    "name": own.file_name,
                    "raw": fetched.content,
                    "mimetype": fetched.mimetype or own.mimetype,
                    "res_model": "discuss.channel",
                    "res_id": own.channel_id.id,
                }
            )
        )
        if own.voice:
            attachment._set_voice_metadata()
        messages = own.message_id | own.message_id.gateway_message_id
        vals = {"attachment_ids": [(4, attachment.id)]}
        if not own.has_caption:
            # The words only stood in for the file.
            vals["body"] = ""
        messages.write(vals)
        messages._whatsapp_push_content()
        own.write(
            {
                "state": "done",
                "attachment_id": attachment.id,
                "next_try": False,
                "reason": False,
                "error": False,
            }
        )

    @api.model
    def _fail(self, media_row_id, problem):
        """Try again later; after the last try leave a line in the conversation."""
        own = self.sudo().browse(media_row_id).exists()
        if not own or own.state != "pending":
            return
        _logger.warning(
            "WhatsApp file %s could not be fetched: %s", own.id, problem.reason
        )
        vals = {"reason": problem.reason, "error": problem.detail}
        wait = MEDIA.wait_after(own.attempts)
        lost = problem.final or not wait
        if lost:
            vals.update(state="failed", next_try=False)
        else:
            vals["next_try"] = fields.Datetime.now() + wait
        own.write(vals)
        if lost:
            own._post_note_of_loss()

    def _post_note_of_loss(self):
        self.ensure_one()
        lang = self.gateway_id._whatsapp_lang(self.lead_id.user_id)
        own = self.with_context(lang=lang)
        reasons = dict(own._fields["reason"]._description_selection(own.env))
        action = self.env.ref("crm_whatsapp_gateway.whatsapp_media_action")
        link = Markup('<a href="/odoo/action-%s/%s">%s</a>') % (
            action.id,
            own.id,
            own.env._("Fetch again"),
        )
        text = own.env._(
            "The file %(name)s could not be fetched: %(why)s.",
            name=own.file_name,
            why=reasons[own.reason],
        )
        own.channel_id._whatsapp_post_note(Markup("%s %s") % (text, link))

    # -------------------------------------------------------------- actions
    def action_fetch_again(self):
        """Button: try lost files anew."""
        self.check_access("read")
        lost = self.sudo().filtered(lambda own: own.state == "failed")
        lost.write(
            {"state": "pending", "attempts": 0, "next_try": fields.Datetime.now()}
        )
        self.env["whatsapp.webhook.event"]._trigger_processing()
        return True
