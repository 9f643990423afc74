"""What happened, as lines of JSON and as a scenario."""

import json
from typing import Any

from ..engine.entities import INBOUND
from .state import Simulation

#: The words of a status in a step.
STATUS_WORDS = {
    "accepted": "aceptado",
    "sent": "enviado",
    "delivered": "entregado",
    "read": "leído",
    "played": "reproducido",
    "failed": "fallido",
}
TITLE = "Conversación guardada desde la consola"


def journal_lines(sim: Simulation) -> str:
    """The journal as JSON lines; the first line tells the run and what fell out."""
    head = {
        "kind": "head",
        "run": sim.engine.ids.run,
        "dropped": sim.engine.journal.dropped,
    }
    rows = [head, *sim.engine.journal.since()]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _quoted(text: object) -> str:
    flat = " ".join(str(text).split())
    return '"' + flat.replace('"', "'") + '"'


def _phone(person: str) -> str:
    return _quoted(f"+{person}" if person.isdigit() else person)


def _step(keyword: str, words: str, before: str) -> str:
    return f"    {'Y' if keyword == before else keyword} {words}"


def _inbound(row: dict[str, Any]) -> str:
    person = _phone(row["customer"])
    if row["type"] == "text":
        return f"el cliente {person} escribe {_quoted(row['text'])}"
    words = f"el cliente {person} envía un mensaje de tipo {_quoted(row['type'])}"
    return f"{words} con {_quoted(row['text'])}" if row["text"] else words


def _outbound(row: dict[str, Any]) -> str:
    person = _phone(row["customer"])
    if row["type"] == "text":
        words = f"el negocio envía al cliente {person} el texto {_quoted(row['text'])}"
    elif row["type"] == "template":
        name = row["payload"].get("name", "")
        words = f"el negocio envía al cliente {person} la plantilla {_quoted(name)}"
    else:
        words = (
            f"el negocio envía al cliente {person} un mensaje de tipo "
            f"{_quoted(row['type'])}"
        )
    return words


def scenario(rows: list[dict[str, Any]], title: str | None = None) -> str:
    """A feature file: Dado for the people, Cuando for them, Entonces for us.

    A scenario without steps proves nothing, so an empty one says so in a step.
    """
    name = " ".join((title or TITLE).split())
    lines = ["# language: es", f"Característica: {name}", "", f"  Escenario: {name}"]
    people = list(dict.fromkeys(row["customer"] for row in rows))
    before = ""
    for person in people or ["573012345678"]:
        known = next((r["name"] for r in rows if r["customer"] == person), None)
        named = f" llamado {_quoted(known)}" if known else ""
        lines.append(_step("Dado", f"un cliente {_phone(person)}{named}", before))
        before = "Dado"
    for row in rows:
        keyword = "Cuando" if row["direction"] == INBOUND else "Entonces"
        words = _inbound(row) if row["direction"] == INBOUND else _outbound(row)
        lines.append(_step(keyword, words, before))
        before = keyword
        if row["direction"] != INBOUND:
            state = STATUS_WORDS.get(row["status"], row["status"])
            lines.append(f"    Y ese mensaje queda {_quoted(state)}")
    if not rows:
        lines.append("    Entonces no hay mensajes en esta sesión")
    return "\n".join(lines) + "\n"
