"""The processes of a lab's Odoo, and their sudden end."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psutil
import psycopg2

from tests.drivers.waiting import wait_until

#: As Odoo's processes name themselves to PostgreSQL.
NAME = re.compile(r"^odoo-(\d+)$")
#: First key of the addon's advisory locks: who holds one works on conversations.
LOCK_SPACE = 0x57415F
BUSY = """
    SELECT activity.client_port FROM pg_locks lock
      JOIN pg_stat_activity activity USING (pid)
     WHERE lock.locktype = 'advisory' AND lock.classid = %s
"""
#: Cron processes listen there, whatever the database.
MEETING_PLACE = "postgres"
LISTENING = "SELECT application_name FROM pg_stat_activity WHERE datname = %s"


class Workers:
    """Odoo's processes as PostgreSQL sees them; only those of this lab are touched.

    :param state: of the lab, its `state.json`.
    :param node: which of the lab's Odoo servers.
    """

    def __init__(self, state: dict[str, Any], node: str = "odoo") -> None:
        self._master = int(state["processes"][node]["pid"])
        self._postgres = state["postgres"]

    def kill_who_works(self) -> int:
        """SIGKILL to the process that is working the journal; its pid."""
        pid = self._who_works()
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_node_at_work(self) -> int:
        """SIGKILL to the whole server while one of its processes works the journal."""
        pid = self._who_works()
        # The server leads the group of its processes: none of them lives on.
        os.killpg(self._master, signal.SIGKILL)
        return pid

    def _who_works(self) -> int:
        with self._cursor() as cursor:

            def busy() -> list[int]:
                cursor.execute(BUSY, [LOCK_SPACE])
                return self._with_ports({row[0] for row in cursor.fetchall()})

            return wait_until("un proceso que trabaja la bitácora", busy)[0]

    def kill_crons(self) -> list[int]:
        """SIGKILL to all processes that run scheduled actions; their pids."""
        with self._cursor() as cursor:
            cursor.execute(LISTENING, [MEETING_PLACE])
            pids = self._own(cursor.fetchall())
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def _own(self, rows: list[tuple[str]]) -> list[int]:
        found = {int(match[1]) for (name,) in rows if (match := NAME.match(name))}
        children = psutil.Process(self._master).children(recursive=True)
        return sorted(found & {child.pid for child in children})

    def _with_ports(self, ports: set[int]) -> list[int]:
        """Processes of this lab that talk to PostgreSQL from these ports.

        Connections made before Odoo's processes part bear the first one's name.
        """
        return [
            child.pid
            for child in psutil.Process(self._master).children(recursive=True)
            if any(own.laddr.port in ports for own in child.net_connections("tcp"))
        ]

    @contextmanager
    def _cursor(self) -> Iterator[psycopg2.extensions.cursor]:
        keys = ("host", "port", "user", "password")
        given = {key: self._postgres[key] for key in keys}
        database = self._postgres["database"]
        with closing(psycopg2.connect(dbname=database, **given)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
