"""The outbox: a row is one WhatsApp message, sent after its writer's commit."""

import logging
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...processing import runner
from ...processing.outbound import Call, File, OutboxQueue
from ...processing.retry import OUTBOX
from ...processing.transaction import in_transaction
from ...tools import const, graph_errors
from ...tools.conversation_state import FAILURE, RECOVERY
from ...tools.outgoing_file import VOICE_TYPE, mimetype_of, name_of
from ...tools.template_components import needs_file, set_media_id

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

PROCESSING_JOB = "ir_cron_outbound"
SYNC_LATER = "crm_whatsapp_gateway.sync_notifications_later"
# Files that are in memory at once.
MOST_UPLOADS = 4
WAITING = "crm_whatsapp_gateway.conversations_to_send"


MEDIA = "media"
MESSAGE = "message"

# A state never goes back: the higher rank stays. ``failed`` undoes ``sent`` but
# not a message that has arrived; ``delivered`` proves a ``failed`` wrong.
RANK = {"queued": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}
# Meta's words that mean one of ours (a voice message that was listened to).
SAME_AS = {"played": "read"}
TIME_FIELD = {"sent": "sent_at", "delivered": "delivered_at", "read": "read_at"}
# mail.notification's word for each state, as its icons need it.
NOTIFICATION_STATUS = {
    "queued": "ready",
    "sent": "pending",
    "delivered": "sent",
    "read": "sent",
    "failed": "exception",
}


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
            ("reaction", "Reaction"),
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
    converted_id = fields.Many2one(
        "ir.attachment",
        string="Converted File",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What is uploaded instead of the file that was attached.",
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
    called_at = fields.Datetime(
        readonly=True, help="When the call that sends the message began."
    )
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
                or (payload.get("reaction") or {}).get("emoji")
                or row.sudo().attachment_id.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows.sudo().filtered("converted_id"):
            # The file goes when the row goes, and whoever sees the row sees it.
            row.converted_id.res_id = row.id
        return rows

    def write(self, vals):
        res = super().write(vals)
        if "next_retry" in vals and not self.env.su:
            # A person moved it: it goes when it is due, breaker or not.
            self.sudo().write({"forced": True})
            self._trigger_processing(at=vals["next_retry"])
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
                else list(OUTBOX.waits)
            )
        except ValueError:
            _logger.warning("Parameter retry_waits is no list of seconds")
            return list(OUTBOX.waits)

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
        failed = self.filtered(lambda row: row.state == FAILED)
        self.write(dict(vals or {}, state=state))
        self._sync_notifications()
        self._show_on_conversation(state, failed, (vals or {}).get("error_code"))

    @api.model
    def _trigger_processing(self, at=None):
        """Have the outbox sent after this transaction's commit, or at a time. Hook.

        :param at: UTC, naive, or as text; a run starts at most a minute later
        """
        job = self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)
        at = fields.Datetime.to_datetime(at or None)
        if not at or at <= fields.Datetime.now():
            job._whatsapp_trigger()
        elif job:
            job._trigger(at=at)

    # -------------------------------------------------------------- actions
    def _check_may_act(self):
        """Buttons act on rows of conversations that the user may read.

        :raise AccessError: for others
        """
        self.check_access("read")
        self.channel_id.check_access("read")
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
            self._trigger_processing()

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
        self._trigger_processing()

    def action_cancel(self):
        """Give rows up that have not been sent."""
        rows = self._check_may_act()
        allowed = {state for state, to in TRANSITIONS.items() if CANCELLED in to}
        if any(row.state not in allowed for row in rows):
            raise UserError(
                self.env._("Only a message that has not been sent can be cancelled.")
            )
        rows._move(CANCELLED, {"next_retry": False, "forced": False})
        self._trigger_processing()

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
            self._trigger_processing()

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

    # ------------------------------------------------------------ conversation

    def _show_on_conversation(self, state, failed, error_code):
        """Show on the conversations that messages failed, or are no longer failed.

        :param state: the rows' new state
        :param failed: those of the rows that had failed before
        :param error_code: Meta's code of a failure, if there is one
        """
        self = self.filtered(lambda row: row.kind != "reaction")
        if state == FAILED:
            (self - failed).channel_id._whatsapp_apply_event(FAILURE)
            if error_code == graph_errors.MARKETING_STOPPED:
                now = fields.Datetime.now()
                self.channel_id._whatsapp_set_marketing_consent(False, now)
            return
        for channel in failed.channel_id:
            if not self._others_failed(channel):
                channel._whatsapp_apply_event(RECOVERY)

    def _others_failed(self, channel):
        """Return whether another row has failed since we last wrote there."""
        since = channel.sudo().whatsapp_last_outbound_at
        return bool(
            self.search_count(
                [
                    ("channel_id", "=", channel.id),
                    ("state", "=", FAILED),
                    ("failed_at", ">=", since),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
        )

    # --------------------------------------------------------------- immediate

    def _dispatch(self):
        """Have freshly written rows sent. Hook: called in the writer's transaction.

        Must not call Meta: the transaction may still be rolled back or replayed.
        """
        mode = self.env["ir.config_parameter"].sudo().get_param(const.OUTBOUND_MODE)
        if mode != const.AT_ONCE:
            self._trigger_processing()
            return
        # Should this process die after the commit, the worker takes over.
        soon = fields.Datetime.now() + timedelta(seconds=const.IMMEDIATE_SECONDS)
        self._trigger_processing(at=soon)
        after_commit = self.env.cr.postcommit
        if WAITING not in after_commit.data:
            after_commit.data[WAITING] = set()
            after_commit.add(
                lambda: self._send_after_commit(after_commit.data.pop(WAITING))
            )
        after_commit.data[WAITING].update(self.channel_id.ids)

    @api.model
    def _send_after_commit(self, channel_ids):
        """Send what is due in these conversations; never raises.

        The user's work is committed: an error here would tell them that it is not.
        """
        # As the cron works: without the user's language and rights.
        queue = self.env(user=SUPERUSER_ID, context={})[self._name]
        try:
            queue._send_due(const.IMMEDIATE_SECONDS, list(channel_ids))
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # the rows wait in the queue, for the worker
            _logger.warning(
                "WhatsApp messages are left to the worker: %s",
                type(error).__name__,
                exc_info=True,
            )

    # ------------------------------------------------------------------ worker

    @api.model
    def _cron_send(self):
        self._process_queue()

    @api.model
    def _process_queue(self, seconds=const.RUN_SECONDS):
        """Apply timeouts to rows, then send what is due.

        :return: number of rows that were tried
        """
        self._in_transaction(lambda queue: queue._apply_timeouts(fields.Datetime.now()))
        return self._send_due(seconds)

    @api.model
    def _send_due(self, seconds, channel_ids=None):
        """Send what is due, oldest first, each conversation in order.

        :param channel_ids: only these conversations; None for all
        :return: number of calls that were made
        """
        with OutboxQueue(self.sudo().env, channel_ids) as queue:
            made, time_is_up = runner.work(queue, seconds)
        if time_is_up:
            # Other jobs come first, then the rest.
            self._in_transaction(lambda queue: queue._trigger_processing())
        return made

    @api.model
    def _in_transaction(self, work):
        """``work(queue)`` in a transaction of its own, as superuser."""
        return in_transaction(self.sudo().env, lambda env: work(env[self._name]))

    # ----------------------------------------------------------------- tidy
    @api.model
    def _apply_timeouts(self, now):
        """Apply what time alone does to rows: crashes, graces, ages."""
        grace = self._get_number("uncertain_grace", const.UNCERTAIN_GRACE)
        self._recover_abandoned(now)
        self._alert_uncertain(now - timedelta(seconds=grace))
        self._give_up_withheld(now)

    @api.model
    def _recover_abandoned(self, now):
        """Rows whose worker died: uncertain, or to be sent if no call had begun."""
        rows = self.search(
            [
                ("state", "=", PROCESSING),
                ("claimed_at", "<", now - timedelta(seconds=self._get_call_seconds())),
            ]
        )
        for row in rows:
            if not row.called_at:
                row._move(PENDING)
                continue
            row._in_own_language()._record_uncertain("worker died", step="recovery")
            # The grace began with the call: the conversation waits no longer for it.
            row.failed_at = row.called_at

    @api.model
    def _alert_uncertain(self, limit):
        """Past the grace a person has to decide; told once per row, in one alert."""
        rows = self.search(
            [
                ("state", "=", UNCERTAIN),
                ("uncertain_alerted", "=", False),
                ("failed_at", "<=", limit),
            ]
        )
        if not rows:
            return
        rows.uncertain_alerted = True
        rows._sync_notifications()
        for gateway, own_rows in rows.grouped("gateway_id").items():
            gateway._whatsapp_alert_uncertain(own_rows)

    @api.model
    def _give_up_withheld(self, now):
        """Fail rows that waited too long, or whose window has closed meanwhile."""
        age = self._get_number("max_age", const.MAX_AGE)
        too_old = self.search(
            [("state", "=", PENDING), ("queued_at", "<", now - timedelta(seconds=age))]
        )
        for row in too_old:
            own = row._in_own_language()
            reason = row.error_message or own.env._("it was withheld")
            own._fail(
                own.env._("It waited too long. Last reason: %(why)s", why=reason),
                "expiry",
            )
            row.gateway_id._whatsapp_alert_unsent(row)
        window = now - timedelta(seconds=const.WINDOW_SECONDS)
        closed = self.search(
            [
                ("state", "=", PENDING),
                ("kind", "!=", "template"),
                ("channel_id.whatsapp_last_inbound_at", "<", window),
            ]
        )
        for row in closed:
            own = row._in_own_language()
            own._fail(
                own.env._(
                    "While it waited, 24 hours had passed since the customer last"
                    " wrote. Send a template instead."
                ),
                "expiry",
            )

    # ---------------------------------------------------------------- claim
    @api.model
    def _claim(self, now, most, channel_ids=None, skipped=()):
        """Take the oldest rows whose turn it is, one of each conversation.

        First statement of a fresh transaction, or the rows another worker has just
        taken would be seen as free.

        :param most: how many at most
        :param channel_ids: only of these conversations; None for all
        :param skipped: ids of rows that are left alone
        :return: list of :class:`outbound.Call`, to be made after the commit
        """
        grace = self._get_number("uncertain_grace", const.UNCERTAIN_GRACE)
        self.env.cr.execute(
            """
            SELECT q.id
              FROM whatsapp_message_queue q
              JOIN mail_gateway g ON g.id = q.gateway_id
             WHERE q.state = 'pending'
               AND (%(channels)s::int[] IS NULL OR q.channel_id = ANY(%(channels)s))
               AND q.id <> ALL(%(skipped)s)
               AND (q.next_retry IS NULL OR q.next_retry <= %(now)s)
               AND (q.forced OR g.whatsapp_hold_until IS NULL
                    OR g.whatsapp_hold_until <= %(now)s)
               AND NOT EXISTS (
                    SELECT 1 FROM whatsapp_message_queue earlier
                     WHERE earlier.channel_id = q.channel_id
                       AND earlier.id < q.id
                       AND (earlier.state IN ('pending', 'processing')
                            OR (earlier.state = 'uncertain'
                                AND earlier.failed_at > %(patience)s)))
             ORDER BY q.id
             LIMIT %(most)s
               FOR NO KEY UPDATE OF q SKIP LOCKED
            """,
            {
                "now": now,
                "patience": now - timedelta(seconds=grace),
                "channels": channel_ids,
                "skipped": list(skipped),
                "most": most,
            },
            # A lost race is repeated, and is no error.
            log_exceptions=False,
        )
        rows = self.browse([row[0] for row in self.env.cr.fetchall()])
        rows = rows._filter_probes(now)._without_too_many_files()
        if not rows:
            return []
        calls = [row._prepare_call() for row in rows]
        uploads = {call.row_id for call in calls if call.file}
        # Not shown to anybody: it lasts a moment.
        rows.write({"state": PROCESSING, "claimed_at": now, "forced": False})
        rows.filtered(lambda row: row.id in uploads).called_at = False
        rows.filtered(lambda row: row.id not in uploads).called_at = now
        # Should this process die, the rows are looked at when nobody can be at them.
        job = self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)
        late = timedelta(seconds=self._get_call_seconds() + 1)
        job._whatsapp_trigger_by(now + late)
        return calls

    def _filter_probes(self, now):
        """Return the rows that may go: one where a hold that is over is tried out."""
        passing = self.browse()
        probed = self.env["mail.gateway"]
        for row in self:
            gateway = row.gateway_id
            if not row.forced and gateway._whatsapp_is_probing():
                if gateway in probed:
                    continue
                probed |= gateway
            passing |= row
        for gateway in probed:
            gateway._whatsapp_lease_probe(now, self._get_call_seconds())
        return passing

    def _without_too_many_files(self):
        """Return the rows without the files that would fill the memory."""
        files = self.filtered(lambda row: row._is_media() and not row.media_id)
        return self - files[MOST_UPLOADS:]

    @api.model
    def _get_call_seconds(self):
        """Longest that a live worker can be busy with one row."""
        connect, read = self._get_timeout()
        return int(2 * (connect + read + const.BODY_SECONDS))

    @api.model
    def _get_timeout(self):
        return (
            self._get_number("connect_timeout", const.CONNECT_TIMEOUT) or 1,
            self._get_number("read_timeout", const.READ_TIMEOUT) or 1,
        )

    # ----------------------------------------------------------------- call
    def _prepare_call(self):
        """Return the row's next call, so that nothing is read while it is made."""
        self.ensure_one()
        service = self.env["mail.gateway.whatsapp"]
        now = fields.Datetime.now()
        media_id = self._get_media_id(now) if self._is_media() else None
        return Call(
            row_id=self.id,
            url=service._whatsapp_graph_url(self.gateway_id),
            token=self.gateway_id.token,
            timeout=self._get_timeout(),
            proxies=service._get_proxies(),
            payload=self._prepare_payload(media_id),
            file=self._prepare_file() if self._is_media() and not media_id else None,
        )

    def _prepare_payload(self, media_id):
        """Return the payload, with the uploaded file's id where it belongs."""
        if not media_id:
            return self.payload
        kind = self.payload["type"]
        if kind == "template":
            own = set_media_id(self.payload[kind], media_id)
        else:
            own = dict(self.payload[kind], id=media_id)
        return dict(self.payload, **{kind: own})

    def _is_media(self):
        """Return whether a file has to be uploaded before this row's message."""
        if self.kind == "template":
            return needs_file(self.payload["template"])
        return self.kind in const.MEDIA_BYTES

    def _get_media_id(self, now):
        """Meta's id of the row's file while it lives there, else None.

        The file of a template's header goes to many people: uploaded for one row, it
        serves the others of its number.
        """
        if self.media_id and self.media_expiry and now < self.media_expiry:
            return self.media_id
        if self.kind != "template" or not self.attachment_id:
            return None
        return (
            self.search(
                [
                    ("gateway_id", "=", self.gateway_id.id),
                    ("kind", "=", "template"),
                    ("media_id", "!=", False),
                    ("media_expiry", ">", now),
                    ("attachment_id.checksum", "=", self.attachment_id.checksum),
                    ("attachment_id.mimetype", "=", self.attachment_id.mimetype),
                ],
                order="id desc",
                limit=1,
            ).media_id
            or None
        )

    def _prepare_file(self):
        """Return the ``outbound.File`` to upload; without content when it is gone."""
        attachment = self.converted_id or self.attachment_id
        mimetype = mimetype_of(attachment.name or "", attachment.mimetype or "")
        name = name_of(attachment.name or "", mimetype)
        if self.payload[self.kind].get("voice"):
            mimetype = VOICE_TYPE
        if not self.attachment_id:
            # Taken out of the message: what was made of it is not sent either.
            return File(name, mimetype, None)
        path = attachment.store_fname and Path(
            attachment._full_path(attachment.store_fname)
        )
        content = path if path and path.is_file() else attachment.raw
        return File(name, mimetype, content or None)

    # --------------------------------------------------------------- result
    @api.model
    def _record_results(self, results):
        """Record what became of calls.

        :param results: list of (:class:`outbound.Call`, ``transport.Answer``)
        :return: calls that come next: the message, after its file
        """
        rows = self.browse([call.row_id for call, _answer in results])._locked()
        answers = {call.row_id: (call, answer) for call, answer in results}
        following = []
        with rows._sync_once():
            for row in rows:
                call, answer = answers[row.id]
                own = row._in_own_language()
                if not call.file:
                    own._record_answer(answer)
                elif own._record_upload(answer):
                    row.called_at = fields.Datetime.now()
                    following.append(row._prepare_call())
        return following

    def _locked(self):
        """Return these rows, held; without those that are gone.

        First statement of a transaction.
        """
        self.env.cr.execute(
            "SELECT id FROM whatsapp_message_queue WHERE id IN %s"
            " ORDER BY id FOR NO KEY UPDATE",
            (tuple(self.ids) or (0,),),
            log_exceptions=False,
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _in_own_language(self):
        """Reasons are read by whoever wrote the message, not by the worker."""
        self.ensure_one()
        author = self.create_uid
        if author == self.env.ref("base.user_root"):
            author = None
        return self.with_context(lang=self.gateway_id._whatsapp_lang(author))

    def _record_upload(self, answer):
        """Keep the id of an uploaded file; return whether there is one.

        An upload is no message: whatever went wrong may be repeated.
        """
        media_id = answer.accepted and answer.body.get("id")
        if media_id:
            expiry = fields.Datetime.now() + timedelta(seconds=const.MEDIA_SECONDS)
            self.write({"media_id": str(media_id), "media_expiry": expiry})
            return True
        self._record_failure(answer, MEDIA)
        return False

    def _record_answer(self, answer):
        """Keep what became of the message's call."""
        messages = answer.accepted and answer.body.get("messages")
        wamid = messages and isinstance(messages, list) and messages[0].get("id")
        if wamid:
            self._record_success(wamid, answer)
        elif self.state not in (PROCESSING, UNCERTAIN):
            # A status webhook was faster and knows better.
            self._log_attempt("uncertain", MESSAGE, answer=answer)
        elif not answer.certain or answer.accepted:
            self._record_uncertain(answer.problem or "no wamid", answer)
        else:
            self._record_failure(answer, MESSAGE)

    def _record_success(self, wamid, answer):
        now = fields.Datetime.now()
        self._log_attempt("accepted", MESSAGE, answer=answer, wamid=wamid)
        vals = {
            "wamid": wamid,
            "next_retry": False,
            "error_code": False,
            "error_message": False,
            "sent_at": self.sent_at or now,
        }
        if self.whatsapp_state == "queued":
            vals["whatsapp_state"] = "sent"
        if self.state == FAILED:
            # The webhook that said so came before this answer.
            self.write({"wamid": wamid})
        else:
            self._move(SUCCESS, vals)
        self.gateway_id._whatsapp_note_success()

    def _record_uncertain(self, problem, answer=None, step=MESSAGE):
        """The message may have arrived: nothing is repeated by itself."""
        now = fields.Datetime.now()
        reason = self.env._(
            "The answer was lost (%(problem)s): it is not known whether the customer"
            " got the message. It is not sent again by itself.",
            problem=problem,
        )
        self._log_attempt("uncertain", step, answer=answer, reason=reason, outage=True)
        self._move(
            UNCERTAIN,
            {
                "failed_at": now,
                "next_retry": False,
                "error_code": False,
                "error_message": reason,
            },
        )
        grace = self._get_number("uncertain_grace", const.UNCERTAIN_GRACE)
        self._trigger_processing(at=now + timedelta(seconds=grace))
        if step == MESSAGE:
            self.gateway_id._whatsapp_note_outage(self)

    def _record_crash(self, reason, called):
        """Something of ours failed; the row keeps what is known about it."""
        row = self._locked()
        if row.state != PROCESSING:
            return
        row = row._in_own_language()
        if called:
            row._record_uncertain(reason, step="recovery")
        else:
            row._fail(
                row.env._(
                    "It could not be prepared (%(reason)s). Ask an administrator to"
                    " look at the server's log.",
                    reason=reason,
                ),
                step="recovery",
            )

    def _record_failure(self, answer, step):
        """Meta does not have the message: repeat, withhold or give up."""
        error = graph_errors.read_error(answer.body.get("error"), answer.status)
        if answer.status is None or answer.accepted:
            # Never reached Meta, or an upload whose answer nobody can read.
            rule = graph_errors.rule_of(None, 503)
            reason = self.env._(
                "The WhatsApp API could not be reached (%(problem)s)",
                problem=answer.problem or "no id",
            )
            error = graph_errors.GraphError(None, reason, rule)
        handler = {
            graph_errors.TRANSIENT: self._retry_later,
            graph_errors.RATE: self._withhold,
            graph_errors.LATER: self._withhold,
            graph_errors.AUTHENTICATION: self._withhold,
        }.get(error.rule.kind)
        if handler:
            handler(error, answer, step)
            return
        self.gateway_id._whatsapp_note_alive()
        self._fail(self._get_error_text(error), step, answer=answer, code=error.code)

    def _get_error_text(self, error):
        """Meta's reason and what to do, in the worker's language."""
        return error.get_text(self.env._)

    def _retry_later(self, error, answer, step):
        """A retry is used; after the last one the administrators are told."""
        now = fields.Datetime.now()
        waits = self._get_retry_waits()
        outage = error.rule.outage
        if self.retry_count >= self.max_retries or not waits:
            self._fail(
                self._get_error_text(error), step, answer, error.code, outage=outage
            )
            self.gateway_id._whatsapp_note_outage(self, outage=outage)
            self.gateway_id._whatsapp_alert_unsent(self)
            return
        wait = max(waits[min(self.retry_count, len(waits) - 1)], answer.retry_after)
        next_retry = now + timedelta(seconds=wait)
        words = self._get_error_text(error)
        self._log_attempt(
            "transient",
            step,
            answer=answer,
            code=error.code,
            reason=words,
            next_retry=next_retry,
            outage=outage,
        )
        self._move(
            PENDING,
            {
                "retry_count": self.retry_count + 1,
                "next_retry": next_retry,
                "failed_at": now,
                "error_code": error.code,
                "error_message": words,
            },
        )
        self._trigger_processing(at=next_retry)
        self.gateway_id._whatsapp_note_outage(self, outage=outage, until=next_retry)

    def _withhold(self, error, answer, step):
        """Refused for reasons that are not the message's: no retry is used."""
        now = fields.Datetime.now()
        rule = error.rule
        wait = max(answer.retry_after, rule.wait)
        next_retry = False
        if rule.scope == graph_errors.CONVERSATION:
            # Meta's formula for one person: 4^X seconds, X = 0, 1, 2…
            hits = len(self.attempt_ids.filtered(lambda a: a.outcome == "rate"))
            wait = max(wait, min(4**hits, 3600))
        if rule.scope != graph_errors.GATEWAY:
            next_retry = now + timedelta(seconds=wait)
        words = self._get_error_text(error)
        self._log_attempt(
            rule.kind,
            step,
            answer=answer,
            code=error.code,
            reason=words,
            next_retry=next_retry,
        )
        self._move(
            PENDING,
            {
                "next_retry": next_retry,
                "failed_at": now,
                "error_code": error.code,
                "error_message": words,
            },
        )
        if next_retry:
            self._trigger_processing(at=next_retry)
        else:
            self.gateway_id._whatsapp_hold(rule.kind, wait, self)

    def _fail(self, words, step, answer=None, code=None, outage=False):
        """Give the message up, with the reason in words."""
        self._log_attempt(
            "permanent", step, answer=answer, code=code, reason=words, outage=outage
        )
        self._move(
            FAILED,
            {
                "whatsapp_state": "failed",
                "failed_at": fields.Datetime.now(),
                "next_retry": False,
                "error_code": code,
                "error_message": words,
            },
        )
        if self.kind == "reaction":
            # It has no message of ours that could show the failure.
            self.channel_id._whatsapp_post_note(
                self.env._(
                    "A reaction did not reach the customer: %(reason)s", reason=words
                )
            )
        # The next message of the conversation may go.
        self._trigger_processing()

    def _log_attempt(self, outcome, step, answer=None, code=None, **vals):
        self.env["whatsapp.message.queue.attempt"].create(
            dict(
                vals,
                queue_id=self.id,
                date=fields.Datetime.now(),
                step=step,
                outcome=outcome,
                http_status=answer.status if answer else False,
                meta_code=str(code) if code is not None else False,
            )
        )

    # ------------------------------------------------------------------ status

    # -------------------------------------------------------------- webhook
    @api.model
    def _apply_status(self, gateway, status):
        """Apply one status of a webhook.

        Safe to repeat and safe in any order.

        :param gateway: ``mail.gateway`` it came for
        :param status: :class:`webhook_events.StatusUpdate`
        :return: False when no message of this gateway is known to be meant, so that
            the caller tries again later
        """
        queue = self.sudo()
        state = SAME_AS.get(status.status, status.status)
        row = queue._find_row(gateway, status)
        if not row:
            return queue._apply_status_without_row(gateway, status, state)
        if state in RANK and state != "queued":
            row._in_own_language()._apply_state(status, state)
        return True

    @api.model
    def _find_row(self, gateway, status):
        own = [("gateway_id", "=", gateway.id)]
        row = self.browse()
        if status.wamid:
            row = self.search([*own, ("wamid", "=", status.wamid)], limit=1)
        if not row and status.callback_data:
            known = [*own, ("callback_data", "=", status.callback_data)]
            row = self.search(known, limit=1)
        return row

    def _apply_state(self, status, state):
        self.ensure_one()
        wamid = status.wamid
        # An earlier call of this row, given up since, whose wamid we still know.
        former = wamid != self.wamid and wamid in self.attempt_ids.mapped("wamid")
        if (former or (self.wamid and self.wamid != wamid)) and RANK[state] < RANK[
            "delivered"
        ]:
            return
        vals = {}
        at = status.time(fields.Datetime.now())
        time_field = TIME_FIELD.get(state)
        if time_field and not self[time_field]:
            vals[time_field] = at
        # A row that failed here without ever having been accepted: any status
        # proves that it was.
        known = RANK[self.whatsapp_state] if self.wamid else RANK["queued"]
        if RANK[state] <= known or (state == "failed" and self.state == CANCELLED):
            if vals:
                self.write(vals)
                self._sync_notifications()
            return
        was_unfinished = self.state in UNFINISHED
        vals.update(whatsapp_state=state, wamid=wamid or self.wamid)
        if state == "failed":
            self._apply_failure(status, vals, at)
        else:
            vals.update(next_retry=False, error_code=False, error_message=False)
            self._move(SUCCESS, vals)
        if was_unfinished:
            self._trigger_processing()

    def _apply_failure(self, status, vals, at):
        """Meta took the message and could not deliver it."""
        error = status.error or graph_errors.read_error({})
        words = self._get_error_text(error)
        self._log_attempt(
            "permanent", "status", code=error.code, reason=words, wamid=vals["wamid"]
        )
        vals.update(
            failed_at=at, next_retry=False, error_code=error.code, error_message=words
        )
        self._move(FAILED, vals)

    @api.model
    def _apply_status_without_row(self, gateway, status, state):
        """A message sent before the queue was there: only its notifications."""
        notifications = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("gateway_message_id", "=", status.wamid),
                    ("gateway_channel_id.gateway_id", "=", gateway.id),
                ]
            )
        )
        if not notifications:
            return False
        if state not in RANK or state == "queued":
            return True
        known = notifications[0].whatsapp_state or "sent"
        if RANK[state] > RANK[known]:
            reason = ""
            if state == "failed":
                error = status.error or graph_errors.read_error({})
                reason = self._get_error_text(error)
            at = status.time(fields.Datetime.now())
            notifications._whatsapp_write(
                {
                    "whatsapp_state": state,
                    f"whatsapp_{TIME_FIELD.get(state, 'failed_at')}": at,
                    "whatsapp_failure": reason,
                    "notification_status": NOTIFICATION_STATUS[state],
                }
            )
            notifications.mail_message_id._whatsapp_push_states()
        return True

    # -------------------------------------------------------- notifications
    def _sync_notifications(self):
        """Bring the notifications of the rows' messages in step, and the browsers."""
        later = self.env.cr.cache.get(SYNC_LATER)
        if later is not None:
            later.update(self.ids)
            return
        messages = self.message_id
        rows_by_message = self.search(
            [("message_id", "in", messages.ids)], order="sequence, id"
        ).grouped("message_id")
        changed = messages.browse()
        for message in messages:
            rows = rows_by_message.get(message, self.browse())
            notifications = message._whatsapp_notifications(rows.channel_id)
            if notifications._whatsapp_write(rows._prepare_notification_vals()):
                changed |= message | message.gateway_message_id
        changed._whatsapp_push_states()

    @contextmanager
    def _sync_once(self):
        """Bring notifications in step once, after all that is done to these rows."""
        self.env.cr.cache[SYNC_LATER] = set()
        try:
            yield
            later = self.browse(self.env.cr.cache[SYNC_LATER])
        finally:
            del self.env.cr.cache[SYNC_LATER]
        later._sync_notifications()

    def _prepare_notification_vals(self):
        """Values of a notification that stands for these rows: the worst shows.

        :param self: rows of one message, in the order of its parts
        """
        rows = self.filtered(lambda row: row.state != CANCELLED)
        if not rows:
            return {
                "whatsapp_state": False,
                "whatsapp_failure": False,
                "notification_status": "canceled",
            }
        worst = rows._get_worst_state()
        status = NOTIFICATION_STATUS[worst]
        uncertain = rows.filtered(lambda row: row.state == UNCERTAIN)
        if worst == "queued" and uncertain:
            asked = any(uncertain.mapped("uncertain_alerted"))
            status = "exception" if asked else "process"
        reasons = rows.filtered(lambda row: row.state in (FAILED, UNCERTAIN, PENDING))
        reasons = reasons.filtered("error_message").mapped("error_message")
        sent = rows.filtered("wamid")
        return {
            "whatsapp_state": worst,
            "whatsapp_sent_at": rows._get_common_time("sent_at"),
            "whatsapp_delivered_at": rows._get_common_time("delivered_at"),
            "whatsapp_read_at": rows._get_common_time("read_at"),
            "whatsapp_failed_at": worst == "failed"
            and max(rows.filtered("failed_at").mapped("failed_at"), default=False),
            "whatsapp_failure": "\n".join(dict.fromkeys(reasons)) or False,
            "notification_status": status,
            "gateway_message_id": sent[-1:].wamid,
        }

    def _get_worst_state(self):
        states = set(self.mapped("whatsapp_state"))
        if "failed" in states:
            return "failed"
        return min(states, key=RANK.__getitem__)

    def _get_common_time(self, name):
        """When the last part got there; False while one has not."""
        times = self.mapped(name)
        return max(times) if all(times) else False

    # ------------------------------------------------------------ wamids
    @api.model
    def _find_message(self, gateway, wamid):
        """Message of a conversation that Meta knows by ``wamid``.

        :return: ``mail.message`` in the channel, either direction; empty when this
            database does not know it
        """
        Message = self.env["mail.message"].sudo()
        if not wamid:
            return Message
        row = self.sudo().search(
            [("gateway_id", "=", gateway.id), ("wamid", "=", wamid)], limit=1
        )
        if row.message_id:
            return row.message_id
        inbound = Message.search(
            [("whatsapp_wamid", "=", wamid), ("model", "=", "discuss.channel")], limit=1
        )
        if inbound:
            return inbound
        # Sent before the queue was there: OCA kept the wamid on the notification.
        return (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("gateway_message_id", "=", wamid),
                    ("gateway_channel_id.gateway_id", "=", gateway.id),
                    ("mail_message_id.model", "=", "discuss.channel"),
                ],
                limit=1,
            )
            .mail_message_id
        )

    @api.model
    def _wamid_of(self, message):
        """wamid by which a message of a conversation can be quoted, or ``''``."""
        if not message:
            return ""
        if message.whatsapp_wamid:
            return message.whatsapp_wamid
        rows = self.sudo().search(
            [("message_id", "=", message.id), ("wamid", "!=", False)],
            order="sequence desc",
            limit=1,
        )
        if rows:
            return rows.wamid
        notifications = message.sudo().notification_ids
        return notifications.filtered("gateway_message_id")[:1].gateway_message_id or ""
