"""The plan as a page and as rows, before anything is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from . import spanish
from .sheets import write_plan_rows
from .write import render

__all__ = ["plan_html", "write_plan_rows"]


def plan_html(plan: Any, cr: Any, now: datetime) -> str:
    """What a run would do, in Spanish, self-contained; every value is escaped.

    :param cr: cursor of the plan's database
    """
    cr.execute("SELECT current_database()")
    return render(
        "plan.html.j2",
        database=cr.fetchone()[0],
        now=now.isoformat(timespec="seconds"),
        plan=plan,
        counts=[_line(table, own) for table, own in plan.expected.items()],
        reasons=[
            (table, state, reason, count)
            for table, own in plan.expected.items()
            for state in ("rejected", "skipped")
            for reason, count in own[state].items()
        ],
        estimate=[words.say("es") for words in _Words.of(plan.estimate.words())],
        **_verdict(plan),
    )


class _Words:
    """(words, values) as something that can be said, like a finding."""

    def __init__(self, words: str, values: dict[str, Any]) -> None:
        self._words, self._values = words, values

    @classmethod
    def of(cls, pairs: list[tuple[str, dict[str, Any]]]) -> list[_Words]:
        return [cls(*pair) for pair in pairs]

    def say(self, lang: str) -> str:
        return spanish.say(self._words, self._values, lang)


def _line(table: str, own: dict[str, Any]) -> dict[str, Any]:
    return {
        **own,
        "table": table,
        "skipped": sum(own["skipped"].values()),
        "rejected": sum(own["rejected"].values()),
    }


def _verdict(plan: Any) -> dict[str, Any]:
    if plan.blockers:
        words, line = "Hay algo que corregir primero.", "Vea «Hay que corregir»."
    elif plan.open_questions:
        count = len(plan.open_questions)
        words = f"Faltan respuestas: {count}."
        line = "Se escriben en decisiones.json; vea «Preguntas»."
    else:
        words, line = (
            "Todo está listo para la ejecución.",
            "No falta ninguna respuesta.",
        )
    return {"good": plan.ready, "verdict": words, "line": line}
