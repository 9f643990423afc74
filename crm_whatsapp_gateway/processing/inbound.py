"""Working of the webhook journal: conversations are claimed, their events processed.

What is due is worked many events to a transaction, across conversations, since most of
what an event costs is reading what its neighbours need too. When anything in a batch
goes wrong it is rolled back and its conversations are worked alone, event by event:
only then is it known which event failed.

A batch shows messages of unknown persons first; their leads are created by a later
batch, many at once, and assigned by a third transaction.
"""

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from psycopg2 import errors

from odoo.tools import SQL

from .transaction import in_transaction
from .transaction_cache import defer_leads, open_cache

_logger = logging.getLogger(__name__)

EVENT = "whatsapp.webhook.event"
MESSAGES, LEADS = "pending", "posted"

# A batch is short: its first message is seen at its end, and a colleague's click in
# one of its conversations repeats all of it.
BATCH_EVENTS = 30
BATCH_SECONDS = 0.5
# A deferred lead that waited this long comes before new messages.
LEAD_SECONDS = 2
# How long a run waits for a conversation that another process is working.
BUSY_MILLISECONDS = "1000"
# First key of the advisory locks of conversations.
LOCK_SPACE = 0x57415F  # "WA_"
# Advisory locks of :class:`Awake`.
AWAKE_SPACE = 0x574145  # "WAE"
AWAKE, STORING = 1, 2

# The due condition, for every statement that looks for work.
DUE = SQL("(next_try IS NULL OR next_try <= now() AT TIME ZONE 'utc')")


class Conversation(NamedTuple):
    """A person on a gateway; events without person have an empty key."""

    gateway_id: int
    key: str

    @property
    def lock_name(self) -> str:
        return f"{self.gateway_id}:{self.key}"


@dataclass
class Batch:
    """Conversations that are worked in one transaction.

    :ivar state: state of the events that are worked
    :ivar alone: an event of theirs has failed before: each is worked alone
    """

    state: str
    alone: bool
    conversations: list[Conversation] = field(default_factory=list)


class Awake:
    """Tells webhooks that a worker is running, so that they need not trigger one.

    A trigger notifies Odoo's cron workers over a new connection to PostgreSQL, which
    costs as much as all else that a webhook does.

    The worker holds the lock ``AWAKE`` while it works. A webhook takes ``STORING``,
    shared and until its commit, before it tries ``AWAKE``. Before a worker ends it
    gives ``AWAKE`` back and waits for ``STORING``: then it sees what was stored by
    every webhook that relied on it, and looks once more.

    :param env: its registry gives a cursor, which holds the lock
    """

    def __init__(self, env):
        self._cr = env.registry.cursor()

    def __enter__(self):
        self._lock(AWAKE)
        return self

    def __exit__(self, *_error):
        self._cr.close()

    def _lock(self, name):
        self._cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", (AWAKE_SPACE, name))

    def _release(self):
        # A cursor of its own, which holds nothing but locks.
        self._cr.commit()  # pylint: disable=invalid-commit

    def pause(self):
        """Give the lock back and wait for webhooks that relied on it."""
        self._release()
        self._lock(STORING)
        self._release()

    def resume(self):
        self._lock(AWAKE)


def is_worker_awake(env):
    """Return whether a running worker will see what this transaction stores."""
    env.cr.execute(
        "SELECT pg_advisory_xact_lock_shared(%s, %s)", (AWAKE_SPACE, STORING)
    )
    env.cr.execute(
        "SELECT pg_try_advisory_xact_lock_shared(%s, %s)", (AWAKE_SPACE, AWAKE)
    )
    return not env.cr.fetchone()[0]


class InboundQueue:
    """The journal as a queue for :func:`runner.work`.

    :param env: superuser's environment; only its registry is used
    :param conversations: only these; None for all
    :param on_backlog: called without arguments, once, when more is due than fits
        into a batch; has another process help
    :param is_helper: another process works the journal, too
    """

    def __init__(self, env, conversations=None, on_backlog=None, is_helper=False):
        self.env = env
        self.only = conversations and tuple(conversations)
        self._on_backlog = on_backlog
        self._is_shared = is_helper
        self._busy = set()
        self._skipped = set()
        self._done = 0

    # ---------------------------------------------------------------- claim
    def claim(self):
        """Return the :class:`Batch` of the oldest event that is due."""
        batch = in_transaction(self.env, self._find_batch)
        if not batch and self._busy and self._wait_for_busy():
            batch = in_transaction(self.env, self._find_batch)
        return batch

    def _find_batch(self, env):
        """Return what is due first, with all that can be worked together with it."""
        # One part for each state: each has a partial index of its own.
        parts = [
            SQL(
                """
                (SELECT id, state, gateway_id, conversation_key, attempts, processed_at
                   FROM whatsapp_webhook_event
                  WHERE state = %s AND %s
                    AND (gateway_id, conversation_key) NOT IN %s
                    AND %s
                  ORDER BY id LIMIT %s)
                """,
                SQL("'pending'" if state == MESSAGES else "'posted'"),
                DUE,
                tuple(self._busy | self._skipped) or ((0, ""),),
                SQL("(gateway_id, conversation_key) IN %s", self.only)
                if self.only
                else SQL("TRUE"),
                BATCH_EVENTS,
            )
            for state in (MESSAGES, LEADS)
        ]
        env.cr.execute(
            SQL(
                """
                SELECT state, max(attempts) > 0 AS alone, gateway_id, conversation_key,
                       state = 'pending' OR min(processed_at)
                           < now() AT TIME ZONE 'utc' - %s AS urgent,
                       count(*) AS events
                  FROM (%s) oldest
                 GROUP BY state, gateway_id, conversation_key
                 ORDER BY min(id)
                """,
                timedelta(seconds=LEAD_SECONDS),
                SQL(" UNION ALL ").join(parts),
            )
        )
        rows = env.cr.fetchall()
        if self._on_backlog and sum(row[5] for row in rows) >= BATCH_EVENTS:
            self._on_backlog()
            self._on_backlog = None
            self._is_shared = True
        first = next((row for row in rows if row[4]), rows[0] if rows else None)
        if not first:
            return None
        batch = Batch(*first[:2])
        batch.conversations = [
            Conversation(*row[2:4]) for row in rows if row[:2] == first[:2]
        ]
        if self._is_shared:
            # The other half is the other process's.
            batch.conversations = batch.conversations[::2]
        return batch

    def _wait_for_busy(self):
        """Wait until another process has finished with one of the conversations.

        :return: False when it takes too long
        """

        def wait(env):
            env.cr.execute(
                "SELECT set_config('lock_timeout', %s, true)", (BUSY_MILLISECONDS,)
            )
            env.cr.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                (LOCK_SPACE, min(self._busy).lock_name),
            )

        try:
            in_transaction(self.env, wait, attempts=1)
        except errors.LockNotAvailable:
            return False
        self._busy.clear()
        return True

    def skip(self, claimed):
        self._skipped.update(claimed.conversations)

    # ------------------------------------------------------------------ run
    def run(self, claimed):
        """Process a batch; what fails in it is processed alone and recorded."""
        if claimed.alone:
            self._run_alone(claimed.conversations)
            return
        try:
            free, done, lead_ids = in_transaction(
                self.env,
                lambda env: self._run_together(env, claimed),
                attempts=1,
            )
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # worked alone, the event that failed keeps it
            _logger.info(
                "WhatsApp events are processed one by one after %s",
                type(error).__name__,
                exc_info=_logger.isEnabledFor(logging.DEBUG),
            )
            self._run_alone(claimed.conversations)
            return
        busy = set(claimed.conversations) - free
        self._busy.update(busy)
        # To leave them to the other process is progress, too.
        self._done += done + len(busy)
        self._assign(lead_ids)

    def _run_together(self, env, batch):
        """Process a batch's events in this transaction.

        :return: the conversations that no other process had, the number of events,
            ids of leads without adviser
        """
        free = lock(env, batch.conversations)
        events = due_events(env, free, batch.state, BATCH_EVENTS)
        if not events:
            return free, 0, []
        open_cache(env)
        events._prefetch_people()
        if batch.state == LEADS:
            return free, len(events), events._create_leads()
        defer_leads(env, events._channels_with_deferred_lead())
        stop = time.monotonic() + BATCH_SECONDS
        done = events.browse()
        for event in events:
            event._process()
            done |= event
            # Asked afterwards: on a slow machine the time would be up before the
            # first event, again and again.
            if time.monotonic() > stop:
                break
        return free, len(done), done._unassigned_leads().ids

    def _run_alone(self, conversations):
        """Process the due events of conversations, each in its own transaction."""
        for conversation in conversations:
            for _event in range(BATCH_EVENTS):
                if not self._run_next(conversation):
                    break

    def _run_next(self, conversation):
        """Process the next due event of a conversation.

        :return: whether there was one
        """
        claimed = []

        def process(env):
            claimed.clear()
            if not lock(env, [conversation]):
                self._busy.add(conversation)
                self._done += 1
                return None
            event = due_events(env, [conversation], None, 1)
            if not event:
                return None
            claimed.append(event.id)
            open_cache(env)
            if event.state == LEADS:
                return event._create_leads()
            event._process()
            return event._unassigned_leads().ids

        try:
            lead_ids = in_transaction(self.env, process)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # kept on the event, which is tried again
            if not claimed:
                raise
            self.env[EVENT]._record_failure(claimed[0], error)
            self._done += 1
            return True
        if lead_ids is None:
            return False
        self._done += 1
        self._assign(lead_ids)
        return True

    def _assign(self, lead_ids):
        if lead_ids:
            self.env["crm.lead"]._whatsapp_assign_apart(lead_ids)

    # --------------------------------------------------------------- record
    def record(self):
        """Return the number of events processed since; they are recorded already."""
        done, self._done = self._done, 0
        return done


def is_due(env):
    """Return whether an event is due now."""
    env.cr.execute(
        SQL(
            """
            SELECT EXISTS (SELECT 1 FROM whatsapp_webhook_event
                            WHERE state = 'pending' AND %s)
                OR EXISTS (SELECT 1 FROM whatsapp_webhook_event
                            WHERE state = 'posted' AND %s)
            """,
            DUE,
            DUE,
        )
    )
    return env.cr.fetchone()[0]


def lock(env, conversations):
    """Take conversations for this transaction; return those that were free.

    First statement of a fresh transaction. A process that has just finished may have
    committed after our snapshot: :func:`due_events` then finds its events changed, and
    the transaction is repeated.
    """
    by_name = {one.lock_name: one for one in conversations}
    env.cr.execute(
        "SELECT name FROM unnest(%s) name"
        " WHERE pg_try_advisory_xact_lock(%s, hashtext(name))",
        (list(by_name), LOCK_SPACE),
    )
    return {by_name[row[0]] for row in env.cr.fetchall()}


def due_events(env, conversations, state, limit):
    """Return the due events of locked conversations, oldest first.

    :param state: only events in this state; None for every state with work to do
    """
    if not conversations:
        return env[EVENT].browse()
    env.cr.execute(
        SQL(
            """
            SELECT id FROM whatsapp_webhook_event
             WHERE state IN %s AND (gateway_id, conversation_key) IN %s AND %s
             ORDER BY id
             LIMIT %s
               FOR UPDATE
            """,
            (state,) if state else (MESSAGES, LEADS),
            tuple(map(tuple, conversations)),
            DUE,
            # A lead's messages all at once: what follows would come before the rest.
            None if state == LEADS else limit,
        )
    )
    return env[EVENT].sudo().browse([row[0] for row in env.cr.fetchall()])
