"""What becomes of each template, and of the variables in their texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg2.extras import execute_values

from ..legacy import Legacy
from ..options import Options
from .origins import OLD
from .sources import ledger

# ``{{name}}``, as the legacy module replaces them.
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# Meta's category for each type, proposed; a reminder is about something agreed.
CATEGORY_OF_TYPE = {
    "welcome": "marketing",
    "followup": "marketing",
    "reminder": "utility",
    "custom": "marketing",
}
DEFAULT_LANGUAGE = "es"
# Field of a lead for each variable of the legacy module; those of the first are
# plain fields, those of the second hold what no one field held (RULINGS 42).
PLAIN_VARIABLES = {
    "company": "partner_name",
    "email": "email_from",
    "user": "user_id.name",
}
COMPUTED_VARIABLES = {
    "name": "whatsapp_customer_name",
    "phone": "whatsapp_customer_phone",
}


@dataclass(frozen=True)
class Template:
    """A legacy template and what becomes of it.

    :param code: of the old module; may be ``''``
    :param gateway: as in ``tables.py``; ``None`` while open
    :param missing: what is still to be decided, of ``action``, ``gateway``,
        ``category``, ``language``
    """

    id: int
    name: str
    type: str
    active: bool
    code: str = ""
    variables: tuple[str, ...] = ()
    messages: int = 0
    state: str = "open"
    reason: str = ""
    gateway: int | None = None
    category: str = ""
    language: str = ""
    target_id: int | None = None
    missing: tuple[str, ...] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict)


def read_templates(cr: Any, legacy: Legacy, options: Options) -> list[Template]:
    """Every legacy template with its fate; ``wamig_gateway`` must be filled."""
    if not legacy.has("whatsapp_template", "message"):
        return []
    gateways, every = _gateways(cr), _every_gateway(cr, legacy)
    existing = _existing(cr, legacy)
    done = _done(cr, legacy)
    found: list[Template] = []
    taken = set(existing)
    for template in _legacy_templates(cr, legacy):
        if template.id in done:
            state, reason, target = done[template.id]
            template = replace(template, state=state, reason=reason, target_id=target)
        else:
            template = _fate(template, options, gateways, every, existing)
            if template.state == "moved":
                template = _named_apart(template, taken)
        found.append(template)
    return found


def _named_apart(template: Template, taken: set[tuple[str, str, int]]) -> Template:
    """OCA allows a name once per gateway and language; the old module did not mind."""

    def place(name: str) -> tuple[str, str, int]:
        return name, template.language, template.gateway or 0

    name = template.name
    if place(name) in taken:
        name = f"{template.name} ({template.code or template.id})"
    if place(name) in taken:
        name = f"{template.name} ({template.id})"
    taken.add(place(name))
    return replace(template, name=name)


def variables_of(text: str) -> tuple[str, ...]:
    """Names of the variables of a text, in order, each once."""
    return tuple(dict.fromkeys(VARIABLE.findall(text or "")))


def field_of(name: str, options: Options) -> str | None:
    """Field path of a lead that a variable stands for, ``None`` while open."""
    return options.decisions.variables.get(name) or PLAIN_VARIABLES.get(name)


def fill(cr: Any, templates: list[Template]) -> None:
    execute_values(
        cr,
        "INSERT INTO wamig_template VALUES %s",
        [
            (t.id, t.state, t.reason, t.gateway, t.category, t.language, t.target_id)
            for t in templates
        ],
    )


def _legacy_templates(cr: Any, legacy: Legacy) -> list[Template]:
    used = (
        "SELECT template_id, count(*) FROM whatsapp_message GROUP BY template_id"
        if legacy.has("whatsapp_message", "template_id")
        else "SELECT NULL::integer, 0 WHERE false"
    )
    cr.execute(
        f"""
        SELECT template.id, template.name, coalesce(template.template_type, 'custom'),
               coalesce(template.active, true), coalesce(template.code, ''),
               coalesce(template.message, ''), coalesce(used.count, 0)
          FROM whatsapp_template template
     LEFT JOIN ({used}) AS used (id, count) ON used.id = template.id
         ORDER BY template.id
        """
    )
    return [
        Template(id_, name, type_, active, code, variables_of(text), messages)
        for id_, name, type_, active, code, text, messages in cr.fetchall()
    ]


def _gateways(cr: Any) -> dict[str, int]:
    """Gateways a template may get: ``{"old:3" or "7": gateway}``."""
    cr.execute(
        """
        SELECT source, id, gateway FROM wamig_gateway
         WHERE gateway IS NOT NULL AND state IN ('moved', 'existing')
        """
    )
    return {
        f"old:{id_}" if source == OLD else str(id_): gateway
        for source, id_, gateway in cr.fetchall()
    }


def _every_gateway(cr: Any, legacy: Legacy) -> set[int]:
    if not legacy.has("mail_gateway", "gateway_type"):
        return set()
    cr.execute("SELECT id FROM mail_gateway WHERE gateway_type = 'whatsapp'")
    return {row[0] for row in cr.fetchall()}


def _existing(cr: Any, legacy: Legacy) -> dict[tuple[str, str, int], int]:
    if not legacy.has("mail_whatsapp_template", "gateway_id", "language"):
        return {}
    cr.execute("SELECT name, language, gateway_id, id FROM mail_whatsapp_template")
    return {(name, language, gw): id_ for name, language, gw, id_ in cr.fetchall()}


def _done(cr: Any, legacy: Legacy) -> dict[int, tuple[str, str, int]]:
    cr.execute(
        f"""
        SELECT source_id, state, reason, target_id FROM {ledger(legacy)} item
         WHERE source_table = 'whatsapp_template'
        """
    )
    return {row[0]: row[1:] for row in cr.fetchall()}


def _fate(
    template: Template,
    options: Options,
    gateways: Mapping[str, int],
    every: set[int],
    existing: Mapping[tuple[str, str, int], int],
) -> Template:
    answer = options.decisions.template(template.id)
    if answer.get("action") == "skip":
        return replace(template, state="skipped", reason="template_decided_skip")
    suggested = {
        "action": "draft",
        "gateway": _name_of_only(gateways),
        "category": CATEGORY_OF_TYPE.get(template.type, "marketing"),
        "language": DEFAULT_LANGUAGE,
    }
    wanted = answer.get("gateway") or suggested["gateway"]
    gateway = wanted if wanted in every else gateways.get(str(wanted))
    template = replace(
        template,
        gateway=gateway,
        category=answer.get("category", ""),
        language=answer.get("language", ""),
        suggested=suggested,
    )
    missing = [key for key in ("action", "category", "language") if key not in answer]
    if gateway is None:
        missing.insert(1, "gateway")
    if missing:
        return replace(template, missing=tuple(missing))
    target = existing.get((template.name, template.language, gateway or 0))
    if target:
        return replace(
            template, state="existing", reason="template_exists", target_id=target
        )
    return replace(template, state="moved")


def _name_of_only(gateways: Mapping[str, int]) -> int | str | None:
    """The gateway that needs no question, because there is no other."""
    if len(set(gateways.values())) != 1:
        return None
    name = next(iter(gateways))
    return int(name) if name.isdigit() else name
