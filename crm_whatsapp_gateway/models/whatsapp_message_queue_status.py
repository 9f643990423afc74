"""What Meta says about rows after they were sent; apart for the model's length.

A status is known by its wamid, or, where our own commit or the answer is missing,
by ``biz_opaque_callback_data``.
"""

from datetime import UTC, datetime

from odoo import api, fields, models

from ..tools import graph_errors
from .whatsapp_message_queue import (
    CANCELLED,
    FAILED,
    PENDING,
    SUCCESS,
    UNCERTAIN,
    UNFINISHED,
)

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
    _inherit = "whatsapp.message.queue"

    # -------------------------------------------------------------- webhook
    @api.model
    def _apply_status(self, gateway, status):
        """Apply one status of a webhook.

        Safe to repeat and safe in any order.

        :param gateway: ``mail.gateway`` it came for
        :param status: one of Meta's ``statuses[]``
        :return: False when no message of this gateway is known to be meant, so that
            the caller tries again later
        """
        queue = self.sudo()
        state = SAME_AS.get(status.get("status"), status.get("status"))
        row = queue._find_row(gateway, status)
        if not row:
            return queue._apply_status_without_row(gateway, status, state)
        if state in RANK and state != "queued":
            row._in_own_language()._apply_state(status, state)
        return True

    @api.model
    def _find_row(self, gateway, status):
        wamid = status.get("id")
        callback_data = status.get("biz_opaque_callback_data")
        own = [("gateway_id", "=", gateway.id)]
        row = self.browse()
        if wamid:
            row = self.search([*own, ("wamid", "=", wamid)], limit=1)
        if not row and callback_data:
            row = self.search([*own, ("callback_data", "=", callback_data)], limit=1)
        return row

    def _apply_state(self, status, state):
        self.ensure_one()
        wamid = status.get("id") or ""
        # An earlier call of this row, given up since, whose wamid we still know.
        former = wamid != self.wamid and wamid in self.attempt_ids.mapped("wamid")
        if (former or (self.wamid and self.wamid != wamid)) and RANK[state] < RANK[
            "delivered"
        ]:
            return
        vals = {}
        at = self._get_status_time(status)
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
            self._wake_worker()

    def _apply_failure(self, status, vals, at):
        """Meta took the message and could not deliver it."""
        errors = status.get("errors") or [{}]
        error = graph_errors.read_error(errors[0])
        words = self._in_words(error)
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
                    ("gateway_message_id", "=", status.get("id") or ""),
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
                errors = status.get("errors") or [{}]
                reason = self._in_words(graph_errors.read_error(errors[0]))
            at = self._get_status_time(status)
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

    @api.model
    def _get_status_time(self, status):
        try:
            at = datetime.fromtimestamp(int(status["timestamp"]), UTC)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return fields.Datetime.now()
        return at.replace(tzinfo=None)

    # -------------------------------------------------------- notifications
    def _sync_notifications(self):
        """Bring the notifications of the rows' messages in step, and the browsers."""
        for message in self.message_id:
            rows = self.search([("message_id", "=", message.id)], order="sequence, id")
            notifications = message._whatsapp_notifications(rows.channel_id)
            if notifications._whatsapp_write(rows._prepare_notification_vals()):
                (message | message.gateway_message_id)._whatsapp_push_states()

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
