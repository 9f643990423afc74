"""What becomes of a row after its call; apart from the model for its length.

Each method here runs in a transaction of its own, begun by the worker.
"""

from datetime import timedelta

from odoo import fields, models

from ..tools import const, graph_errors
from .whatsapp_message_queue import FAILED, PENDING, PROCESSING, SUCCESS, UNCERTAIN

MEDIA = "media"
MESSAGE = "message"


class WhatsappMessageQueue(models.Model):
    _inherit = "whatsapp.message.queue"

    def _locked(self):
        """The row, held, in the language of whoever wrote; empty when it is gone.

        First statement of a transaction.
        """
        self.env.cr.execute(
            "SELECT id FROM whatsapp_message_queue WHERE id = %s FOR NO KEY UPDATE",
            (self.id,),
            log_exceptions=False,
        )
        return self._in_own_language() if self.env.cr.fetchone() else self.browse()

    def _in_own_language(self):
        """Reasons are read by whoever wrote the message, not by the worker."""
        self.ensure_one()
        author = self.create_uid
        if author == self.env.ref("base.user_root"):
            author = None
        return self.with_context(lang=self.gateway_id._whatsapp_lang(author))

    def _record_upload(self, answer):
        """Keep the id of an uploaded file; None after a failure, which is kept."""
        row = self._locked()
        if not row:
            return None
        media_id = answer.accepted and answer.body.get("id")
        if media_id:
            expiry = fields.Datetime.now() + timedelta(seconds=const.MEDIA_SECONDS)
            row.write({"media_id": str(media_id), "media_expiry": expiry})
            return str(media_id)
        row._record_failure(answer, MEDIA)
        return None

    def _record_answer(self, answer):
        """Keep what became of the message's call."""
        row = self._locked()
        if not row:
            return
        messages = answer.accepted and answer.body.get("messages")
        wamid = messages and isinstance(messages, list) and messages[0].get("id")
        if wamid:
            row._record_success(wamid, answer)
        elif row.state not in (PROCESSING, UNCERTAIN):
            # A status webhook was faster and knows better.
            row._log_attempt("uncertain", MESSAGE, answer=answer)
        elif not answer.certain or answer.accepted:
            row._record_uncertain(answer.problem or "no wamid", answer)
        else:
            row._record_failure(answer, MESSAGE)

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
        self._wake_worker(at=now + timedelta(seconds=grace))
        if step == MESSAGE:
            self.gateway_id._whatsapp_note_outage(self)

    def _record_crash(self, reason, called):
        """Something of ours failed; the row keeps what is known about it."""
        row = self._locked()
        if row.state != PROCESSING:
            return
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
        self._fail(self._in_words(error), step, answer=answer, code=error.code)

    def _in_words(self, error):
        """Meta's reason and what to do, in the worker's language."""
        return error.in_words(self.env._)

    def _retry_later(self, error, answer, step):
        """A retry is used; after the last one the administrators are told."""
        now = fields.Datetime.now()
        waits = self._get_retry_waits()
        outage = error.rule.outage
        if self.retry_count >= self.max_retries or not waits:
            self._fail(self._in_words(error), step, answer, error.code, outage=outage)
            self.gateway_id._whatsapp_note_outage(self, outage=outage)
            self.gateway_id._whatsapp_alert_unsent(self)
            return
        wait = max(waits[min(self.retry_count, len(waits) - 1)], answer.retry_after)
        next_retry = now + timedelta(seconds=wait)
        words = self._in_words(error)
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
        self._wake_worker(at=next_retry)
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
        words = self._in_words(error)
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
            self._wake_worker(at=next_retry)
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
        # The next message of the conversation may go.
        self._wake_worker()

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
