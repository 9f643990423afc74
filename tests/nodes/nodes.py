"""The servers of a lab, as Meta meets them behind one address, and their database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from tests.drivers.people import Line
from tests.live.volley import Webhook, post
from tests.live.workers import Workers

#: What a crash trial needs of PostgreSQL, or it proves nothing.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
SHOWN = """
    SELECT extract(epoch FROM event.create_date),
           extract(epoch FROM message.create_date)
      FROM whatsapp_webhook_event event
      JOIN mail_message message ON message.id = event.message_id
     WHERE event.gateway_id = %s AND event.kind = 'message'
     ORDER BY event.id
"""
LEAD_AFTER = """
    SELECT extract(epoch FROM lead.create_date - channel.create_date)
      FROM discuss_channel channel JOIN crm_lead lead ON lead.id = channel.lead_id
     WHERE channel.gateway_id = %s
"""
CALLED_AFTER = """
    SELECT extract(epoch FROM called_at - create_date)
      FROM whatsapp_message_queue WHERE gateway_id = %s
"""
JOBS = "SELECT state, count(*) FROM queue_job GROUP BY state"


class Nodes:
    """Two servers; people work on the first, the other one is killed."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._urls: dict[str, str] = state["nodes"]
        self._postgres: dict[str, Any] = state["postgres"]
        [self._victim] = [name for name in self._urls if name != "odoo"]
        self._workers = Workers(state, self._victim)
        self._turns = count()
        self.queue_job = bool(state["queue_job"])

    def deliver(self, line: Line, webhook: Webhook) -> int:
        """Post a webhook to the servers in turn until one answers 200; how often.

        So does Meta behind a balancer: what was not answered comes again.
        """
        path = urlsplit(line.callback_url).path
        urls = list(self._urls.values())
        for tries in range(1, 2 * len(urls) + 1):
            try:
                if post(urls[next(self._turns) % len(urls)] + path, webhook) == 200:
                    return tries
            except (OSError, HTTPException):
                continue
        raise AssertionError(f"nobody of {urls} takes the webhook")

    def kill_one_at_work(self) -> int:
        """SIGKILL to the second server while it works the journal; the worker's pid."""
        return self._workers.kill_node_at_work()

    # Database

    def durability(self) -> dict[str, str]:
        """PostgreSQL's settings that decide what a crash leaves."""
        return {name: self._ask(f"SHOW {name}")[0][0] for name in DURABLE}

    def shown_after(self, line: Line) -> list[float]:
        """Seconds from storing an event to working its message, oldest first."""
        return [shown - stored for stored, shown in self._shown(line)]

    def longest_pause(self, line: Line) -> float:
        """Most seconds in which no message was worked while one waited."""
        by_work = sorted(self._shown(line), key=lambda times: times[1])
        longest = last = 0.0
        for number, (_stored, shown) in enumerate(by_work):
            oldest = min(stored for stored, _shown in by_work[number:])
            longest = max(longest, shown - max(last, oldest))
            last = shown
        return longest

    def _shown(self, line: Line) -> list[tuple[float, float]]:
        """When the event of each message was stored, and when it was worked."""
        rows = self._ask(SHOWN, line.gateway_id)
        return [(float(stored), float(shown)) for stored, shown in rows]

    def lead_after(self, line: Line) -> list[float]:
        """Seconds from a conversation's creation to its lead's."""
        return self._seconds(LEAD_AFTER, line)

    def called_after(self, line: Line) -> list[float]:
        """Seconds from writing a message to the last call for it."""
        return self._seconds(CALLED_AFTER, line)

    def jobs(self) -> dict[str, int]:
        """Jobs of queue_job by state."""
        return dict(self._ask(JOBS))

    def _seconds(self, statement: str, line: Line) -> list[float]:
        return [float(row[0]) for row in self._ask(statement, line.gateway_id)]

    def _ask(self, statement: str, *values: Any) -> list[Any]:
        with self._cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    @contextmanager
    def _cursor(self) -> Iterator[psycopg2.extensions.cursor]:
        keys = ("host", "port", "user", "password")
        given = {key: self._postgres[key] for key in keys}
        database = self._postgres["database"]
        with (
            closing(psycopg2.connect(dbname=database, **given)) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor
