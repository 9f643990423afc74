"""When a message is in Discuss and its lead is there: seen from the database."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection
from contextlib import closing
from types import TracebackType
from typing import Self

import psycopg2

from tests.load.places import Place

POLL_SECONDS = 0.01
#: Ids are given before the commit: rows this far behind the newest may still come.
SLACK = 300
MARK = re.compile(r"Pedido ([0-9a-f]{8}-\d{6})")
MESSAGES = """
    SELECT id, body FROM mail_message
     WHERE id > %s AND model = 'discuss.channel' AND message_type = 'comment'
"""
LEADS = """
    SELECT lead.id, channel.gateway_channel_token, lead.user_id
      FROM crm_lead lead
      JOIN discuss_channel channel ON channel.id = lead.gateway_channel_id
     WHERE lead.id > %s
"""


class Missing(AssertionError):
    """Not everything came."""


class Watcher:
    """Looks until it is told to stop; times as :func:`time.monotonic` gives them.

    :ivar messages: mark of a letter to when its message was committed
    :ivar leads: wa_id to when a lead of this person was committed
    :ivar assigned: wa_id to when that lead had an adviser
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._ready = threading.Event()
        self.messages: dict[str, float] = {}
        self.leads: dict[str, float] = {}
        self.assigned: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def wait_for(
        self, marks: Collection[str], people: Collection[str], limit: float = 180
    ) -> None:
        """Until all these messages and the leads of these people were seen."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            people_left = set(people) - set(self.assigned)
            if not (set(marks) - set(self.messages) or people_left):
                return
            time.sleep(POLL_SECONDS)
        left = len(set(marks) - set(self.messages))
        raise Missing(
            f"{self._place.database}: faltan {left} mensajes y {len(people_left)}"
            f" clientes con asesor después de {limit:.0f} s"
        )

    def _look(self) -> None:
        with closing(psycopg2.connect(self._place.dsn)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                newest = self._newest(cursor)
                self._ready.set()
                while not self._stop.is_set():
                    self._look_once(cursor, newest)
                    self._stop.wait(POLL_SECONDS)

    def _newest(self, cursor: psycopg2.extensions.cursor) -> dict[str, int]:
        tables = ["mail_message", *(["crm_lead"] if self._place.bridge else [])]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")
            found[table] = cursor.fetchone()[0]
        self._first = dict(found)
        return found

    def _look_once(
        self, cursor: psycopg2.extensions.cursor, newest: dict[str, int]
    ) -> None:
        cursor.execute(MESSAGES, [self._from("mail_message", newest)])
        now = time.monotonic()
        for row_id, body in cursor.fetchall():
            newest["mail_message"] = max(newest["mail_message"], row_id)
            if found := MARK.search(body or ""):
                self.messages.setdefault(found[1], now)
        if not self._place.bridge:
            return
        cursor.execute(LEADS, [self._from("crm_lead", newest)])
        now = time.monotonic()
        for row_id, token, user in cursor.fetchall():
            newest["crm_lead"] = max(newest["crm_lead"], row_id)
            self.leads.setdefault(token, now)
            if user:
                self.assigned.setdefault(token, now)

    def _from(self, table: str, newest: dict[str, int]) -> int:
        return max(self._first[table], newest[table] - SLACK)
