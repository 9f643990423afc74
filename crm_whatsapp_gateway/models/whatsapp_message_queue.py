"""The outbox: a row is one WhatsApp message.

Here: what a row is, its states and what people may do with it. How it is sent
stands in ``whatsapp_message_queue_worker.py``, what status webhooks do to it in
``whatsapp_message_queue_status.py``.
"""

import logging
import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import const

_logger = logging.getLogger(__name__)

PENDING = "pending"
PROCESSING = "processing"
SUCCESS = "success"
FAILED = "failed"
UNCERTAIN = "uncertain"
CANCELLED = "cancelled"

# Every move of a row's state; any other is a mistake of ours. A status webhook
# proves that Meta took the message, whatever we believed before.
TRANSITIONS = {
    PENDING: {PROCESSING, SUCCESS, FAILED, CANCELLED},
    PROCESSING: {PENDING, SUCCESS, FAILED, UNCERTAIN},
    UNCERTAIN: {PENDING, SUCCESS, FAILED, CANCELLED},
    FAILED: {PENDING, SUCCESS, CANCELLED},
    SUCCESS: {FAILED},
    CANCELLED: {SUCCESS},
}
# While an earlier row of its conversation is in one of these, a row waits.
UNFINISHED = (PENDING, PROCESSING, UNCERTAIN)


class WhatsappMessageQueue(models.Model):
    _name = "whatsapp.message.queue"
    _description = "WhatsApp Message to Send"
    _rec_name = "recipient"
    _order = "id desc"

    gateway_id = fields.Many2one(
        "mail.gateway", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="gateway_id.company_id", store=True)
    channel_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    lead_id = fields.Many2one(related="channel_id.lead_id")
    message_id = fields.Many2one(
        "mail.message",
        string="Message in Discuss",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    notification_id = fields.Many2one(
        "mail.notification", readonly=True, index="btree_not_null", ondelete="set null"
    )
    recipient = fields.Char(
        required=True,
        readonly=True,
        help="wa_id or business-scoped id it goes to.",
    )
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("template", "Template"),
            ("image", "Image"),
            ("audio", "Audio"),
            ("video", "Video"),
            ("document", "Document"),
            ("sticker", "Sticker"),
        ],
        required=True,
        readonly=True,
    )
    sequence = fields.Integer(
        string="Part",
        readonly=True,
        help="Place of this part in its message: files first, then the text.",
    )
    payload = fields.Json(readonly=True, help="What is sent, frozen when queued.")
    preview = fields.Char(string="Content", compute="_compute_preview")
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    media_id = fields.Char(readonly=True, help="Meta's id of the uploaded file.")
    media_expiry = fields.Datetime(readonly=True)
    callback_data = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._new_callback_data(),
        help="Comes back with every status, so that a lost answer can be cleared up.",
    )
    wamid = fields.Char(
        string="WhatsApp Message Id",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            (PENDING, "To Send"),
            (PROCESSING, "Sending"),
            (SUCCESS, "Sent"),
            (FAILED, "Failed"),
            (UNCERTAIN, "Uncertain"),
            (CANCELLED, "Cancelled"),
        ],
        required=True,
        readonly=True,
        default=PENDING,
        index=True,
    )
    retry_count = fields.Integer(string="Retries", readonly=True)
    max_retries = fields.Integer(
        readonly=True, default=lambda self: len(self._get_retry_waits())
    )
    next_retry = fields.Datetime(
        help="It is not sent before this time. Empty: as soon as its turn comes."
    )
    queued_at = fields.Datetime(
        readonly=True, required=True, default=lambda self: fields.Datetime.now()
    )
    forced = fields.Boolean(
        readonly=True,
        help="A person asked for this try: it does not wait for the circuit breaker.",
    )
    claimed_at = fields.Datetime(readonly=True)
    failed_at = fields.Datetime(string="Last Failure", readonly=True)
    error_code = fields.Char(readonly=True, help="Meta's code.")
    error_message = fields.Char(string="Reason", readonly=True)
    uncertain_alerted = fields.Boolean(readonly=True)
    whatsapp_state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
        ],
        string="WhatsApp",
        required=True,
        readonly=True,
        default="queued",
    )
    sent_at = fields.Datetime(readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    read_at = fields.Datetime(readonly=True)
    attempt_ids = fields.One2many(
        "whatsapp.message.queue.attempt", "queue_id", string="Attempts", readonly=True
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_message_queue_callback_uniq
                ON whatsapp_message_queue (callback_data);
            CREATE INDEX IF NOT EXISTS whatsapp_message_queue_unfinished_idx
                ON whatsapp_message_queue (channel_id, id)
                WHERE state IN ('pending', 'processing', 'uncertain')
            """
        )

    @api.depends("kind", "payload", "attachment_id")
    def _compute_preview(self):
        for row in self:
            payload = row.payload or {}
            row.preview = (
                (payload.get("text") or {}).get("body")
                or (payload.get("template") or {}).get("name")
                or row.sudo().attachment_id.name
            )

    def write(self, vals):
        res = super().write(vals)
        if "next_retry" in vals and not self.env.su:
            # A person moved it: it goes when it is due, breaker or not.
            super().write({"forced": True})
            self._wake_worker(at=vals["next_retry"])
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_its_way(self):
        if any(row.state in (PROCESSING, UNCERTAIN) for row in self):
            raise UserError(
                self.env._(
                    "A message that may have reached the customer cannot be deleted."
                    " Say first whether it was sent."
                )
            )

    # ------------------------------------------------------------- settings
    @api.model
    def _get_number(self, name, default):
        """System parameter as a positive number; ``default`` for anything else."""
        text = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(const.PARAMETER_PREFIX + name)
        )
        try:
            return max(0, int(text)) if text else default
        except ValueError:
            _logger.warning("Parameter %s is no number; %s is taken", name, default)
            return default

    @api.model
    def _get_retry_waits(self):
        """Seconds after the first, second… failed call, as many as retries."""
        text = (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(const.PARAMETER_PREFIX + "retry_waits")
        )
        try:
            return (
                [max(0, int(part)) for part in text.split(",")]
                if text
                else list(const.RETRY_WAITS)
            )
        except ValueError:
            _logger.warning("Parameter retry_waits is no list of seconds")
            return list(const.RETRY_WAITS)

    @api.model
    def _new_callback_data(self):
        """A token that no other row has, ours or another database's."""
        return uuid.uuid4().hex

    # --------------------------------------------------------------- states
    def _move(self, state, vals=None):
        """Bring rows into a state, and notifications in step with it.

        :raise ValueError: for a move that :data:`TRANSITIONS` does not know
        """
        for row in self:
            if state != row.state and state not in TRANSITIONS[row.state]:
                raise ValueError(f"queue row {row.id}: {row.state} -> {state}")
        self.write(dict(vals or {}, state=state))
        self._sync_notifications()

    def _dispatch(self):
        """Have freshly written rows sent. Hook: called in the writer's transaction.

        Must not call Meta: the transaction may still be rolled back or replayed.
        """
        self._wake_worker()

    @api.model
    def _wake_worker(self, at=None):
        """Run the worker, after this transaction's commit or at a time (UTC)."""
        if isinstance(at, str):
            at = fields.Datetime.to_datetime(at)
        self.env["ir.cron"]._whatsapp_wake(const.SENDING_JOB, at or None)

    # -------------------------------------------------------------- actions
    def _check_may_act(self):
        """Buttons act on rows that the user can see; raise otherwise."""
        self.check_access("read")
        return self.sudo()

    def action_retry_now(self):
        """Send failed or waiting rows as soon as possible.

        Refused for uncertain rows: whether to repeat them is a decision of its own.
        """
        rows = self._check_may_act()
        if any(row.state == UNCERTAIN for row in rows):
            raise UserError(
                self.env._(
                    "It is not known whether the customer got this message. Press"
                    " 'Send Again' or 'It Was Sent'."
                )
            )
        failed = rows.filtered(lambda row: row.state == FAILED)
        failed._requeue()
        waiting = rows.filtered(lambda row: row.state == PENDING)
        waiting.write({"next_retry": False, "forced": True})
        if waiting:
            self._wake_worker()

    def action_send_again(self):
        """A person decides that an uncertain message is to be repeated."""
        rows = self._check_may_act().filtered(lambda row: row.state == UNCERTAIN)
        rows._log_decision("again")
        rows._requeue()

    def action_mark_sent(self):
        """A person knows that an uncertain message has arrived."""
        rows = self._check_may_act().filtered(lambda row: row.state == UNCERTAIN)
        rows._log_decision("sent")
        for row in rows:
            row._move(
                SUCCESS,
                {
                    "whatsapp_state": "sent",
                    "sent_at": row.claimed_at,
                    "error_code": False,
                    "error_message": False,
                },
            )
        self._wake_worker()

    def action_cancel(self):
        """Give rows up that have not been sent."""
        rows = self._check_may_act()
        allowed = {state for state, to in TRANSITIONS.items() if CANCELLED in to}
        if any(row.state not in allowed for row in rows):
            raise UserError(
                self.env._("Only a message that has not been sent can be cancelled.")
            )
        rows._move(CANCELLED, {"next_retry": False, "forced": False})
        self._wake_worker()

    @api.model
    def process_due(self):
        """Send what is due now, without waiting for the cron.

        For supervisors and administrators, also over RPC.

        :return: number of calls that were made
        """
        user = self.env.user
        if not (
            user.has_group("crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor")
            or user.has_group("base.group_system")
        ):
            raise AccessError(
                self.env._("Only supervisors and administrators can run the queue.")
            )
        return self.sudo()._process_queue()

    def _requeue(self):
        """Begin again: all retries, not held back."""
        self._move(
            PENDING,
            {
                "queued_at": fields.Datetime.now(),
                "retry_count": 0,
                "max_retries": len(self._get_retry_waits()),
                "next_retry": False,
                "forced": True,
                "wamid": False,
                "claimed_at": False,
                "uncertain_alerted": False,
                "error_code": False,
                "error_message": False,
                "whatsapp_state": "queued",
            },
        )
        if self:
            self._wake_worker()

    def _cancel_unsent(self):
        """Their message is gone: what has not left stays here."""
        self.filtered(lambda row: row.state == PENDING)._move(
            CANCELLED, {"next_retry": False, "forced": False}
        )

    def _log_decision(self, outcome):
        self.env["whatsapp.message.queue.attempt"].create(
            [
                {
                    "queue_id": row.id,
                    "step": "decision",
                    "outcome": outcome,
                    "date": fields.Datetime.now(),
                    "reason": self.env.user.name,
                }
                for row in self
            ]
        )
