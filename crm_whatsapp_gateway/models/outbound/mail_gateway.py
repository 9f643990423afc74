"""Outages of a gateway: the circuit breaker and the alerts."""

import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models

from ...compat import users_of_group_domain
from ...processing.retry import OUTBOX
from ...tools import const, graph_errors

_logger = logging.getLogger(__name__)

OUTAGE = "outage"
QUEUE_ACTION = "crm_whatsapp_gateway.whatsapp_message_queue_action"
# Reasons for which one row at a time is tried when the hold is over.
PROBED = (OUTAGE, graph_errors.AUTHENTICATION)


class MailGateway(models.Model):
    _inherit = "mail.gateway"

    whatsapp_hold_until = fields.Datetime(
        string="Messages Withheld Until", readonly=True, copy=False
    )
    whatsapp_hold_reason = fields.Selection(
        [
            (OUTAGE, "The API is down"),
            (graph_errors.AUTHENTICATION, "Token refused"),
            (graph_errors.RATE, "Too fast"),
            (graph_errors.LATER, "Refused for a while"),
        ],
        string="Why Messages Are Withheld",
        readonly=True,
        copy=False,
    )
    whatsapp_outage_since = fields.Datetime(
        string="Failing Since", readonly=True, copy=False
    )
    whatsapp_alerted_at = fields.Datetime(
        string="Administrators Alerted",
        readonly=True,
        copy=False,
        help="Set during an outage only: one alert per outage.",
    )
    whatsapp_alert_message_id = fields.Many2one(
        "mail.message",
        string="Last Alert",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    def _whatsapp_release_refused(self):
        """Release gateways whose token Meta refused: a new token is tried at once."""
        self.filtered(
            lambda gateway: gateway.whatsapp_hold_reason == graph_errors.AUTHENTICATION
        )._whatsapp_release()

    def action_whatsapp_resume(self):
        """Try withheld messages now."""
        self.check_access("write")
        self.sudo()._whatsapp_release()

    # ------------------------------------------------------ circuit breaker
    def _whatsapp_release(self):
        if self:
            self.write({"whatsapp_hold_until": False, "whatsapp_hold_reason": False})
            self.env["whatsapp.message.queue"]._trigger_processing()

    def _whatsapp_hold(self, reason, seconds, row):
        """Withhold this gateway's rows for a time; it never gets shorter.

        :param reason: a key of ``whatsapp_hold_reason``
        :param seconds: 0 takes the reason's own wait
        :param row: queue row whose call said so
        """
        self.ensure_one()
        queue = self.env["whatsapp.message.queue"]
        now = fields.Datetime.now()
        own_wait = {
            graph_errors.RATE: queue._get_number("rate_wait", const.RATE_WAIT),
            graph_errors.AUTHENTICATION: const.AUTHENTICATION_WAIT,
        }.get(reason, 0)
        until = now + timedelta(seconds=max(seconds, own_wait))
        if self.whatsapp_hold_until and self.whatsapp_hold_until > until:
            until = self.whatsapp_hold_until
        self.write({"whatsapp_hold_until": until, "whatsapp_hold_reason": reason})
        queue._trigger_processing(at=until)
        if reason in (graph_errors.AUTHENTICATION, graph_errors.LATER):
            self._whatsapp_note_since(now)
            self._whatsapp_alert_withheld(row)

    def _whatsapp_is_probing(self):
        """Return whether one row at a time finds out if a hold is over."""
        self.ensure_one()
        return bool(self.whatsapp_hold_until) and self.whatsapp_hold_reason in PROBED

    def _whatsapp_lease_probe(self, now, seconds):
        """Let one row pass a hold that is over; the others wait for its result."""
        self.ensure_one()
        self.whatsapp_hold_until = now + timedelta(seconds=seconds)

    def _whatsapp_note_since(self, now):
        if not self.whatsapp_outage_since:
            self.whatsapp_outage_since = now

    def _whatsapp_note_outage(self, row, outage=True, until=None):
        """A call of ``row`` failed for a reason that is not the message's.

        :param outage: whether the API itself was down, which alone opens the breaker
        :param until: when the row is tried again, if it is
        """
        self.ensure_one()
        if not outage:
            self._whatsapp_note_alive()
            return
        now = fields.Datetime.now()
        self._whatsapp_note_since(now)
        failing = self._whatsapp_count_failing()
        queue = self.env["whatsapp.message.queue"]
        if failing < queue._get_number("breaker_threshold", const.BREAKER_THRESHOLD):
            return
        if not until:
            waits = queue._get_retry_waits() or list(OUTBOX.waits)
            wait = waits[min(failing, len(waits)) - 1]
            until = now + timedelta(seconds=wait)
        self.write({"whatsapp_hold_until": until, "whatsapp_hold_reason": OUTAGE})
        queue._trigger_processing(at=until)

    def _whatsapp_count_failing(self):
        """Conversations in which the API was down since the outage began."""
        attempts = self.env["whatsapp.message.queue.attempt"].search(
            [
                ("queue_id.gateway_id", "=", self.id),
                ("date", ">=", self.whatsapp_outage_since),
                ("outage", "=", True),
            ]
        )
        return len(attempts.queue_id.channel_id)

    def _whatsapp_note_alive(self):
        """The API answered, whatever it said: it is not down."""
        if self.whatsapp_hold_reason == OUTAGE:
            self._whatsapp_release()

    def _whatsapp_note_success(self):
        """A message was taken: the outage, if there was one, is over."""
        self.ensure_one()
        if not (self.whatsapp_outage_since or self.whatsapp_hold_until):
            return
        alerted = self.whatsapp_alerted_at
        self.write(
            {
                "whatsapp_hold_until": False,
                "whatsapp_hold_reason": False,
                "whatsapp_outage_since": False,
                "whatsapp_alerted_at": False,
            }
        )
        self.env["whatsapp.message.queue"]._trigger_processing()
        if alerted:
            self._whatsapp_notify_administrators(
                lambda env: (
                    env._("WhatsApp works again: %(gateway)s", gateway=self.name),
                    env._("Messages that waited are being sent, in order."),
                )
            )

    # --------------------------------------------------------------- alerts
    def _whatsapp_alert_unsent(self, row):
        """After the last failed retry; once per gateway and outage."""
        reason = row.error_message or ""
        self._whatsapp_alert_once(
            lambda env: (
                env._(
                    "WhatsApp messages could not be sent: %(gateway)s",
                    gateway=self.name,
                ),
                env._(
                    "A message failed after all its retries, the last time because:"
                    " %(why)s Look at the queue, and press 'Retry Now' when the cause"
                    " is gone.",
                    why=reason,
                ),
            )
        )

    def _whatsapp_alert_withheld(self, row):
        """Meta refuses this gateway: nothing of it can leave."""
        reason = row.error_message or ""
        self._whatsapp_alert_once(
            lambda env: (
                env._("WhatsApp messages are withheld: %(gateway)s", gateway=self.name),
                env._(
                    "Meta refused to take messages of this gateway: %(why)s They wait"
                    " in the queue and leave by themselves when Meta takes them again.",
                    why=reason,
                ),
            )
        )

    def _whatsapp_alert_uncertain(self, rows):
        """Nobody knows whether these arrived; a person decides."""
        count = len(rows)
        self._whatsapp_notify_administrators(
            lambda env: (
                env._(
                    "WhatsApp: %(count)s message(s) with unknown outcome: %(gateway)s",
                    count=count,
                    gateway=self.name,
                ),
                env._(
                    "The answer of the API was lost and no status has come since. Open"
                    " them in the queue and press 'Send Again' or 'It Was Sent'."
                ),
            )
        )

    def _whatsapp_alert_unknown_number(self, number):
        """Alert: events for this number reach no gateway."""
        # Whoever signs the webhook may write anything there.
        is_number = number.isascii() and number.isdigit() and len(number) <= 20
        _logger.warning(
            "WhatsApp webhook for number id %s, which no gateway has",
            number if is_number else "(no number)",
        )
        self._whatsapp_notify_administrators(
            lambda env: (
                env._(
                    "WhatsApp: a number without gateway: %(gateway)s", gateway=self.name
                ),
                env._(
                    "Meta delivers what comes to the phone number id %(number)s, which"
                    " no gateway has. Make a gateway with it and press 'Process Again'"
                    " in the journal.",
                    number=number,
                ),
            ),
            "crm_whatsapp_gateway.whatsapp_webhook_event_action",
        )

    def _whatsapp_alert_once(self, words):
        self.ensure_one()
        if self.whatsapp_alerted_at:
            return
        now = fields.Datetime.now()
        self._whatsapp_note_since(now)
        self.whatsapp_alerted_at = now
        self.whatsapp_alert_message_id = self._whatsapp_notify_administrators(words)

    @api.model
    def _whatsapp_administrators(self):
        """Users who are told about outages. Hook.

        :return: active internal ``res.users``; empty means that nobody is told
        """
        group = self.env.ref("base.group_system")
        users = self.env["res.users"].search(users_of_group_domain(group))
        return users.filtered(
            lambda user: (
                not user.share
                and (not self.company_id or self.company_id in user.company_ids)
            )
        )

    def _whatsapp_notify_administrators(self, words, action_xmlid=QUEUE_ACTION):
        """One notification in each administrator's language, with a link.

        :param words: called with an environment; gives (subject, text)
        :param action_xmlid: action of the list that the link opens
        :return: the last ``mail.message`` that was made
        """
        self.ensure_one()
        action = self.env.ref(action_xmlid)
        message = self.env["mail.message"]
        users = self._whatsapp_administrators()
        for lang, own_users in users.grouped("lang").items():
            # As the system: 18.0 does not notify whoever is at work, and that is an
            # administrator when he presses the button himself.
            env = self.with_user(SUPERUSER_ID).with_context(lang=lang).env
            subject, text = words(env)
            link = Markup('<a href="/odoo/action-%s">%s</a>') % (
                action.id,
                env._("Open %(list)s", list=action.with_env(env).name),
            )
            message = env["mail.thread"].message_notify(
                partner_ids=own_users.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
                subject=subject,
                body=Markup("<p>%s</p><p>%s</p>") % (text, link),
            )
        return message
