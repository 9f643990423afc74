"""Calls of the engine as the command and the screen make them, with a clock of ours."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from odoo.addons.crm_whatsapp_migration.engine.decisions import Decisions
from odoo.addons.crm_whatsapp_migration.engine.options import Options
from odoo.addons.crm_whatsapp_migration.engine.plan import Plan, make_plan
from odoo.addons.crm_whatsapp_migration.engine.runner import Outcome, Progress, Runner

from tests.migration.bench import Database, Legacy

#: After everything that the generator makes; naive UTC, as the database keeps it.
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC).replace(tzinfo=None)
LATER = NOW + timedelta(days=1)


def options(decisions: Mapping[str, Any] | None = None, **changes: Any) -> Options:
    """Options with the answers of a decisions file."""
    found = Options(decisions=Decisions.from_dict(decisions or {}))
    return replace(found, **changes)


def plan(
    database: Database,
    decisions: Mapping[str, Any] | None = None,
    on_path: bool | None = False,
    **changes: Any,
) -> Plan:
    """What `whatsapp_migrate plan` finds; nothing is committed."""
    with closing(database.connect()) as connection, connection.cursor() as cr:
        return make_plan(cr, options(decisions, **changes), on_path)


def run(
    database: Database,
    decisions: Mapping[str, Any] | None = None,
    now: datetime = NOW,
    *,
    told: list[Progress] | None = None,
    on_path: bool | None = False,
    should_stop: Any = lambda: False,
    **changes: Any,
) -> Outcome:
    """A run to its end, or as far as it is allowed.

    :param told: gets every event of progress
    """
    return Runner(
        database.connect,
        options(decisions, **changes),
        progress=told.append if told is not None else lambda event: None,
        should_stop=should_stop,
        clock=lambda: now,
        legacy_on_path=on_path,
    ).run()


@dataclass(frozen=True)
class Moved:
    """A legacy database before and after a run.

    :param source: the same database, never touched
    :param plan: made before the run, with the same answers
    """

    database: Database
    source: Legacy
    plan: Plan
    outcome: Outcome
    told: list[Progress] = field(default_factory=list)

    @property
    def made(self) -> Any:
        return self.source.made

    def rows(self, query: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        return self.database.rows(query, parameters)

    def value(self, query: str, parameters: Any = ()) -> Any:
        return self.database.value(query, parameters)


def move(source: Legacy, decisions: Mapping[str, Any] | None = None) -> Moved:
    """Run on a copy of a legacy database, planned before."""
    answers = source.made.decisions() if decisions is None else decisions
    database = source.database.copy()
    planned = plan(database, answers, batch=SMALL)
    told: list[Progress] = []
    outcome = run(database, answers, told=told, batch=SMALL)
    return Moved(database, source, planned, outcome, told)


#: Rows of a batch: several batches in the smallest database.
SMALL = 64
