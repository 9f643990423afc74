"""A run that is not silent is found out: triggers stand for another module's code."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.verify import verify

from tests.migration.bench import Legacy
from tests.migration.driving import run
from tests.migration.generator import Wish
from tests.migration.legacy import Leftover

#: What happens as soon as a message is inserted, and the figures it changes.
NOISES = {
    "INSERT INTO bus_bus (channel, message) VALUES ('\"all\"', '{}')": {"bus"},
    "INSERT INTO mail_mail (mail_message_id, state) VALUES (NEW.id, 'outgoing')": {
        "mails"
    },
    "INSERT INTO mail_followers (res_model, res_id, partner_id)"
    " VALUES ('res.partner', NEW.id, 3)": {"followers"},
    "INSERT INTO mail_notification (mail_message_id, res_partner_id,"
    " notification_type) VALUES (NEW.id, 3, 'inbox')": {"user_notifications"},
    "UPDATE crm_lead SET write_date = now()": {"lead_write_dates"},
    "UPDATE crm_lead SET probability = 99": {"lead_stages"},
    "INSERT INTO mail_activity (res_model_id, res_model, res_id, user_id,"
    " date_deadline) SELECT id, model, 3, 2, '2026-10-02' FROM ir_model"
    " WHERE model = 'res.partner'": {"activities"},
    "DELETE FROM whatsapp_message WHERE id = (SELECT max(id) FROM"
    " whatsapp_message WHERE state = 'draft')": {"legacy_messages", "legacy_texts"},
    "UPDATE ir_attachment SET checksum = 'x' WHERE store_fname IS NOT NULL": {
        "stored_files"
    },
}
TRIGGER = """
    CREATE FUNCTION make_noise() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {noise}; RETURN NEW; END $$;
    CREATE TRIGGER noisy AFTER INSERT ON mail_message FOR EACH ROW
           WHEN (NEW.message_id LIKE '<whatsapp-legacy-%') EXECUTE FUNCTION make_noise()
"""


@pytest.fixture(scope="module")
def noisy(bench: Any, filled: Any) -> Any:
    """One database whose run does all of it."""
    key = (Wish(rows=120), Leftover.UNINSTALLED)
    if key not in filled:
        filled[key] = bench.legacy(*key)
    database = filled[key].database.copy()
    with database.cursor() as cr:
        cr.execute(TRIGGER.format(noise=";\n".join(NOISES)))
    run(database, filled[key].made.decisions())
    with closing(database.connect()) as connection, connection.cursor() as cr:
        yield {
            check.name.removeprefix("unchanged."): check
            for check in verify(cr, None)
            if check.name.startswith("unchanged.")
        }
    database.drop()


@pytest.mark.parametrize("noise", NOISES)
def test_noise_is_found_out(noisy: Any, noise: str) -> None:
    for figure in NOISES[noise]:
        assert not noisy[figure].ok, figure
        assert noisy[figure].expected != noisy[figure].got


def test_nothing_else_is_blamed(noisy: Any) -> None:
    blamed = {name for name, check in noisy.items() if not check.ok}

    assert blamed == set().union(*NOISES.values())


def test_a_silent_run_is_not_blamed(legacy: Callable[..., Legacy]) -> None:
    one = legacy(rows=120)
    run(one.database, one.made.decisions())
    with closing(one.database.connect()) as connection, connection.cursor() as cr:
        checks = verify(cr, None)

    assert [check.name for check in checks if not check.ok] == []
