"""What ``plan --report-dir`` writes: the plan, and a file to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from odoo.addons.crm_whatsapp_migration.engine.decisions import VERSION
from odoo.addons.crm_whatsapp_migration.engine.findings import Question
from odoo.addons.crm_whatsapp_migration.engine.plan import Plan
from odoo.addons.crm_whatsapp_migration.engine.report.plan import (
    plan_html,
    write_plan_rows,
)
from odoo.addons.crm_whatsapp_migration.engine.words import say

DECISIONS = "decisiones.json"
NEXT = "decisiones.nuevas.json"
_HELP = (
    "Replace each null by an answer and give this file to 'run' with --decisions."
    " Keys that begin with _ are remarks. '*' in 'templates' answers for all."
)


def write_plan(
    plan: Plan, folder: Path, lang: str, cr: Any, now: datetime
) -> list[Path]:
    """Write ``plan.html``, ``plan.json``, ``plan.txt`` and ``decisiones.json``, and
    ``plan_rows.csv``: every old message that the run would not move, and why.

    :param cr: cursor of the plan, whose tables it still has

    An answered file is never written over: what is in it is kept, open questions
    are added. One that cannot be read is left alone, and the new one is named
    ``decisiones.nuevas.json``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page, as_json, as_text, rows = (
        folder / name
        for name in ("plan.html", "plan.json", "plan.txt", "plan_rows.csv")
    )
    page.write_text(plan_html(plan, cr, now), encoding="utf-8")
    as_json.write_text(_dump(plan.as_dict(lang)), encoding="utf-8")
    with rows.open("wb") as stream:
        write_plan_rows(plan, cr, stream)
    as_text.write_text("\n".join(plan.words(lang)) + "\n", encoding="utf-8")
    skeleton = make_skeleton(plan, lang)
    target = folder / DECISIONS
    if target.exists():
        try:
            skeleton = _merged(skeleton, json.loads(target.read_text("utf-8")))
        except ValueError:
            target = folder / NEXT
    target.write_text(_dump(skeleton), encoding="utf-8")
    return [page, as_json, as_text, rows, target]


def make_skeleton(plan: Plan, lang: str) -> dict[str, Any]:
    """Decisions as given, with a ``null`` and a remark for each open question."""
    skeleton: dict[str, Any] = {"version": VERSION, "_ayuda": say(_HELP, {}, lang)}
    given = plan.options.decisions.as_dict()
    skeleton |= {key: value for key, value in given.items() if value not in (None, {})}
    skeleton = json.loads(json.dumps(skeleton))
    for question in plan.open_questions:
        _put(skeleton, question, lang)
    return skeleton


def _put(skeleton: dict[str, Any], question: Question, lang: str) -> None:
    *way, last = question.path
    place = skeleton
    for key in way:
        place = place.setdefault(key, {})
    remark = {"pregunta": question.say(lang)}
    if question.options:
        remark["respuestas"] = " | ".join(question.options)
    if question.suggestion is not None:
        remark["sugerencia"] = question.suggestion
    place[f"_{last}"] = remark
    place[last] = None
    for key in _COMPANIONS.get(question.path[0], {}).get(last, ()):
        if key in " ".join(question.options):
            place.setdefault(_FIELD[key], None)


# Answers that need a second value beside them, and its key.
_COMPANIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "gateways": {"action": ("map", "join")}
}
_FIELD = {"map": "gateway", "join": "legacy"}


def _merged(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """``new`` with every answer of ``old``."""
    result = dict(new)
    for key, value in old.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _merged(result[key], value)
        elif value is not None:
            result[key] = value
    return result


def _dump(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"
