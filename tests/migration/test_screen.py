"""The screen's work in the background, on a real server: killed, paused, undone."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.migration.bench import Database, Legacy
from tests.migration.compare import differences, photograph
from tests.migration.screen import RUN, Screen, Server, held, running, waits_for

# What a running Odoo writes by itself, migration or not.
ODOOS_OWN = (
    "whatsapp_migration_*",
    "ir_cron*",
    "bus_*",
    "res_device*",
    "res_users_log",
    "ir_attachment",
    "base_*",
    "digest*",
    "mail_presence",
    "ir_config_parameter",
)
BATCH = 40
# Written in the batches of messages only.
HELD = "mail_notification"
ITEM = "whatsapp.migration.item"


@pytest.fixture
def one(legacy: Callable[..., Legacy]) -> Legacy:
    return legacy(rows=900)


# Of Odoo's own scheduled actions one writes an e-mail two hours after the database was
# made (the digest), another sweeps: whether they run in between says nothing of us.
NOT_OURS = """
    UPDATE ir_cron SET active = false
     WHERE id NOT IN (SELECT res_id FROM ir_model_data
                       WHERE model = 'ir.cron' AND module LIKE 'crm_whatsapp_%')
"""


@pytest.fixture
def server(one: Legacy) -> Iterator[Server]:
    with one.database.cursor() as cr:
        cr.execute(NOT_OURS)
    with running(one.database) as server:
        yield server


def _ready(server: Server, one: Legacy) -> Screen:
    """A run that has been looked at and answered, with small batches."""
    screen = Screen(server)
    screen.new(one.made.decisions())
    screen.press("action_plan")
    screen.until("plan", lambda shown: shown["planned"] and not shown["at_work"])
    assert screen.shows("open_questions")["open_questions"] == 0
    with one.database.cursor() as cr:
        cr.execute(
            "UPDATE whatsapp_migration_run SET options = jsonb_build_object('batch',"
            " %s::int) WHERE id = %s",
            [BATCH, screen.run_id],
        )
    return screen


def _moved(database: Database) -> Any:
    return database.value(
        "SELECT count(*) FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_message'"
    )


def _stop_in_the_middle(screen: Screen, stop: Callable[[], None]) -> None:
    """Start, hold the first batch of messages, stop, let go."""
    database = screen.server.database
    with held(database, HELD):
        screen.press("action_start")
        screen.server.wait("first batch", lambda: waits_for(database, HELD))
        # The engine asks once a second whether it shall pause.
        began = time.monotonic()
        screen.server.wait("a second", lambda: time.monotonic() - began > 1.1)
        stop()


def test_a_worker_that_is_killed_is_seen_and_gone_on_with(
    server: Server, one: Legacy
) -> None:
    screen = _ready(server, one)
    _stop_in_the_middle(screen, server.kill)
    assert _moved(one.database) == 0

    server.start()
    screen.until("seen", lambda shown: shown["died"] and shown["stopped"])
    assert screen.shows("shown_state")["shown_state"] == "interrupted"

    screen.press("action_resume")
    shown = screen.until_idle("done")
    assert (shown["state"], shown["error"]) == ("done", False)
    assert _moved(one.database) == one.made.rows

    screen.press("action_verify")
    screen.until_idle("verified")
    checks = screen.shows("checks")["checks"]
    assert len(checks) > 20
    assert [check for check in checks if not check["ok"]] == []


def test_pause_resume_and_roll_back(server: Server, one: Legacy) -> None:
    database = one.database
    screen = _ready(server, one)
    with database.cursor() as cr:
        before = photograph(cr, ODOOS_OWN)

    _stop_in_the_middle(screen, lambda: screen.press("action_pause"))
    screen.until("paused", lambda shown: shown["state"] == "paused")
    assert 0 < _moved(database) < one.made.rows

    screen.press("action_resume")
    assert screen.until_idle("done")["state"] == "done"
    assert _moved(database) == one.made.rows

    wizard = screen.call(
        "whatsapp.migration.rollback", "create", [{"run_id": screen.run_id}]
    )
    wizard = wizard if isinstance(wizard, list) else [wizard]
    with pytest.raises(xmlrpc.client.Fault, match="backup"):
        screen.call("whatsapp.migration.rollback", "action_roll_back", wizard)
    screen.call("whatsapp.migration.rollback", "write", wizard, {"sure": True})
    screen.call("whatsapp.migration.rollback", "action_roll_back", wizard)
    shown = screen.until_idle("rolled back")

    assert (shown["state"], shown["error"]) == ("rolled_back", False)
    with database.cursor() as cr:
        found = differences(before, photograph(cr, ODOOS_OWN))
    # The whole of it: pytest would cut a list.
    assert not found, "\n".join(found)


def test_a_rejected_row_is_corrected_and_moved(server: Server, one: Legacy) -> None:
    screen = _ready(server, one)
    screen.press("action_rehearse")
    screen.until_idle("rehearsed")
    assert _moved(one.database) == 0
    assert screen.shows("rehearsal")["rehearsal"]["whatsapp_message"]["moved"]
    screen.press("action_start")
    shown = screen.until_idle("done")
    assert shown["rejected_count"]

    items = screen.call(
        ITEM,
        "search_read",
        [("state", "=", "rejected"), ("reason", "in", ("phone_letters",))],
        ["old_phone", "source_id"],
    )
    phone = items[0]["old_phone"]
    alike = [item["id"] for item in items if item["old_phone"] == phone]
    others = [item["id"] for item in items if item["old_phone"] != phone]
    screen.call(ITEM, "write", alike[:1], {"correct_phone": "+57 320 555 0199"})
    screen.call(ITEM, "write", others, {"note": "Nobody knows whose it was"})
    screen.press("action_skip", ITEM, others)

    later = screen.call(RUN, "action_new_run", [screen.run_id])
    screen.run_id = later["res_id"]
    screen.until("plan", lambda shown: shown["planned"] and not shown["at_work"])
    screen.press("action_start")
    assert screen.until_idle("done")["state"] == "done"

    states = dict(one.database.rows("SELECT id, state FROM whatsapp_migration_item"))
    assert {states[item] for item in alike} == {"moved"}
    assert {states[item] for item in others} == {"skipped"}
