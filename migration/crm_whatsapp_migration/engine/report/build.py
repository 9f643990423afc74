"""Collects the report's figures."""

from psycopg2 import sql

from ..invariants import MEASURES, TOLD
from ..legacy import inspect
from ..no_run import NoRun
from ..old_columns import complete
from ..reasons import REASONS
from ..verification.catalog import has_table
from ..verification.sums import STATES, Sum, sums
from ..verification.unchanged import check_unchanged

VERSION = 1
# Rows of one reason that the report shows; the rest is in the CSV.
MOST_ROWS = 200
EXCERPT = 80
# Options that the report names; tokens are in none of them, and none is added by
# being new.
OPTIONS = ("country", "batch", "limit")

_RUN = """
    SELECT run.id, run.kind, run.state, run.started, run.ended, run.options,
           run.before, run.after, run.checks, run.counts, run.error, partner.name
      FROM whatsapp_migration_run run
 LEFT JOIN res_users users ON users.id = run.user_id
 LEFT JOIN res_partner partner ON partner.id = users.partner_id
"""


def build(cr, run_id, checks=None) -> dict:
    """Everything the report says of a run, JSON-able, without secrets.

    Its shape is told in ``docs/INFORME.md``.

    :param checks: list of ``Check`` that ``verify`` gave; None: those kept on the run
    :raise NoRun: there is no such run
    """
    complete(cr)
    run = _run(cr, run_id)
    before, after = run.pop("before") or {}, run.pop("after") or {}
    kept, counts = run.pop("checks") or [], run.pop("counts") or {}
    found = kept if checks is None else [check.as_dict() for check in checks]
    cr.execute("SELECT current_database(), now() AT TIME ZONE 'UTC'")
    database, now = cr.fetchone()
    lives = _lives(cr, run)
    sources = _sources(cr) if lives else _counted(run, counts)
    return {
        "version": VERSION,
        "database": database,
        "made_at": now.isoformat(timespec="seconds"),
        "run": run,
        "sources": sources,
        "total": {
            key: sum(item[key] for item in sources)
            for key in ("total", *STATES, "lost", "vanished")
        },
        "unchanged": _unchanged(before, after),
        "checks": found,
        "gateways": _gateways(cr) if lives else [],
        "months": _months(cr) if lives else [],
        "reasons": _reasons(cr) if lives else _counted_reasons(run, counts),
        "undone": _undone(run, counts),
        "kept": _kept(cr, run),
        "runs": _runs(cr),
    }


def _lives(cr, run):
    """Whether the ledger speaks of this run: not when it was taken back."""
    if run["kind"] == "rollback" or run["state"] == "rolled_back":
        return False
    if run["kind"] == "run":
        return True
    # A rehearsal is looked at before it is rolled back, and again later.
    cr.execute(
        "SELECT count(*) FROM whatsapp_migration_item WHERE run_id = %s", [run["id"]]
    )
    return bool(cr.fetchone()[0])


def _sources(cr):
    return [
        dict(item.__dict__, accounted=item.accounted, agrees=item.agrees)
        for item in sums(cr)
    ]


def _counted(run, counts):
    """The same lines from what a run counted when it ended."""
    if run["kind"] == "rollback":
        return []
    found = []
    for table, own in counts.items():
        states = [_total(own.get(state)) for state in STATES]
        line = Sum(table, sum(states), *states, 0, 0)
        found.append(dict(line.__dict__, accounted=line.accounted, agrees=line.agrees))
    return found


def _total(count):
    return sum(count.values()) if isinstance(count, dict) else count or 0


def _counted_reasons(run, counts):
    if run["kind"] == "rollback":
        return []
    return [
        {
            "state": state,
            "reason": reason,
            "source_table": table,
            "count": count,
            "sentence": REASONS[reason].sentence if reason in REASONS else reason,
            "rows": [],
        }
        for table, own in counts.items()
        for state in ("rejected", "skipped")
        for reason, count in (own.get(state) or {}).items()
    ]


def _undone(run, counts):
    """What a rollback took away and put back, by table."""
    if run["kind"] != "rollback":
        return []
    return [
        {
            "table": table,
            "removed": own.get("removed", 0),
            "restored": own.get("restored", 0),
        }
        for table, own in counts.items()
    ]


def _kept(cr, run):
    """Rows of the run that a rollback left, because people use them."""
    if run["kind"] != "rollback":
        return 0
    cr.execute(
        """
        SELECT count(*) FROM whatsapp_migration_item
         WHERE run_id = %s AND state = 'moved'
        """,
        [run["target"]],
    )
    return cr.fetchone()[0]


def _run(cr, run_id):
    cr.execute(_RUN + " WHERE run.id = %s", [run_id])
    row = cr.fetchone()
    if not row:
        raise NoRun("There is no run %(run)s.", run=run_id)
    columns = [column.name for column in cr.description[:-1]] + ["user"]
    run = dict(zip(columns, row, strict=True))
    options = run.pop("options") or {}
    # Of a rollback: the run that it undid, and what was to become of later work.
    run["target"], run["force"] = options.get("run"), options.get("force")
    run["options"] = {key: options.get(key) for key in OPTIONS}
    return _with_times(run)


def _runs(cr):
    cr.execute(
        """
        SELECT run.id, run.kind, run.state, run.started, run.ended,
               coalesce(items.moved, 0) AS moved
          FROM whatsapp_migration_run run
     LEFT JOIN (SELECT run_id, count(*) AS moved FROM whatsapp_migration_item
                 WHERE state = 'moved' GROUP BY run_id) items ON items.run_id = run.id
      ORDER BY run.id
        """
    )
    return [_with_times(row) for row in _dicts(cr)]


def _with_times(run):
    started, ended = run["started"], run["ended"]
    run["seconds"] = (
        round((ended - started).total_seconds()) if started and ended else None
    )
    for key in ("started", "ended"):
        run[key] = run[key].isoformat(timespec="seconds") if run[key] else None
    return run


def _unchanged(before, after):
    checks = {check.name: check for check in check_unchanged(before, after)}
    return [
        {
            "name": measure.name,
            "words": measure.words,
            "law": measure.law,
            "before": _figure(before[measure.name]),
            "after": _figure(after[measure.name]),
            "ok": measure.law == TOLD or checks[f"unchanged.{measure.name}"].ok,
        }
        for measure in MEASURES
        if measure.name in before and measure.name in after
    ]


def _figure(value):
    return sum(value.values()) if isinstance(value, dict) else value


def _gateways(cr):
    if not has_table(cr, "whatsapp_message"):
        return []
    cr.execute(
        """
        SELECT old.gateway_id AS gateway, item.state, count(*)
          FROM whatsapp_message old
          JOIN whatsapp_migration_item item
            ON item.source_table = 'whatsapp_message' AND item.source_id = old.id
      GROUP BY old.gateway_id, item.state
      ORDER BY old.gateway_id
        """
    )
    found = _by_state(cr.fetchall(), "gateway")
    names = _gateway_names(cr)
    for line in found:
        line["name"] = names.get(line["gateway"])
    return found


def _gateway_names(cr):
    """Names of what ``whatsapp_message.gateway_id`` points at."""
    target = inspect(cr).gateway_target
    # Without a foreign key the ids are of both; those of old are meant first.
    tables = [target] if target else ["mail_gateway", "whatsapp_gateway"]
    names = {}
    for table in tables:
        if has_table(cr, table):
            query = sql.SQL("SELECT id, name FROM {}")
            cr.execute(query.format(sql.Identifier(table)))
            names |= dict(cr.fetchall())
    return names


def _months(cr):
    if not has_table(cr, "whatsapp_message"):
        return []
    cr.execute(
        """
        SELECT to_char(coalesce(old.sent_date, old.create_date), 'YYYY-MM') AS month,
               item.state, count(*)
          FROM whatsapp_message old
          JOIN whatsapp_migration_item item
            ON item.source_table = 'whatsapp_message' AND item.source_id = old.id
      GROUP BY 1, item.state
      ORDER BY 1
        """
    )
    return _by_state(cr.fetchall(), "month")


def _by_state(rows, key):
    found = {}
    for value, state, count in rows:
        line = found.setdefault(value, {key: value} | dict.fromkeys(STATES, 0))
        line[state] = count
    return list(found.values())


def _reasons(cr):
    """Skipped and rejected rows by reason, the most frequent first."""
    cr.execute(
        """
        SELECT state, coalesce(reason, '') AS reason, source_table, count(*) AS count
          FROM whatsapp_migration_item
         WHERE state IN ('skipped', 'rejected')
      GROUP BY state, reason, source_table
      ORDER BY state, count(*) DESC, reason
        """
    )
    groups = _dicts(cr)
    for group in groups:
        known = REASONS.get(group["reason"])
        group["sentence"] = known.sentence if known else group["reason"]
        # Texts are shown only where somebody has to decide.
        group["rows"] = _rows(cr, group) if group["state"] == "rejected" else []
    return groups


def _rows(cr, group):
    values = {
        "state": group["state"],
        "reason": group["reason"],
        "table": group["source_table"],
        "most": MOST_ROWS,
        "excerpt": EXCERPT,
    }
    old_messages = group["source_table"] == "whatsapp_message"
    if not old_messages or not has_table(cr, "whatsapp_message"):
        cr.execute(
            """
            SELECT source_id AS id, NULL AS date, NULL AS direction, NULL AS phone,
                   NULL AS lead, NULL AS excerpt
              FROM whatsapp_migration_item
             WHERE state = %(state)s AND coalesce(reason, '') = %(reason)s
               AND source_table = %(table)s
          ORDER BY source_id LIMIT %(most)s
            """,
            values,
        )
        return _dicts(cr)
    cr.execute(
        """
        SELECT old.id, to_char(coalesce(old.sent_date, old.create_date),
                               'YYYY-MM-DD HH24:MI') AS date,
               old.direction, left(old.phone, 40) AS phone, old.lead_id AS lead,
               left(old.message, %(excerpt)s) AS excerpt
          FROM whatsapp_migration_item item
          JOIN whatsapp_message old ON old.id = item.source_id
         WHERE item.state = %(state)s AND coalesce(item.reason, '') = %(reason)s
           AND item.source_table = %(table)s
      ORDER BY old.id LIMIT %(most)s
        """,
        values,
    )
    return _dicts(cr)


def _dicts(cr):
    names = [column.name for column in cr.description]
    return [dict(zip(names, row, strict=True)) for row in cr.fetchall()]
