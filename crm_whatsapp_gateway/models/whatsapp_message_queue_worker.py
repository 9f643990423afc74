"""How rows of the queue are taken and sent; apart from the model for its length.

Each step is committed before the next: the claim before the call, the uploaded
file before the message, the result at once. So a worker that dies leaves a row in
``processing``, which says by itself whether Meta may have the message.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from odoo import api, fields, models

from ..tools import const, transport
from ..tools.calls import Calls
from .transaction import in_transaction
from .whatsapp_message_queue import PENDING, PROCESSING, UNCERTAIN

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Job:
    """What a call needs, read before it; no repr since it holds the token."""

    url: str
    token: str
    payload: dict
    timeout: tuple
    proxies: dict
    media_id: str | None
    file: tuple | None

    def body(self, media_id):
        """Payload, with the uploaded file's id where it goes."""
        if not media_id:
            return self.payload
        kind = self.payload["type"]
        return dict(self.payload, **{kind: dict(self.payload[kind], id=media_id)})


class WhatsappMessageQueue(models.Model):
    _inherit = "whatsapp.message.queue"

    @api.model
    def _cron_send(self):
        self._process_queue()

    @api.model
    def _process_queue(self, seconds=const.RUN_SECONDS):
        """What the cron does: what time alone does to rows, then send what is due.

        :return: number of rows that were tried
        """
        self._in_transaction(lambda queue: queue._tidy(fields.Datetime.now()))
        return self._send_due(seconds)

    @api.model
    def _send_due(self, seconds, channel_ids=None):
        """Send what is due, oldest first, each conversation in order.

        Some conversations at the same time (setting): a call is mostly waiting.

        :param channel_ids: only these conversations; None for all
        :return: number of rows that were tried
        """
        end = time.monotonic() + seconds
        queue = self.sudo()
        grace, most = self._in_transaction(
            lambda queue: (
                queue._get_number("uncertain_grace", const.UNCERTAIN_GRACE),
                queue._get_number("calls_at_once", const.CALLS_AT_ONCE) or 1,
            )
        )
        tried = 0
        with Calls(most) as calls:
            while time.monotonic() < end:
                now = fields.Datetime.now()
                row_id = self._in_transaction(
                    lambda queue, now=now: queue._claim(now, grace, channel_ids)
                )
                if row_id:
                    calls.begin(partial(queue._send_row, row_id))
                    tried += 1
                # Its conversation may have more to say.
                elif not calls.wait_for_one():
                    return tried
        # Time is up, not the work: other jobs come first.
        self._in_transaction(lambda queue: queue._wake_worker())
        return tried

    @api.model
    def _in_transaction(self, work):
        """``work(queue)`` in a transaction of its own, as superuser."""
        return in_transaction(self.sudo().env, lambda env: work(env[self._name]))

    # ----------------------------------------------------------------- tidy
    @api.model
    def _tidy(self, now):
        """What time alone does to rows: crashes, graces, ages."""
        grace = self._get_number("uncertain_grace", const.UNCERTAIN_GRACE)
        self._recover_abandoned(now, max(grace, self._get_call_seconds()))
        self._ask_about_uncertain(now - timedelta(seconds=grace))
        self._give_up_withheld(now)

    @api.model
    def _recover_abandoned(self, now, seconds):
        """Rows whose worker died: uncertain, or to be sent if it had not begun.

        The id of a file is committed before the message's call, so a file row
        without one has not been sent.
        """
        rows = self.search(
            [
                ("state", "=", PROCESSING),
                ("claimed_at", "<", now - timedelta(seconds=seconds)),
            ]
        )
        for row in rows:
            if row._is_media() and not row.media_id:
                row._move(PENDING)
            else:
                row._in_own_language()._record_uncertain("worker died", step="recovery")

    @api.model
    def _ask_about_uncertain(self, limit):
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
    def _claim(self, now, grace, channel_ids=None):
        """Take the oldest row whose turn it is; its id, or None.

        First statement of a fresh transaction, or the rows another worker has just
        taken would be seen as free.

        :param channel_ids: only of these conversations; None for all
        """
        self.env.cr.execute(
            """
            SELECT q.id
              FROM whatsapp_message_queue q
              JOIN mail_gateway g ON g.id = q.gateway_id
             WHERE q.state = 'pending'
               AND (%(channels)s::int[] IS NULL OR q.channel_id = ANY(%(channels)s))
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
             LIMIT 1
               FOR NO KEY UPDATE OF q SKIP LOCKED
            """,
            {
                "now": now,
                "patience": now - timedelta(seconds=grace),
                "channels": channel_ids,
            },
            # A lost race is repeated, and is no error.
            log_exceptions=False,
        )
        found = self.env.cr.fetchone()
        if not found:
            return None
        row = self.browse(found[0])
        if not row.forced:
            row.gateway_id._whatsapp_lease_probe(now, self._get_call_seconds())
        # Not shown to anybody: it lasts a moment.
        row.write({"state": PROCESSING, "claimed_at": now, "forced": False})
        return row.id

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

    # ----------------------------------------------------------------- send
    @api.model
    def _send_row(self, row_id, session):
        """Make the call of a claimed row and commit what became of it."""
        calls = []
        try:
            job = self._in_transaction(lambda queue: queue.browse(row_id)._get_job())
            media_id = job.media_id
            if job.file:
                media_id = self._upload(row_id, job, session)
                if not media_id:
                    return
            calls.append("message")
            answer = transport.post(
                session,
                f"{job.url}/messages",
                job.token,
                job.timeout,
                json=job.body(media_id),
                proxies=job.proxies,
            )
            self._in_transaction(
                lambda queue: queue.browse(row_id)._record_answer(answer)
            )
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # kept on the row; the others go on
            _logger.warning(
                "WhatsApp queue row %s: %s", row_id, type(error).__name__, exc_info=True
            )
            reason = type(error).__name__
            self._in_transaction(
                lambda queue: queue.browse(row_id)._record_crash(reason, bool(calls))
            )

    @api.model
    def _upload(self, row_id, job, session):
        """Upload a row's file; Meta's id of it, or None when that failed.

        An upload is no message: whatever goes wrong here may be repeated.
        """
        answer = transport.post(
            session,
            f"{job.url}/media",
            job.token,
            job.timeout,
            files={"file": job.file},
            data={"messaging_product": "whatsapp", "type": job.file[2]},
            proxies=job.proxies,
        )
        return self._in_transaction(
            lambda queue: queue.browse(row_id)._record_upload(answer)
        )

    def _get_job(self):
        """Everything the call needs, so that none of it is read during the call.

        :raise UserError: when the file is gone
        """
        self.ensure_one()
        service = self.env["mail.gateway.whatsapp"]
        now = fields.Datetime.now()
        media_id = bool(self.media_expiry and now < self.media_expiry) and self.media_id
        return Job(
            url=service._whatsapp_graph_url(self.gateway_id),
            token=self.gateway_id.token,
            payload=self.payload,
            timeout=self._get_timeout(),
            proxies=service._get_proxies(),
            media_id=media_id or None,
            file=self._get_file() if self._is_media() and not media_id else None,
        )

    def _is_media(self):
        return self.kind not in ("text", "template")

    def _get_file(self):
        """(name, bytes, mimetype) of the file to upload."""
        attachment = self.attachment_id
        if not attachment.raw:
            raise FileNotFoundError("the attachment was deleted")
        return attachment.name, attachment.raw, attachment.mimetype
