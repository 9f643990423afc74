"""A scheduled action that keeps one of Odoo's cron processes busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

from tests.drivers.rpc import OdooSession
from tests.drivers.waiting import wait_until
from tests.load.places import Place

NAME = "Otra tarea, ocupada (banco de pruebas)"
#: Reads and computes for so many seconds.
CODE = """
end = datetime.datetime.now() + datetime.timedelta(seconds={seconds})
while datetime.datetime.now() < end:
    env['res.partner'].search([]).read(['name', 'email', 'phone'])
    env.invalidate_all()
"""
#: Where Odoo's cron processes listen, whatever the database.
MEETING_PLACE = "postgres"
LOCKED = "SELECT id FROM ir_cron WHERE id = %s FOR UPDATE SKIP LOCKED"


@contextmanager
def busy_job(place: Place, seconds: int) -> Iterator[None]:
    """While this lasts, another job runs, for `seconds`."""
    job = _create(place, seconds)
    _wake(place)
    with closing(psycopg2.connect(place.dsn)) as connection:
        connection.autocommit = True

        def running() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(LOCKED, [job])
                return cursor.fetchone() is None

        wait_until("otra tarea en marcha", running)
        yield
        wait_until("el final de la otra tarea", lambda: not running(), limit=180)


def _create(place: Place, seconds: int) -> int:
    session = OdooSession(place.url, place.database, place.login, place.user_password)
    with closing(session):
        [model] = session.call("ir.model", "search", [["model", "=", "res.partner"]])
        values = {
            "name": NAME,
            "model_id": model,
            "state": "code",
            "code": CODE.format(seconds=seconds),
            "interval_number": 1,
            "interval_type": "days",
            # First among those that are due.
            "priority": 0,
        }
        [job] = session.call("ir.cron", "create", [values])
    return int(job)


def _wake(place: Place) -> None:
    """Have a cron process look now, as Odoo itself does."""
    parameters = psycopg2.extensions.parse_dsn(place.dsn)
    parameters["dbname"] = MEETING_PLACE
    with closing(psycopg2.connect(**parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('cron_trigger', %s)", [place.database])
