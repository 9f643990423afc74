import json
import logging
import time
import traceback
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ...processing import inbound, runner
from ...processing.retry import JOURNAL
from ...processing.transaction import in_transaction
from ...processing.transaction_cache import TransactionCache, deferred_leads
from ...tools import const
from ...tools.phone import key_of
from ...tools.webhook import parse_event
from ...tools.webhook_events import (
    MESSAGE,
    InboundMessage,
    MessageEcho,
    StatusUpdate,
)

_logger = logging.getLogger(__name__)

PENDING, POSTED, DONE = "pending", "posted", "done"

# A status may overtake the commit of our own message; one that never finds it
# belongs to a message sent from elsewhere.
STATUS_PATIENCE = timedelta(days=1)
# How much longer than its payload an event's key is known.
KEYS_OUTLIVE = timedelta(days=30)
# A run of the scheduled action ends so that other jobs live.
RUN_SECONDS = 30
# First key of the advisory locks under which a person's events are stored.
ARRIVAL_SPACE = 0x574141  # "WAA"
# PostgreSQL's setting, of one transaction, that holds what is to be stored.
ARRIVALS = "crm_whatsapp_gateway.arrivals"
PROCESSING_JOB = "ir_cron_inbound"
SECOND_JOB = "ir_cron_inbound_backlog"
WAMIDS = "id of the message that shows an event already, by event id"


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
    conversation_key = fields.Char(
        required=True,
        default="",
        readonly=True,
        help="Key of the person's number, the same for every notation: events with"
        " one key are processed in order.",
    )
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
                ON whatsapp_webhook_event (gateway_id, conversation_key, id)
                WHERE state IN ('pending', 'posted');
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

    # ------------------------------------------------------------ scheduling
    @api.model
    def _trigger_processing(self):
        """Have the journal processed once this transaction is committed. Hook."""
        if not inbound.is_worker_awake(self.env):
            self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)._whatsapp_trigger()

    @api.model
    def _cron_process(self, seconds=RUN_SECONDS):
        """Process what is due, then fetch files, for some seconds."""
        end = time.monotonic() + seconds
        with inbound.Awake(self.env) as awake:
            while time.monotonic() < end:
                queue = inbound.InboundQueue(self.env, on_backlog=self._trigger_second)
                runner.work(queue, end - time.monotonic())
                # Files only while no message waits.
                if self.env["whatsapp.media"]._fetch_next():
                    continue
                awake.pause()
                if not in_transaction(self.env, inbound.is_due):
                    break
                awake.resume()
        in_transaction(self.env, lambda env: env[self._name]._trigger_next())

    @api.model
    def _trigger_second(self):
        """Let a second process help with more than a batch."""
        job = self.env["ir.cron"]._whatsapp_job(SECOND_JOB)
        in_transaction(self.env, lambda env: job.with_env(env)._whatsapp_trigger())

    @api.model
    def _cron_process_backlog(self):
        """Help the first scheduled action, which looks after all that comes later."""
        runner.work(inbound.InboundQueue(self.env, is_helper=True), RUN_SECONDS)

    @api.model
    def _trigger_next(self):
        """Trigger the next run for when the next event or file is due."""
        self.env.cr.execute(
            """
            SELECT min(due) FROM (
                (SELECT min(COALESCE(next_try, now() AT TIME ZONE 'utc')) AS due
                   FROM whatsapp_webhook_event WHERE state = 'pending')
                UNION ALL
                (SELECT min(COALESCE(next_try, now() AT TIME ZONE 'utc'))
                   FROM whatsapp_webhook_event WHERE state = 'posted')
                UNION ALL
                (SELECT min(next_try) FROM whatsapp_media WHERE state = 'pending')) next
            """
        )
        due = self.env.cr.fetchone()[0]
        if due and due <= fields.Datetime.now():
            self._trigger_processing()
        elif due:
            self.env["ir.cron"]._whatsapp_job(PROCESSING_JOB)._whatsapp_trigger_by(due)

    # ------------------------------------------------------------ processing
    def _process(self):
        """Do what a message, status or change says; whatever it raises is recorded."""
        self.ensure_one()
        event = self.sudo()
        if event._finish_known_message():
            return
        parsed = parse_event(event.payload)
        service = event.gateway_id._whatsapp_env()
        gateway = event.gateway_id.with_env(service.env)
        if parsed.problem:
            event._refuse(parsed.describe_problem(gateway.env._))
            return
        if not gateway._whatsapp_of_number(event.phone_number_id):
            event._fail_unknown_number(gateway)
            return
        done = True
        if isinstance(parsed, InboundMessage | MessageEcho):
            event.message_id = service._whatsapp_receive_message(gateway, parsed)
        elif isinstance(parsed, StatusUpdate):
            done = event._process_status(gateway, parsed)
        else:
            service._whatsapp_receive_change(gateway, parsed)
        if done:
            event._finish()

    def _is_posted(self):
        """Return whether the message is shown and only its lead is missing."""
        message = self.sudo().message_id
        return self.kind == MESSAGE and message.model == "discuss.channel"

    def _finish(self):
        """Worked, but for leads that this transaction does not make."""
        deferred = deferred_leads(self.env)
        for event in self.sudo():
            posted = (
                deferred and event._is_posted() and event.message_id.res_id in deferred
            )
            event.write(
                {
                    "state": POSTED if posted else DONE,
                    "processed_at": fields.Datetime.now(),
                    "error": False,
                    "error_traceback": False,
                }
            )

    def _refuse(self, reason):
        """Fail at once: the event would fail again however often it were tried."""
        self.write({"state": "failed", "error": reason, "next_try": False})

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
        self._refuse(
            gateway.env._(
                "No gateway has the phone number id %(number)s. Make one with this"
                " number and press Process Again.",
                number=number,
            )
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
            self._schedule_retry(
                self.env._("The message it belongs to is not known yet.")
            )
        return False

    def _schedule_retry(self, reason):
        """Try again later; after the last try the event is shown as failed."""
        attempts = self.attempts + 1
        # A status may wait longer than its tries: see STATUS_PATIENCE.
        wait = JOURNAL.wait_after(min(attempts, JOURNAL.attempts - 1))
        self.write(
            {
                "attempts": attempts,
                "next_try": fields.Datetime.now() + wait,
                "error": reason,
            }
        )

    @api.model
    def _record_failure(self, event_id, error):
        """Keep what went wrong; after the last try the event is shown as failed."""
        trace = "".join(traceback.format_exception(error))
        _logger.warning(
            "WhatsApp event %s could not be processed: %s",
            event_id,
            type(error).__name__,
        )

        def record(env):
            event = env[self._name].sudo().browse(event_id)
            event._schedule_retry(f"{type(error).__name__}: {error}"[:500])
            event.error_traceback = trace
            if event.attempts >= JOURNAL.attempts:
                event.write({"state": "failed", "next_try": False})

        in_transaction(self.env, record)

    def _finish_known_message(self):
        """Finish a message that a conversation shows already; return whether it was.

        The journal forgets its keys in time, the conversation does not.
        """
        self.ensure_one()
        if self.kind != MESSAGE or self.message_id:
            return False
        cache = TransactionCache(self.env, WAMIDS)
        known = cache.get(self.id)
        if known is None:
            known = self._known_messages().get(self.id, 0)
        if known:
            self.message_id = known
            self._finish()
        return bool(known)

    def _known_messages(self):
        """Return ids of messages that conversations show already, by event id."""
        self.env.cr.execute(
            """
            SELECT event.id, message.id
              FROM whatsapp_webhook_event event
              JOIN mail_message message ON message.whatsapp_wamid = event.external_id
              JOIN discuss_channel channel
                ON channel.id = message.res_id AND message.model = 'discuss.channel'
             WHERE event.id IN %s AND event.kind = 'message'
               AND channel.gateway_id = event.gateway_id
            """,
            (tuple(self.ids),),
        )
        return dict(self.env.cr.fetchall())

    def _prefetch_people(self):
        """Read at once what each event would read of its conversation."""
        known = self._known_messages()
        cache = TransactionCache(self.env, WAMIDS)
        for event in self:
            cache.set(event.id, known.get(event.id, 0))
        for gateway, events in self.grouped("gateway_id").items():
            service = gateway._whatsapp_env()
            service._whatsapp_prefetch(
                gateway.with_env(service.env), events.mapped("person")
            )

    # ---------------------------------------------------------- deferred leads
    def _channels_with_deferred_lead(self):
        """Return ids of these events' conversations whose lead is not created yet.

        What follows in them waits, too, or it would stand in the lead before it.
        """
        self.env.cr.execute(
            """
            SELECT DISTINCT message.res_id
              FROM whatsapp_webhook_event event
              JOIN whatsapp_webhook_event deferred
                ON deferred.gateway_id = event.gateway_id
               AND deferred.conversation_key = event.conversation_key
               AND deferred.state = 'posted'
              JOIN mail_message message ON message.id = deferred.message_id
             WHERE event.id IN %s AND message.model = 'discuss.channel'
            """,
            (tuple(self.ids),),
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _create_leads(self):
        """Give each event's conversation its lead, and copy its messages there.

        :return: ids of leads without adviser, in the order of the events
        """
        leads = self.env["crm.lead"].sudo()
        channels = {event: event._get_conversation() for event in self.sudo()}
        for events in self.sudo().grouped("gateway_id").values():
            events._create_missing_leads(channels)
        for event, channel in channels.items():
            if channel:
                event._sync_to_lead(channel)
                leads |= channel.lead_id.with_env(leads.env)
        self._finish()
        return leads.filtered(lambda lead: not lead.user_id).ids

    def _get_conversation(self):
        """Return the conversation of a posted message, empty when it is gone."""
        self.ensure_one()
        service = self.gateway_id._whatsapp_env()
        channels = service.env["discuss.channel"].sudo()
        message = self.message_id
        if message.model == channels._name:
            return channels.browse(message.res_id).exists()
        gateway = self.gateway_id.with_env(service.env)
        return service._whatsapp_find_channel(gateway, self.person).sudo()

    def _create_missing_leads(self, channels):
        """Create leads for the conversations of one gateway's events that have none.

        :param channels: conversation of each event
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
                # Created meanwhile, or this person has two conversations.
                later.append((channel, event._get_profile()))
            else:
                known.add(key)
                new[channel] = event._get_profile()
        if new:
            next(iter(new))._whatsapp_create_leads(new)
        for channel, profile in later:
            channel._whatsapp_link_or_create_lead(profile)

    def _get_profile(self):
        """Return the name by which WhatsApp shows the writer, ``''`` without one."""
        return parse_event(self.payload).sender.name

    def _sync_to_lead(self, channel):
        """Do what the message would have done to the lead, had it been there."""
        if self.message_id:
            channel._whatsapp_sync_to_lead(self.message_id)
        channel._whatsapp_apply_inbound(parse_event(self.payload))

    def _unassigned_leads(self):
        """Return the leads of these messages' conversations without adviser."""
        messages = self.sudo().filtered(lambda event: event._is_posted()).message_id
        channels = self.env["discuss.channel"].sudo().browse(messages.mapped("res_id"))
        return channels.lead_id.filtered(lambda lead: not lead.user_id)

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
        self._trigger_processing()
        return True

    @api.autovacuum
    def _gc_payloads(self):
        """Forget payloads after the retention, and keys a month later.

        Those of events that failed, too: they hold what people wrote. The key
        outlives the payload, so that a late redelivery is still known.
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
             WHERE create_date < %s AND state IN ('done', 'ignored', 'failed')
            """,
            (old - KEYS_OUTLIVE,),
        )
        self.env.cr.execute(
            """
            UPDATE whatsapp_webhook_event SET payload = NULL
             WHERE create_date < %s AND state IN ('done', 'ignored', 'failed')
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
        :param items: list of :class:`tools.webhook_events.WebhookEvent`
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
                 conversation_key, phone_number_id, payload, state, attempts,
                 create_uid, create_date, write_uid, write_date)
            SELECT (item->>'gateway')::int, (item->>'company')::int, item->>'kind',
                   item->>'external_id', item->>'status', item->>'person',
                   item->>'conversation_key',
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
        return self.env.cr.rowcount

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
            "conversation_key": key_of(item.person),
            "phone_number_id": item.phone_number_id,
            "body": item.body,
        }

    @api.model
    def _lock_arrivals(self, gateway, items):
        """Store the events of one person one after the other.

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

    # --------------------------------------------------------------- request
    @api.model
    def _receive(self, gateway, items):
        """Store the events of a webhook, and have them processed.

        With the setting "within the webhook's request" they are processed here, as far
        as Meta may be kept waiting; what is left is the scheduled action's. What was
        stored is committed first, so it outlives whatever its processing does.

        Never raises for what goes wrong while processing: Meta is answered 200.
        """
        mode = self.env["ir.config_parameter"].sudo().get_param(const.INBOUND_MODE)
        if mode != const.IN_REQUEST:
            if self._store(gateway, items):
                self._trigger_processing()
            return
        # As the scheduled action: without user, language and guest of the request.
        journal = self.env(user=SUPERUSER_ID, context={})[self._name]

        def store(env):
            env[self._name]._store(gateway.with_env(env).sudo(), items)
            # Should this process die, the scheduled action takes over.
            env["ir.cron"]._whatsapp_job(PROCESSING_JOB)._whatsapp_trigger_by(
                fields.Datetime.now() + timedelta(seconds=const.REQUEST_SECONDS)
            )

        in_transaction(journal.env, store)
        try:
            journal._process_in_request(gateway, items)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # the events wait in the journal
            _logger.warning(
                "WhatsApp webhook of gateway %s is left to the scheduled action: %s",
                gateway.id,
                type(error).__name__,
                exc_info=True,
            )

    @api.model
    def _process_in_request(self, gateway, items):
        """Process the conversations of a webhook's events for some seconds."""
        conversations = {
            inbound.Conversation(row["gateway"], row["conversation_key"])
            for row in (self._row_of(gateway, item) for item in items)
        }
        queue = inbound.InboundQueue(self.env, sorted(conversations))
        runner.work(queue, const.REQUEST_SECONDS)
        in_transaction(self.env, lambda env: env[self._name]._trigger_next())
