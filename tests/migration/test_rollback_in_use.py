"""What people use of a run is not taken from under them unless they say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from odoo.addons.crm_whatsapp_migration.engine import report
from odoo.addons.crm_whatsapp_migration.engine.rollback import (
    OriginalsGone,
    StillUsed,
    hanging,
    rollback,
)
from odoo.addons.crm_whatsapp_migration.engine.verification.orphans import (
    check_orphans,
)
from odoo.addons.crm_whatsapp_migration.engine.verification.scene import Scene
from odoo.addons.crm_whatsapp_migration.engine.verify import verify

from tests.migration.bench import Database
from tests.migration.compare import Photograph, differences, photograph
from tests.migration.driving import LATER, Moved, run
from tests.migration.legacy import drop_tables

#: A conversation that the run made, with messages that it moved.
MADE = """
    (SELECT max(new.res_id) FROM mail_message new
       JOIN whatsapp_migration_item item ON item.target_id = new.id
        AND item.source_table = 'whatsapp_message' AND item.state = 'moved'
       JOIN whatsapp_migration_effect effect ON effect.table_name = 'discuss_channel'
        AND effect.operation = 'insert' AND effect.row_id = new.res_id
       JOIN discuss_channel channel ON channel.id = new.res_id
      WHERE channel.gateway_channel_token IS NOT NULL)
"""
MESSAGE = """
    (SELECT max(target_id) FROM whatsapp_migration_item
      WHERE source_table = 'whatsapp_message' AND state = 'moved')
"""
GATEWAY = """
    (SELECT max(target_id) FROM whatsapp_migration_item
      WHERE source_table = 'whatsapp_gateway' AND state = 'moved')
"""
LIVE = f"""
    INSERT INTO mail_message (model, res_id, message_type, body, date, author_id,
                              message_id, create_date, write_date)
    VALUES ('discuss.channel', {MADE}, 'comment', '<p>Buenas tardes</p>', '2026-11-01',
            3, '<live@test>', '2026-11-01', '2026-11-01')
"""
#: What somebody does: the words that tell it.
USES = {
    LIVE: "mensajes posteriores que dependen de conversaciones de la ejecución: 1 (",
    f"INSERT INTO mail_message_reaction (message_id, content, partner_id)"
    f" VALUES ({MESSAGE}, 'x', 3)": (
        "reacciones que dependen de mensajes de la ejecución: 1 ("
    ),
    f"INSERT INTO mail_message (model, res_id, message_type, body, date, parent_id)"
    f" VALUES ('crm.lead', 1, 'comment', 'x', '2026-11-01', {MESSAGE})": (
        "mensajes posteriores que dependen de mensajes de la ejecución: 1 ("
    ),
    f"INSERT INTO mail_followers (res_model, res_id, partner_id)"
    f" VALUES ('discuss.channel', {MADE}, 3)": (
        "seguidores que dependen de conversaciones de la ejecución: 1 ("
    ),
    f"INSERT INTO ir_attachment (name, type, res_model, res_id, url)"
    f" VALUES ('a', 'url', 'discuss.channel', {MADE}, 'http://localhost')": (
        "archivos que dependen de conversaciones de la ejecución: 1 ("
    ),
    "INSERT INTO discuss_channel (name, channel_type, gateway_id,"
    f" gateway_channel_token) VALUES ('n', 'gateway', {GATEWAY}, '573110000000')": (
        "conversaciones que dependen de pasarelas de la ejecución: 1 ("
    ),
    f"UPDATE mail_message SET write_date = '2026-11-01' WHERE id = {MESSAGE}": (
        "mensajes de la ejecución que alguien editó: 1 ("
    ),
    f"UPDATE mail_gateway SET write_date = '2026-11-01' WHERE id = {GATEWAY}": (
        "pasarelas de la ejecución que alguien editó: 1 ("
    ),
    f"INSERT INTO crm_lead (name, type, gateway_channel_id)"
    f" VALUES ('l', 'lead', {MADE})": (
        "leads vinculados después que dependen de conversaciones de la ejecución: 1 ("
    ),
}


@pytest.fixture
def mixed(moved_of: Callable[[str], Moved]) -> Moved:
    return moved_of("mixed")


@pytest.fixture
def database(mixed: Moved) -> Iterator[Database]:
    found = mixed.database.copy()
    yield found
    found.drop()


def _do(database: Database, *statements: str) -> None:
    with database.cursor() as cr:
        for statement in statements:
            cr.execute(statement)
            assert cr.rowcount


@pytest.mark.parametrize("use", USES, ids=USES.values())
def test_each_use_is_told(mixed: Moved, use: str) -> None:
    with closing(mixed.database.connect()) as connection, connection.cursor() as cr:
        assert hanging(cr, mixed.outcome.run_id, "es") == []
        cr.execute(use)
        assert cr.rowcount
        told = hanging(cr, mixed.outcome.run_id, "es")
        connection.rollback()

    assert len(told) == 1
    assert told[0].startswith(USES[use])


def test_reading_is_no_use(mixed: Moved) -> None:
    with closing(mixed.database.connect()) as connection, connection.cursor() as cr:
        cr.execute(
            "UPDATE discuss_channel_member SET seen_message_id ="
            f" {MESSAGE}, write_date = '2026-11-01' WHERE channel_id = {MADE}"
        )
        assert hanging(cr, mixed.outcome.run_id) == []
        connection.rollback()


def test_refused_it_leaves_everything(mixed: Moved, database: Database) -> None:
    _do(database, LIVE)
    with database.cursor() as cr:
        before = photograph(cr, ())

    with pytest.raises(StillUsed, match="later messages"):
        rollback(database.connect)

    with database.cursor() as cr:
        assert differences(before, photograph(cr, ())) == []


def test_dropped_it_is_as_before(
    mixed: Moved, database: Database, before_of: Callable[[Moved], Photograph]
) -> None:
    _do(database, LIVE)

    assert rollback(database.connect, force="drop").state == "rolled_back"

    with database.cursor() as cr:
        assert differences(before_of(mixed), photograph(cr)) == []


def test_kept_a_conversation_stays_whole_and_the_rest_goes(
    mixed: Moved, database: Database
) -> None:
    kept = database.value(f"SELECT {MADE}")
    inside = (
        "SELECT id, body, date, author_id, author_guest_id FROM mail_message"
        " WHERE model = 'discuss.channel' AND res_id = %s ORDER BY id"
    )
    members = (
        "SELECT partner_id, guest_id FROM discuss_channel_member"
        " WHERE channel_id = %s ORDER BY id"
    )
    _do(database, LIVE)
    before = database.rows(inside, [kept]), database.rows(members, [kept])

    rollback(database.connect, force="keep")

    assert (database.rows(inside, [kept]), database.rows(members, [kept])) == before
    channels = "SELECT id FROM discuss_channel WHERE id > %s"
    highest = mixed.source.database.value("SELECT max(id) FROM discuss_channel")
    assert database.rows(channels, [highest]) == [(kept,)]
    with database.cursor() as cr:
        assert [check for check in check_orphans(Scene(cr)) if not check.ok] == []


def test_after_keeping_a_run_takes_the_rest_once(
    mixed: Moved, database: Database
) -> None:
    _do(database, LIVE)
    rollback(database.connect, force="keep")

    outcome = run(database, mixed.made.decisions(), LATER)

    assert outcome.state == "done"
    with closing(database.connect()) as connection, connection.cursor() as cr:
        checks = verify(cr, None, database.filestore)
    assert [check for check in checks if not check.ok] == []
    rows = (
        "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-legacy-%'"
    )
    assert database.value(rows) == mixed.value(rows)


def test_a_gateway_that_others_use_stays_even_when_dropping(
    mixed: Moved, database: Database
) -> None:
    gateway = database.value(f"SELECT {GATEWAY}")
    _do(
        database,
        "INSERT INTO discuss_channel (name, channel_type, gateway_id,"
        f" gateway_channel_token) VALUES ('n', 'gateway', {gateway}, '573110000000')",
    )

    rollback(database.connect, force="drop")

    names = "SELECT id FROM mail_gateway WHERE id = %s"
    assert database.rows(names, [gateway]) == [(gateway,)]
    query = "SELECT count(*) FROM discuss_channel WHERE gateway_id = %s"
    assert database.value(query, [gateway]) == 1


@pytest.mark.parametrize("force", [None, "keep", "drop"])
def test_the_only_copy_is_never_deleted(database: Database, force: str | None) -> None:
    """The guide's last step drops the old tables."""
    _drop_originals(database)
    with database.cursor() as cr:
        before = photograph(cr)

    with pytest.raises(OriginalsGone) as refused:
        rollback(database.connect, force=force)

    moved = database.value(
        "SELECT count(*) FROM whatsapp_migration_item"
        " WHERE source_table IN ('whatsapp_message', 'whatsapp_gateway')"
        "   AND state = 'moved'"
    )
    assert refused.value.values["count"] == moved
    with database.cursor() as cr:
        assert differences(before, photograph(cr)) == []


def test_what_lost_its_original_stays_and_is_told(database: Database) -> None:
    """A lead that was deleted took its old messages along."""
    ((old, new, channel),) = database.rows(
        "SELECT item.source_id, item.target_id, message.res_id"
        "  FROM whatsapp_migration_item item"
        "  JOIN mail_message message ON message.id = item.target_id"
        " WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'"
        " ORDER BY item.source_id LIMIT 1"
    )
    _do(database, f"DELETE FROM whatsapp_message WHERE id = {old}")

    with pytest.raises(StillUsed) as used:
        rollback(database.connect)
    assert used.value.words("es")[0].startswith(
        "mensajes de la ejecución cuyo original ya no existe: 1 ("
    )
    with pytest.raises(OriginalsGone):
        rollback(database.connect, force="drop")
    rollback(database.connect, force="keep")

    assert database.rows("SELECT id FROM mail_message WHERE id = %s", [new])
    assert database.rows("SELECT id FROM discuss_channel WHERE id = %s", [channel])
    left = (
        "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-legacy-%%'"
        " AND res_id <> %s"
    )
    assert database.value(left, [channel]) == 0


def test_without_originals_verify_says_that_it_cannot_compare(
    database: Database,
) -> None:
    _drop_originals(database)
    with closing(database.connect()) as connection, connection.cursor() as cr:
        checks = verify(cr, None, database.filestore)

    [bad] = [check for check in checks if not check.ok]
    assert bad.name == "originals.there"
    assert bad.expected == "whatsapp_gateway, whatsapp_message, whatsapp_template"


def test_without_originals_the_report_is_of_the_ledger(
    database: Database, mixed: Moved, tmp_path: Path
) -> None:
    _drop_originals(database)
    with closing(database.connect()) as connection, connection.cursor() as cr:
        data = report.build(cr, mixed.outcome.run_id)
        files = report.write(data, tmp_path, cr)

    [messages] = [one for one in data["sources"] if one["table"] == "whatsapp_message"]
    assert messages["moved"] == mixed.outcome.counts["whatsapp_message"]["moved"]
    assert [reason for reason in data["reasons"] if reason["state"] == "rejected"]
    assert {file.name for file in files} >= {"report.html", "rows.csv"}


def _drop_originals(database: Database) -> None:
    with database.cursor() as cr:
        drop_tables(cr)
