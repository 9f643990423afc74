"""Legacy templates become drafts: nothing is sent to Meta for approval."""

from __future__ import annotations

import re
import unicodedata

from ..classify.templates import VARIABLE, Template, field_of, read_templates
from ..context import Context
from ..ledger import note
from .base import Batch, Step

OLD = "whatsapp_template"
NEW = "mail_whatsapp_template"

_VALUES = {
    "name": "%(name)s",
    "body": "%(body)s",
    "template_name": "%(template_name)s",
    "category": "%(category)s",
    "language": "%(language)s",
    "state": "'draft'",
    "is_supported": "true",
    "gateway_id": "gateway.id",
    "company_id": "gateway.company_id",
    "model_id": "%(model)s",
    "model": "'crm.lead'",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM = """
      FROM whatsapp_template old, mail_gateway gateway
     WHERE old.id = %(id)s AND gateway.id = %(gateway)s
"""
_VARIABLE = {
    "template_id": "%(template)s",
    "name": "variable.name",
    "line_type": "'body'",
    "field_name": "variable.field",
    "sample_value": "variable.sample",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_VARIABLES = """
      FROM unnest(%(names)s::text[], %(fields)s::text[], %(samples)s::text[])
           WITH ORDINALITY AS variable (name, field, sample, place)
     ORDER BY variable.place
"""


def numbered(text: str) -> tuple[str, list[str]]:
    """Text with Meta's placeholders, and the names they stand for, in order.

    >>> numbered("Hola {{name}}, {{company}}, {{name}}")
    ('Hola {{1}}, {{2}}, {{1}}', ['name', 'company'])
    """
    names: list[str] = []

    def place(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return "{{%d}}" % (names.index(name) + 1)

    return VARIABLE.sub(place, text), names


def technical_name(name: str) -> str:
    """Name under which Meta would know a template: ``[a-z0-9_]+``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "plantilla"


class Templates(Step):
    noun = "templates"

    def prepare(self, context: Context) -> int:
        found = read_templates(context.cr, context.legacy, context.options)
        # One that is accounted for has a target, or is looked at again for nothing.
        self._todo = [one for one in found if not self._done(context, one)]
        return len(self._todo)

    def _done(self, context: Context, template: Template) -> bool:
        return bool(
            context.value(
                """
                SELECT 1 FROM whatsapp_migration_item
                 WHERE source_table = 'whatsapp_template' AND source_id = %(id)s
                   AND state IN ('moved', 'existing')
                """,
                id=template.id,
            )
        )

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= len(self._todo):
            return None
        for template in self._todo:
            target = template.target_id
            if template.state == "moved":
                target = self._create(context, template)
            note(
                context.cr,
                context.run_id,
                (OLD, template.id),
                template.state,
                template.reason,
                (NEW, target) if target else None,
            )
        return Batch(len(self._todo), len(self._todo))

    def _create(self, context: Context, template: Template) -> int:
        cr, tables = context.cr, context.tables
        text = context.value(
            "SELECT coalesce(message, '') FROM whatsapp_template WHERE id = %(id)s",
            id=template.id,
        )
        body, names = numbered(text)
        params = context.params(
            id=template.id,
            name=template.name,
            gateway=template.gateway,
            body=body,
            template_name=technical_name(template.name),
            category=template.category,
            language=template.language,
            model=context.refs.lead_model,
            names=["{{%d}}" % (place + 1) for place in range(len(names))],
            fields=[field_of(name, context.options) for name in names],
            samples=names,
        )
        insert = tables.insert(NEW, _VALUES, _FROM)
        cr.execute(insert.as_string(cr) + " RETURNING id", params)
        params["template"] = cr.fetchone()[0]
        if names:
            table = "mail_whatsapp_template_variable"
            cr.execute(tables.insert(table, _VARIABLE, _FROM_VARIABLES), params)
        return int(params["template"])
