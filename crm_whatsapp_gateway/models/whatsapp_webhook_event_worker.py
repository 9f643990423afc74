"""How the journal is worked; apart from the model for its length.

What is due is worked several items to a transaction, across conversations, since
most of what an item costs is reading what its neighbours need too. A batch in which
anything goes wrong is rolled back whole and its items are worked again, each in a
transaction of its own: only there can a failure be told, repeated and recorded.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2 import errors

from odoo import api, models

from ..tools.events import MESSAGE
from ..tools.phone import key_of, variants
from .memory import put_leads_off, remember
from .transaction import in_transaction
from .whatsapp_webhook_event import PENDING, POSTED

_logger = logging.getLogger(__name__)

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
    _inherit = "whatsapp.webhook.event"

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
