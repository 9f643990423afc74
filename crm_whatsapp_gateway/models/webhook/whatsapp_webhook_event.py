import json
import logging
import time
import traceback
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import config

from ...processing.memory import put_leads_off, remember, without_lead
from ...processing.transaction import in_transaction
from ...tools import const
from ...tools.events import MESSAGE, STATUS, only_value, person_of, profile_name
from ...tools.phone import key_of, variants

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

# First key of the advisory locks under which a person's items are stored.
ARRIVAL_SPACE = 0x574141  # "WAA"
# PostgreSQL's setting, of one transaction, that holds what is to be stored.
ARRIVALS = "crm_whatsapp_gateway.arrivals"

WAKE_AT = "whatsapp_wake_at"

LANE_SPACE = 0x57414C  # "WAL", first key of the lanes' advisory locks
# A process is soon back for people and for Meta.
HELP_SECONDS = 1
# The worker looks when nobody can have helped any more: a process died.
SAFETY_SECONDS = 10

# A run ends so that other jobs live (cron has two threads by default).
RUN_SECONDS = 30
# A batch is short, or its first message would be seen late and a colleague's click
# in one conversation would repeat the work of all.
BATCH_ITEMS = 20
BATCH_SECONDS = 0.25
# Nobody waits longer for a lead because others go on writing.
LEAD_SECONDS = 2
LEADS_TOGETHER = 3
# How long a run waits for who works a conversation that it could not take.
OTHERS_MILLISECONDS = "1000"
# First key of the advisory locks of this addon, so that they meet no others.
LOCK_SPACE = 0x57415F  # "WA_"


@dataclass
class Due:
    """What is to be worked next, each list of (gateway id, person), oldest first.

    :ivar fresh: what can be worked together, by state
    :ivar again: those in which something went wrong before: they are worked alone
    :ivar leads_late: whether a lead has waited long enough for words to wait for it
    """

    fresh: dict = field(default_factory=lambda: {PENDING: [], POSTED: []})
    again: list = field(default_factory=list)
    leads_late: bool = False


@dataclass
class Batch:
    """What a batch did.

    :ivar free: conversations, (gateway id, person), that nobody else was working
    :ivar leads: ids of the leads that have no adviser yet, oldest first
    """

    free: set = field(default_factory=set)
    leads: list = field(default_factory=list)


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
        at = at or self.env.context.get(WAKE_AT)
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

    # ------------------------------------------------------------------- store

    @api.model
    def _store(self, gateway, items):
        """Put items into the journal; one that is known already is left alone.

        :param gateway: whose key was called; each item goes to the gateway of the
            number that it names
        :param items: list of :class:`tools.events.Item`
        :return: number of items that were new
        """
        rows = [self._row_of(gateway, item) for item in items]
        # Apart from the statement: PostgreSQL writes one that it refuses into its log,
        # and with it what people wrote. It refuses this one, and Odoo repeats the
        # request, when the same webhook comes twice at once.
        self.env.cr.execute(
            "SELECT set_config(%s, %s, true)", (ARRIVALS, json.dumps(rows))
        )
        self._lock_arrivals(gateway, items)
        self.env.cr.execute(
            """
            INSERT INTO whatsapp_webhook_event
                (gateway_id, company_id, kind, external_id, status, person,
                 phone_number_id, payload, state, attempts,
                 create_uid, create_date, write_uid, write_date)
            SELECT (item->>'gateway')::int, (item->>'company')::int, item->>'kind',
                   item->>'external_id', item->>'status', item->>'person',
                   item->>'phone_number_id', item->'body', 'pending', 0,
                   %(user)s, now() AT TIME ZONE 'utc',
                   %(user)s, now() AT TIME ZONE 'utc'
              FROM jsonb_array_elements(current_setting(%(items)s)::jsonb)
                   WITH ORDINALITY AS given (item, number)
             ORDER BY number
            ON CONFLICT (gateway_id, kind, external_id, status) DO NOTHING
            """,
            {"items": ARRIVALS, "user": self.env.uid},
            log_exceptions=False,
        )
        stored = self.env.cr.rowcount
        if stored:
            self._after_store()
        return stored

    @api.model
    def _row_of(self, gateway, item):
        owner = gateway._whatsapp_of_number(item.phone_number_id) or gateway
        return {
            "gateway": owner.id,
            "company": owner.company_id.id or None,
            "kind": item.kind,
            "external_id": item.external_id,
            "status": item.status,
            "person": item.person,
            "phone_number_id": item.phone_number_id,
            "body": item.body,
        }

    @api.model
    def _lock_arrivals(self, gateway, items):
        """What a person wrote is stored one after the other.

        Ids are given before the commit: of two webhooks that come at once the later
        one could be seen, and worked, first.
        """
        keys = {f"{gateway.id}:{key_of(item.person)}" for item in items if item.person}
        if keys:
            # In one order, or two webhooks could wait for each other.
            self.env.cr.execute(
                """
                SELECT pg_advisory_xact_lock(%s, hash)
                  FROM (SELECT DISTINCT hashtext(key) AS hash
                          FROM unnest(%s) key ORDER BY 1) sorted
                """,
                (ARRIVAL_SPACE, list(keys)),
                log_exceptions=False,
            )

    @api.model
    def _after_store(self):
        """Have what was stored worked: after the answer, else by the worker."""
        if self._lanes():
            self._arm_worker()
        else:
            self._wake_worker()

    # ----------------------------------------------------------------- request

    @api.model
    def _receive(self, gateway, items):
        """Store the items of a webhook, and see to it that they are worked.

        Never raises for what goes wrong at work: Meta is answered 200, and the item
        stays in the journal.

        :return: whether something is left to do once Meta has its answer
        """
        mode = self.env["ir.config_parameter"].sudo()
        if mode.get_param(const.INBOUND_MODE) != const.IN_REQUEST:
            return bool(self._store(gateway, items))
        # As the cron works: without the user, language and guest of the request.
        journal = self.env(user=SUPERUSER_ID, context={})[self._name]
        # Should this process die, the worker takes over.
        wake_at = fields.Datetime.now() + timedelta(seconds=const.REQUEST_SECONDS)
        conversations = in_transaction(
            journal.with_context(**{WAKE_AT: wake_at}).env,
            lambda env: env[self._name]._store_for_request(gateway, items),
        )
        try:
            journal._process_in_request(conversations)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # the items wait in the journal, for the worker
            _logger.warning(
                "WhatsApp webhook of gateway %s is left to the worker: %s",
                gateway.id,
                type(error).__name__,
                exc_info=True,
            )
        return False

    @api.model
    def _store_for_request(self, gateway, items):
        """Store items; (gateway id, person) of each conversation that is due."""
        if not self._store(gateway.with_env(self.env).sudo(), items):
            return []
        self.env.cr.execute(
            """
            SELECT gateway_id, person
              FROM whatsapp_webhook_event
             WHERE state = 'pending' AND person IN %s
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             GROUP BY gateway_id, person
             ORDER BY min(id)
            """,
            (tuple({item.person for item in items}),),
        )
        return self.env.cr.fetchall()

    @api.model
    def _process_in_request(self, conversations):
        """Work conversations for as long as Meta may be kept waiting.

        What is left (time is up, an item failed, another request is at work on the
        conversation) is the worker's.
        """
        end = time.monotonic() + const.REQUEST_SECONDS
        for gateway_id, person in conversations:
            self._process_conversation(gateway_id, person, end)
        in_transaction(self.env, lambda env: env[self._name]._trigger_next())

    # ------------------------------------------------------------------ helper

    @api.model
    def _lanes(self):
        """How many HTTP processes may work the journal at the same time: half.

        None where all requests share one process: it would be no faster.
        """
        return int(config["workers"] or 0) // 2

    @api.model
    def _arm_worker(self):
        """Have the worker look in a while, should no process do it after its answer.

        One alarm at a time, and nobody is woken for it now.
        """
        job = self.env["ir.cron"]._whatsapp_job(const.RECEIVING_JOB, 1)
        now = fields.Datetime.now()
        self.env.cr.execute(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at)
            SELECT %(job)s, %(at)s WHERE NOT EXISTS (
                SELECT 1 FROM ir_cron_trigger
                 WHERE cron_id = %(job)s AND call_at > %(now)s)
            """,
            {
                "job": job.id,
                "now": now,
                "at": now + timedelta(seconds=SAFETY_SECONDS),
            },
        )

    @api.model
    def _help_worker(self):
        """Work the journal in a free lane; without one there are enough hands.

        Who finds no lane leaves his items to those who have one, and to the worker,
        who comes too then. Nothing is left lying: whoever gives a lane back looks once
        more.
        """
        end = time.monotonic() + HELP_SECONDS
        if not self._work_in_lane(end):
            in_transaction(self.env, lambda env: env[self._name]._call_worker())
            return
        while in_transaction(self.env, lambda env: env[self._name]._is_due()):
            if time.monotonic() >= end:
                self._wake_worker()
            if time.monotonic() >= end or not self._work_in_lane(end):
                return

    @api.model
    def _call_worker(self):
        """Wake the worker, unless it is called already or at work."""
        job = self.env["ir.cron"]._whatsapp_job(const.RECEIVING_JOB, 1)
        self.env.cr.execute(
            "SELECT 1 FROM ir_cron_trigger"
            " WHERE cron_id = %s AND call_at <= %s LIMIT 1",
            (job.id, fields.Datetime.now()),
        )
        if not self.env.cr.fetchone():
            self._wake_worker()

    @api.model
    def _work_in_lane(self, end):
        """Work what is due.

        :return: False when no lane is free
        """
        with self.env.registry.cursor() as cr:
            cr.execute(
                "SELECT 1 FROM generate_series(1, %s) lane"
                " WHERE pg_try_advisory_xact_lock(%s, lane) LIMIT 1",
                (self._lanes(), LANE_SPACE),
            )
            if not cr.fetchone():
                return False
            busy = set()
            while time.monotonic() < end:
                if not (self._process_due(busy, end) or self._wait_for_others(busy)):
                    break
            return True

    @api.model
    def _is_due(self):
        """Whether an item waits to be worked now."""
        self.env.cr.execute(
            """
            SELECT 1 FROM whatsapp_webhook_event
             WHERE state = 'pending'
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             UNION ALL
            SELECT 1 FROM whatsapp_webhook_event
             WHERE state = 'posted'
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             LIMIT 1
            """
        )
        return bool(self.env.cr.fetchone())

    # ------------------------------------------------------------------ worker

    @api.model
    def _cron_process(self, seconds=RUN_SECONDS):
        """Work what is due, oldest first, for some seconds."""
        end = time.monotonic() + seconds
        busy = set()
        while time.monotonic() < end:
            if self._process_due(busy, end) or self._wait_for_others(busy):
                continue
            # Files only while no words wait.
            if not self.env["whatsapp.media"]._fetch_next():
                break
        in_transaction(self.env, lambda env: env[self._name]._trigger_next(bool(busy)))

    @api.model
    def _process_due(self, busy, end):
        """Work what is due for a moment: words first, then leads.

        :param busy: conversations that others are working; more are added
        :return: False when nothing is due
        """
        due = in_transaction(
            self.env, lambda env: env[self._name]._next_conversations(busy)
        )
        words, leads = due.fresh[PENDING], due.fresh[POSTED]
        if words:
            busy |= self._process_batch(PENDING, words, end)
        if leads and (due.leads_late or not words):
            busy |= self._process_batch(POSTED, leads[:LEADS_TOGETHER], end)
        for conversation in due.again:
            if not self._process_conversation(*conversation, end):
                busy.add(conversation)
        return bool(words or leads or due.again)

    @api.model
    def _next_conversations(self, busy):
        """Conversations of the oldest items that are due, of words and of leads.

        :return: :class:`Due`
        """
        self.env.cr.execute(
            """
            SELECT state, gateway_id, person, max(attempts),
                   min(processed_at) < now() AT TIME ZONE 'utc' - %(patience)s AS late
              FROM ((SELECT id, state, gateway_id, person, attempts, processed_at
                       FROM whatsapp_webhook_event
                      WHERE state = 'pending'
                        AND (next_try IS NULL
                             OR next_try <= now() AT TIME ZONE 'utc')
                        AND (gateway_id, person) NOT IN %(busy)s
                      ORDER BY id
                      LIMIT %(most)s)
                    UNION ALL
                    (SELECT id, state, gateway_id, person, attempts, processed_at
                       FROM whatsapp_webhook_event
                      WHERE state = 'posted'
                        AND (next_try IS NULL
                             OR next_try <= now() AT TIME ZONE 'utc')
                        AND (gateway_id, person) NOT IN %(busy)s
                      ORDER BY id
                      LIMIT %(most)s)) oldest
             GROUP BY state, gateway_id, person
             ORDER BY min(id)
            """,
            {
                "busy": tuple(busy) or ((0, ""),),
                "most": BATCH_ITEMS,
                "patience": timedelta(seconds=LEAD_SECONDS),
            },
        )
        due = Due()
        for state, gateway_id, person, attempts, late in self.env.cr.fetchall():
            conversation = (gateway_id, person)
            if attempts:
                due.again.append(conversation)
            else:
                due.fresh[state].append(conversation)
                due.leads_late |= state == POSTED and bool(late)
        return due

    @api.model
    def _wait_for_others(self, busy):
        """Wait until somebody has finished with a conversation that we could not take.

        What comes next in it, its lead perhaps, is ours; otherwise this run would end
        and begin again until then.

        :param busy: conversations that others are working; emptied
        :return: False when there are none, or all go on for too long
        """
        if not busy:
            return False
        gateway_id, person = min(busy)

        def wait(env):
            env.cr.execute(
                "SELECT set_config('lock_timeout', %s, true)", (OTHERS_MILLISECONDS,)
            )
            env.cr.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                (LOCK_SPACE, f"{gateway_id}:{key_of(person)}"),
            )

        try:
            in_transaction(self.env, wait, attempts=1)
        except errors.LockNotAvailable:
            return False
        busy.clear()
        return True

    # ---------------------------------------------------------------- a batch
    @api.model
    def _process_batch(self, state, conversations, end):
        """Work the oldest due items of conversations together.

        :return: the conversations that somebody else is working
        """
        batch = Batch()

        def work(env):
            steps = {PENDING: env[self._name]._work_words}
            steps[POSTED] = env[self._name]._work_leads
            steps[state](conversations, batch)

        try:
            in_transaction(self.env, work, attempts=1)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # each item alone tells whose it is
            _logger.info(
                "WhatsApp events are worked one by one after %s",
                type(error).__name__,
                exc_info=_logger.isEnabledFor(logging.DEBUG),
            )
            return {
                conversation
                for conversation in conversations
                if not self._process_conversation(*conversation, end)
            }
        self.env["crm.lead"]._whatsapp_assign_some(batch.leads)
        return set(conversations) - batch.free

    @api.model
    def _work_words(self, conversations, batch):
        """Work what is due in a fresh transaction, for a quarter of a second.

        :param batch: is told which conversations were free and what has no adviser
        """
        stop = time.monotonic() + BATCH_SECONDS
        batch.free = self._lock(conversations)
        events = self._due_of(batch.free, (PENDING,))
        if not events:
            return
        remember(self.env)
        put_leads_off(self.env, self._conversations_posted(batch.free))
        events._remember_people()
        leads = {}
        for event in events:
            event._process()
            leads[event._lead_to_assign().id] = True
            # Asked afterwards: on a slow machine the time would be up before the
            # first item, again and again.
            if time.monotonic() > stop:
                break
        batch.leads = [lead_id for lead_id in leads if lead_id]

    @api.model
    def _lock(self, conversations):
        """Take conversations for this transaction; those that were free.

        First statement of a fresh transaction. Who has just finished has committed
        after our snapshot, perhaps: then :meth:`_due_of` finds its item changed, and
        the transaction is repeated.
        """
        keys = {
            f"{gateway_id}:{key_of(person)}": [] for gateway_id, person in conversations
        }
        for gateway_id, person in conversations:
            keys[f"{gateway_id}:{key_of(person)}"].append((gateway_id, person))
        self.env.cr.execute(
            "SELECT key FROM unnest(%s) key"
            " WHERE pg_try_advisory_xact_lock(%s, hashtext(key))",
            (list(keys), LOCK_SPACE),
        )
        return {one for row in self.env.cr.fetchall() for one in keys[row[0]]}

    @api.model
    def _due_of(self, conversations, states, limit=BATCH_ITEMS):
        """Due items of conversations that are ours now, oldest first.

        Under every form of a person's number, or what was written under one would
        overtake what came before under another.
        """
        if not conversations:
            return self.browse()
        self.env.cr.execute(
            """
            SELECT id FROM whatsapp_webhook_event
             WHERE state IN %s AND (gateway_id, person) IN %s
               AND (next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')
             ORDER BY id
             LIMIT %s
               FOR UPDATE
            """,
            (states, self._forms_of(conversations), limit),
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    @api.model
    def _forms_of(self, conversations):
        """(gateway id, person) under every form of the persons' numbers."""
        return tuple(
            {
                (gateway_id, form)
                for gateway_id, person in conversations
                for form in variants(person)
            }
        )

    def _remember_people(self):
        """Read at once what each item would read of its conversation."""
        for gateway, events in self.grouped("gateway_id").items():
            service = gateway._whatsapp_env()
            service._whatsapp_remember(
                gateway.with_env(service.env), events.mapped("person")
            )

    # ------------------------------------------------------------- one by one
    @api.model
    def _process_conversation(self, gateway_id, person, end):
        """Work the due items of one conversation in order, each on its own.

        :return: False when somebody else is at work on it
        """
        while time.monotonic() < end:
            outcome = self._process_next(gateway_id, person)
            if outcome is not True:
                return outcome is None
        return True

    @api.model
    def _process_next(self, gateway_id, person):
        """Work the next due item of a conversation.

        :return: True when one was worked, None when none is due, False when the
            conversation is being worked elsewhere
        """
        claimed, leads = [], []

        def work(env):
            claimed.clear()
            leads.clear()
            event = env[self._name]._claim(gateway_id, person)
            if not event:
                return event
            claimed.append(event.id)
            remember(env)
            event._process()
            leads.extend(event._lead_to_assign().ids)
            return True

        try:
            outcome = in_transaction(self.env, work)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # kept on the item, which is tried again
            if not claimed:
                raise
            self._record_failure(claimed[0], error)
            return True
        self.env["crm.lead"]._whatsapp_assign_some(leads)
        return outcome

    @api.model
    def _claim(self, gateway_id, person):
        """Take the conversation for this transaction; its next due item.

        :return: False when somebody else is at work on it, None when nothing is due
        """
        conversation = (gateway_id, person)
        if not self._lock([conversation]):
            return False
        return self._due_of([conversation], (PENDING, POSTED), limit=1) or None

    def _lead_to_assign(self):
        """Lead that this item brought and that has no adviser yet."""
        lead = self.env["crm.lead"]
        message = self.sudo().message_id
        if self.kind == MESSAGE and message.model == "discuss.channel":
            lead = self.env["discuss.channel"].sudo().browse(message.res_id).lead_id
        return lead if not lead.user_id else lead.browse()

    # -------------------------------------------------------------------- lead

    @api.model
    def _work_leads(self, conversations, batch):
        """Make the leads of conversations in a fresh transaction.

        :param batch: is told which conversations were free and what has no adviser
        """
        batch.free = self._lock(conversations)
        # All of a conversation: what is written next would come before the rest.
        events = self._due_of(batch.free, (POSTED,), None)
        if events:
            remember(self.env)
            events._remember_people()
            leads = events._make_leads()
            batch.leads = leads.filtered(lambda lead: not lead.user_id).ids

    @api.model
    def _conversations_posted(self, conversations):
        """Ids of conversations in which something written waits for its lead.

        What follows there waits, too, or it would stand in the lead before it.
        """
        if not conversations:
            return ()
        self.env.cr.execute(
            """
            SELECT DISTINCT message.res_id
              FROM whatsapp_webhook_event event
              JOIN mail_message message ON message.id = event.message_id
             WHERE event.state = 'posted' AND message.model = 'discuss.channel'
               AND (event.gateway_id, event.person) IN %s
            """,
            (self._forms_of(conversations),),
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _make_leads(self):
        """Give each item's conversation its lead; tell the lead what was written.

        :return: the leads, in the order of the items
        """
        leads = self.env["crm.lead"].sudo()
        channels = {event: event._get_conversation() for event in self.sudo()}
        by_gateway = self.sudo().grouped("gateway_id")
        for events in by_gateway.values():
            events._make_missing_leads(channels)
        for event, channel in channels.items():
            if channel:
                event._tell_lead(channel)
                leads |= channel.lead_id.with_env(leads.env)
        self._finish()
        return leads

    def _get_conversation(self):
        """Conversation of a message that is shown already, empty when it is gone."""
        self.ensure_one()
        service = self.gateway_id._whatsapp_env()
        channels = service.env["discuss.channel"].sudo()
        message = self.message_id
        if message.model == channels._name:
            return channels.browse(message.res_id).exists()
        gateway = self.gateway_id.with_env(service.env)
        return service._whatsapp_find_channel(gateway, self.person).sudo()

    def _make_missing_leads(self, channels):
        """Make leads for the conversations of one gateway's items that have none.

        :param channels: conversation of each item
        """
        new, later = {}, []
        known = set()
        for event in self:
            channel = channels[event]
            if not channel or channel in new:
                continue
            key = key_of(channel.gateway_channel_token or "")
            lead = channel._whatsapp_lead_model()._whatsapp_find_lead(channel)
            if lead or key in known:
                # Somebody else was faster, or this person has two conversations.
                later.append((channel, event._get_profile()))
            else:
                known.add(key)
                new[channel] = event._get_profile()
        if new:
            next(iter(new))._whatsapp_make_leads(new)
        for channel, profile in later:
            channel._whatsapp_ensure_lead(profile)

    def _get_profile(self):
        """Name of the writer's WhatsApp profile, ``''`` when there is none."""
        value = only_value(self.payload)
        person = person_of(value["messages"][0], value.get("contacts") or [])
        return profile_name(value, person)

    def _tell_lead(self, channel):
        """What the words would have done to the lead, had it been there."""
        if self.message_id:
            channel._whatsapp_tell_lead(self.message_id)
        referral = only_value(self.payload)["messages"][0].get("referral")
        if referral:
            channel._whatsapp_note_referral(referral)
