"""What every step needs to know, read once per run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .columns import Tables
from .legacy import Legacy
from .options import Options

# Records of other modules that the steps refer to.
_RECORDS = (
    "mail.mt_comment",
    "mail.mt_note",
    "base.partner_root",
    "base.user_root",
    "base.main_company",
    "crm_whatsapp_gateway.utm_source_whatsapp",
)


@dataclass(frozen=True)
class Refs:
    """Ids of records that Odoo knows by name.

    :param records: external id to database id
    :param lead_model: id of ``crm.lead`` in ``ir_model``
    :param country: id of the country of the options
    :param database: the database's own id, in the ids of the messages
    """

    records: dict[str, int]
    lead_model: int
    country: int | None
    database: str


@dataclass(frozen=True)
class Context:
    """One run's surroundings.

    :param new_id: gives a new random text (tokens, keys), passed in for tests
    :param now: time of the run, naive UTC
    """

    cr: Any
    legacy: Legacy
    options: Options
    tables: Tables
    refs: Refs
    run_id: int
    now: datetime
    new_id: Callable[[], str]

    def params(self, **more: Any) -> dict[str, Any]:
        """Parameters that the statements of the steps share."""
        records = self.refs.records
        return {
            "run": self.run_id,
            "now": self.now,
            "root": records["base.user_root"],
            "bot": records["base.partner_root"],
            "comment": records["mail.mt_comment"],
            "note": records["mail.mt_note"],
            "database": self.refs.database,
            **more,
        }

    def value(self, query: str, **more: Any) -> Any:
        """First column of a query's first row; ``None`` without one."""
        self.cr.execute(query, self.params(**more))
        row = self.cr.fetchone()
        return row[0] if row else None


def read_refs(cr: Any, country: str) -> Refs:
    """Look up what the steps refer to; reads only."""
    cr.execute(
        """
        SELECT module || '.' || name, res_id FROM ir_model_data
         WHERE module || '.' || name IN %s
        """,
        (_RECORDS,),
    )
    records = dict(cr.fetchall())
    cr.execute(
        """
        SELECT (SELECT id FROM ir_model WHERE model = 'crm.lead'),
               (SELECT id FROM res_country WHERE code = %s),
               (SELECT value FROM ir_config_parameter WHERE key = 'database.uuid')
        """,
        (country,),
    )
    lead_model, country_id, database = cr.fetchone()
    return Refs(records, lead_model, country_id, database or "odoo")
