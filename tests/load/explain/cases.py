"""Runs inside `odoo shell`: fills the database and explains every hot search.

Knows nothing of the rest of the repository but `fill.sql` and `searches.py` beside it:
what to do comes as JSON in WA_EXPLAIN, what was found goes into the file named there.
"""

# mypy: ignore-errors
# `env` is given by odoo shell.
import json
import os
import re
import sys
import time
from pathlib import Path


class Recorder:
    """Explains each statement of a cursor right before it is executed."""

    WORDS = ("SELECT", "WITH", "UPDATE", "DELETE", "INSERT")

    def __init__(self, cr):
        self.cr, self.plain, self.found = cr, cr.execute, []

    def __enter__(self):
        self.cr.execute = self.execute
        return self

    def __exit__(self, *exc):
        self.cr.execute = self.plain

    def execute(self, query, params=None, **options):
        text = self.cr.mogrify(query, params).decode()
        if text.split(None, 1)[0].upper() in self.WORDS:
            self.explain(text)
        return self.plain(query, params, **options)

    def explain(self, text):
        # The raw cursor: nothing in the text is a parameter any more.
        raw = self.cr._obj
        raw.execute("SAVEPOINT explained")
        raw.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + text)
        [plan] = raw.fetchone()[0]
        raw.execute("ROLLBACK TO SAVEPOINT explained")
        self.found.append({"sql": " ".join(text.split()), "plan": plan})


def fill(env, channels):
    """Run `fill.sql`, then have PostgreSQL count what is there."""
    started = time.monotonic()
    advisers = make_advisers(env)
    gateway = env["mail.gateway"].create(
        {
            "name": "Banco de pruebas",
            "gateway_type": "whatsapp",
            "token": "bench",
            "whatsapp_from_phone": "100000000000001",
            "integrated_webhook_state": "integrated",
            "webhook_key": "bench",
            "webhook_secret": "bench",
            "company_id": env.company.id,
        }
    )
    team = env["crm.team"].search([], limit=1)
    team.user_id = env["res.users"].search([("login", "=", "supervisor")])
    values = {
        "channels": channels,
        "gateway": gateway.id,
        "company": env.company.id,
        "stage": env["crm.stage"].search([], limit=1).id,
        "team": team.id,
        "source": gateway.whatsapp_source_id.id,
        "users": advisers.ids,
        "partners": advisers.partner_id.ids,
        "subtype": env.ref("mail.mt_comment").id,
        "uid": env.ref("base.user_root").id,
    }
    env.flush_all()
    # Foreign keys hold by the way the rows are made.
    env.cr.execute("SET LOCAL session_replication_role = replica")
    script = (HERE / "fill.sql").read_text()
    tables = tuple(set(re.findall(r"^INSERT INTO (\w+)", script, re.MULTILINE)))
    indexes = take_indexes(env.cr, tables)
    env.cr.execute(script, values)
    for definition in indexes:
        env.cr.execute(definition)
    env.cr.commit()
    env.invalidate_all()
    connection = env.cr._cnx
    connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    connection.autocommit = False
    return gateway, time.monotonic() - started


def take_indexes(cr, tables):
    """Drop what can be made again: rows go in several times faster."""
    cr.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN %s
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
        """,
        (tables,),
    )
    found = cr.fetchall()
    for name, _definition in found:
        cr.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def make_advisers(env, how_many=30):
    """Three are in the lab; a company of this size has more."""
    users = env["res.users"].with_context(no_reset_password=True)
    model = users.search([("login", "=", "asesor_a")])
    for number in range(how_many - 3):
        login = f"asesor_banco_{number}"
        user = model.copy({"name": f"Asesor {number}", "login": login})
        env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "rol_comercial": "asesor"}
        )
    return users.search([("login", "like", "asesor")])


def explain(env, title, work):
    """Work in a savepoint that is undone; each of its statements with its plan."""
    env.invalidate_all()
    env.flush_all()
    with Recorder(env.cr) as recorder:
        started = time.monotonic()
        work()
        env.flush_all()
        spent = time.monotonic() - started
    env.cr.rollback()
    env.invalidate_all()
    return {"title": title, "seconds": spent, "statements": recorder.found}


def big_tables(env, rows=10000):
    env.cr.execute(
        "SELECT relname, reltuples::bigint FROM pg_class"
        " WHERE relkind = 'r' AND reltuples >= %s",
        (rows,),
    )
    return dict(env.cr.fetchall())


def main(env, wanted):
    found = {}
    if wanted["channels"]:
        gateway, found["filled_in"] = fill(env, wanted["channels"])
    else:
        gateway = env["mail.gateway"].search([("token", "=", "bench")])
    found["tables"] = big_tables(env)
    found["cases"] = [
        {"hot": hot, **explain(env, title, work)}
        for title, hot, work in searches.cases(env, gateway)
        if not wanted["words"] or any(w in title for w in wanted["words"])
    ]
    Path(wanted["result"]).write_text(json.dumps(found))


HERE = Path(os.environ["WA_EXPLAIN_HOME"])
sys.path.insert(0, str(HERE))
import searches  # noqa: E402

main(env, json.loads(os.environ["WA_EXPLAIN"]))  # noqa: F821
