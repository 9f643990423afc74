import json
import logging
import traceback
from datetime import timedelta

from odoo import api, fields, models

from ..tools import const
from ..tools.events import MESSAGE, STATUS, only_value
from .memory import without_lead
from .transaction import in_transaction

_logger = logging.getLogger(__name__)

PENDING, POSTED, DONE = "pending", "posted", "done"

# Waits after each failed try; the last one goes on until the tries are used up.
RETRY_WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600)
)
MAX_ATTEMPTS = 8
# A status may overtake the commit of our own message; one that never finds it
# belongs to a message sent from elsewhere.
STATUS_PATIENCE = timedelta(days=1)
# How much longer than its payload an item's key is known.
KEYS_OUTLIVE = timedelta(days=30)


class WhatsappWebhookEvent(models.Model):
    _name = "whatsapp.webhook.event"
    _description = "WhatsApp Webhook Event"
    _order = "id desc"

    gateway_id = fields.Many2one(
        "mail.gateway", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="gateway_id.company_id", store=True)
    kind = fields.Selection(
        [("message", "Message"), ("status", "Status"), ("change", "Other Change")],
        required=True,
        readonly=True,
    )
    # Parts of the unique key: never NULL, or two rows would hold one wamid.
    external_id = fields.Char(
        string="Meta's Id", required=True, default="", readonly=True
    )
    status = fields.Char(
        string="Meta's Status", required=True, default="", readonly=True
    )
    status_name = fields.Char(string="Status", compute="_compute_status_name")
    person = fields.Char(required=True, default="", readonly=True)
    phone_number_id = fields.Char(string="Phone Number Id", readonly=True)
    payload = fields.Json(string="Body", readonly=True, groups="base.group_system")
    payload_text = fields.Text(
        string="Payload",
        compute="_compute_payload_text",
        groups="base.group_system",
    )
    state = fields.Selection(
        [
            (PENDING, "To Process"),
            # Its message is shown; the person's lead follows in a moment.
            (POSTED, "Lead to Make"),
            (DONE, "Processed"),
            ("failed", "Failed"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default=PENDING,
        readonly=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True, help="What went wrong, in words.")
    error_traceback = fields.Text(readonly=True, groups="base.group_system")
    processed_at = fields.Datetime(readonly=True)
    message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_webhook_event_key_uniq
                ON whatsapp_webhook_event (gateway_id, kind, external_id, status);
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_due_idx
                ON whatsapp_webhook_event (gateway_id, person, id)
                WHERE state = 'pending';
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_oldest_idx
                ON whatsapp_webhook_event (id)
                WHERE state = 'pending';
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_posted_idx
                ON whatsapp_webhook_event (id)
                WHERE state = 'posted';
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_newest_idx
                ON whatsapp_webhook_event (gateway_id, id);
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_failed_idx
                ON whatsapp_webhook_event (gateway_id, id)
                WHERE state = 'failed';
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_event_age_idx
                ON whatsapp_webhook_event (create_date)
            """
        )

    @api.depends("payload")
    def _compute_payload_text(self):
        for event in self:
            event.payload_text = json.dumps(event.payload, indent=2, ensure_ascii=False)

    @api.depends("status")
    @api.depends_context("lang")
    def _compute_status_name(self):
        """The status in words; one that we do not know as Meta calls it."""
        names = {
            "sent": self.env._("Sent"),
            "delivered": self.env._("Delivered"),
            "read": self.env._("Read"),
            "failed": self.env._("Failed"),
        }
        for event in self:
            event.status_name = names.get(event.status, event.status)

    @api.depends("kind", "external_id", "status")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = " ".join(
                filter(None, [kinds[event.kind], event.status_name, event.person])
            )

    @api.model
    def _wake_worker(self, at=None):
        self.env["ir.cron"]._whatsapp_wake(const.RECEIVING_JOB, at)

    # ----------------------------------------------------------------- work
    def _process(self):
        """Work one item; whatever it raises rolls its own transaction back."""
        self.ensure_one()
        event = self.sudo()
        if event.state == POSTED:
            event._make_leads()
            return
        value = only_value(event.payload)
        service = event.gateway_id._whatsapp_env()
        gateway = event.gateway_id.with_env(service.env)
        if not gateway._whatsapp_of_number(event.phone_number_id):
            event._fail_unknown_number(gateway)
            return
        done = True
        if event.kind == MESSAGE:
            message = service._whatsapp_receive_message(gateway, event.payload)
            event.message_id = message
        elif event.kind == STATUS:
            done = event._process_status(gateway, value["statuses"][0])
        else:
            service._whatsapp_receive_change(gateway, event.payload)
        if done:
            event._finish()

    def _is_posted(self):
        """Whether the message is shown and only its lead is missing."""
        message = self.sudo().message_id
        return self.kind == MESSAGE and message.model == "discuss.channel"

    def _finish(self):
        """Worked, but for leads that this transaction does not make."""
        waiting = without_lead(self.env)
        for event in self.sudo():
            posted = (
                waiting and event._is_posted() and event.message_id.res_id in waiting
            )
            event.write(
                {
                    "state": POSTED if posted else DONE,
                    "processed_at": fields.Datetime.now(),
                    "error": False,
                    "error_traceback": False,
                }
            )

    def _fail_unknown_number(self, gateway):
        """Meta delivers for a number that no gateway has: kept, and told once."""
        number = self.phone_number_id
        told = self.search_count(
            [
                ("phone_number_id", "=", number),
                ("state", "=", "failed"),
                ("id", "<", self.id),
            ],
            limit=1,
        )
        self.write(
            {
                "state": "failed",
                "error": gateway.env._(
                    "No gateway has the phone number id %(number)s. Make one with this"
                    " number and press Process Again.",
                    number=number,
                ),
            }
        )
        if not told:
            gateway._whatsapp_alert_unknown_number(number)

    def _process_status(self, gateway, status):
        """Apply a status; put it off while its message is not known yet."""
        if self.env["whatsapp.message.queue"]._apply_status(gateway, status):
            return True
        age = fields.Datetime.now() - self.create_date
        if age > STATUS_PATIENCE:
            self.write({"state": "ignored", "processed_at": fields.Datetime.now()})
        else:
            self._put_off(self.env._("The message it belongs to is not known yet."))
        return False

    def _put_off(self, reason):
        wait = RETRY_WAITS[min(self.attempts, len(RETRY_WAITS) - 1)]
        self.write(
            {
                "attempts": self.attempts + 1,
                "next_try": fields.Datetime.now() + wait,
                "error": reason,
            }
        )

    @api.model
    def _record_failure(self, event_id, error):
        """Keep what went wrong; after the last try the item is shown as failed."""
        trace = "".join(traceback.format_exception(error))
        _logger.warning(
            "WhatsApp event %s could not be processed: %s",
            event_id,
            type(error).__name__,
        )

        def record(env):
            event = env[self._name].sudo().browse(event_id)
            event._put_off(f"{type(error).__name__}: {error}"[:500])
            event.error_traceback = trace
            if event.attempts >= MAX_ATTEMPTS:
                event.write({"state": "failed", "next_try": False})

        in_transaction(self.env, record)

    @api.model
    def _trigger_next(self, others=False):
        """Wake the worker again when the next item is due.

        :param others: what is due may be at work elsewhere: not at once
        """
        self.env.cr.execute(
            """
            SELECT LEAST(
                (SELECT min(COALESCE(next_try, now() AT TIME ZONE 'utc'))
                   FROM whatsapp_webhook_event WHERE state = 'pending'),
                (SELECT min(COALESCE(next_try, now() AT TIME ZONE 'utc'))
                   FROM whatsapp_webhook_event WHERE state = 'posted'))
            """
        )
        dues = [self.env.cr.fetchone()[0], self.env["whatsapp.media"]._next_due()]
        due = min(filter(None, dues), default=None)
        if due:
            soon = fields.Datetime.now() + timedelta(seconds=1 if others else 0)
            self._wake_worker(at=max(due, soon))

    # -------------------------------------------------------------- actions
    def action_process_again(self):
        """Button: put failed or ignored items back to work."""
        again = self.filtered(lambda event: event.state in ("failed", "ignored"))
        again.check_access("write")
        for event in again.sudo():
            owner = event.gateway_id._whatsapp_of_number(event.phone_number_id)
            event.write(
                {
                    "gateway_id": (owner or event.gateway_id).id,
                    # What is shown already is not shown again.
                    "state": POSTED if event._is_posted() else PENDING,
                    "attempts": 0,
                    "next_try": False,
                }
            )
        self._wake_worker()
        return True

    @api.autovacuum
    def _gc_payloads(self):
        """Forget payloads after the retention, and keys a month later.

        The key outlives the payload, so that a late redelivery is still known.
        """
        days = int(
            self.env["ir.config_parameter"]
            .sudo()
            .get_param("crm_whatsapp_gateway.journal_days", "30")
        )
        if days <= 0:
            return
        # By SQL: a day of a busy number is more than the ORM should hold, and Odoo
        # writes every id that it deletes into its log.
        old = fields.Datetime.now() - timedelta(days=days)
        self.flush_model(["create_date", "payload", "state"])
        self.env.cr.execute(
            """
            DELETE FROM whatsapp_webhook_event
             WHERE create_date < %s AND state IN ('done', 'ignored')
            """,
            (old - KEYS_OUTLIVE,),
        )
        self.env.cr.execute(
            """
            UPDATE whatsapp_webhook_event SET payload = NULL
             WHERE create_date < %s AND state IN ('done', 'ignored')
               AND payload IS NOT NULL
            """,
            (old,),
        )
        self.invalidate_model()
