"""How the command line prints: a line per record, colours when they are wanted."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..client.request import Json

RESET = "\033[0m"
COLOURS = {
    "red": "\033[31m",
    "green": "\033[32m",
    "yellow": "\033[33m",
    "blue": "\033[34m",
    "dim": "\033[2m",
}
#: Kind of a journal entry -> its colour while all is well.
KINDS = {"api": "blue", "webhook": "green", "handshake": "green", "silent": "yellow"}
SHOWN = 100


class ColorFormatter:
    """Colours text, or leaves it.

    :param env: NO_COLOR (any value) forbids colours, FORCE_COLOR asks for them.
    :param terminal: whether the output is one; else there are none.
    """

    def __init__(self, env: Mapping[str, str], *, terminal: bool) -> None:
        forced = bool(env.get("FORCE_COLOR"))
        self._on = not env.get("NO_COLOR") and (terminal or forced)

    def __call__(self, colour: str, text: str) -> str:
        """The text in a colour."""
        return f"{COLOURS[colour]}{text}{RESET}" if self._on else text


def moment(at: float) -> str:
    """Seconds since 1970 as ISO 8601, UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(" ", "seconds")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _call(entry: Json) -> str:
    status = entry.get("status") or entry.get("lost") or "-"
    line = f"{entry.get('method')} {entry.get('host')}{entry.get('path')} -> {status}"
    asked = entry.get("request")
    error = (entry.get("answer") or {}).get("error") if status != 200 else None
    if isinstance(error, dict):
        return f"{line}  {_short(error.get('message', ''))}"
    if isinstance(asked, dict) and "type" in asked:
        line = f"{line}  {asked.get('to')} {_short(asked.get(asked['type'], ''))}"
    advice = entry.get("advice")
    return f"{line}  ({', '.join(advice)})" if advice else line


def _webhook(entry: Json) -> str:
    result = entry.get("status") or entry.get("error")
    what = entry.get("message_status") or entry.get("what")
    return f"{what} to {entry.get('url')} -> {result}  (attempt {entry.get('attempt')})"


def _other(entry: Json) -> str:
    hidden = ("seq", "at", "kind", "headers")
    pairs = ((k, v) for k, v in entry.items() if k not in hidden and v is not None)
    return " ".join(f"{key}={_short(value)}" for key, value in pairs)


LINES = {"api": _call, "webhook": _webhook, "refused": _call}


def journal_line(entry: Json, paint: ColorFormatter) -> str:
    """One entry of the journal."""
    kind = str(entry["kind"])
    status = entry.get("status")
    bad = isinstance(status, int) and status >= 400
    lost = entry.get("lost") or entry.get("error")
    colour = "red" if bad or lost or kind == "refused" else KINDS.get(kind, "dim")
    when = paint("dim", f"{entry['seq']:>6} {moment(entry['at'])[11:]}")
    line = LINES.get(kind, _other)(entry)
    marks = "".join(f" !{name}" for name in entry.get("faults") or ())
    return f"{when} {paint(colour, f'{kind:<9}')} {line}{paint('yellow', marks)}"


def customer_line(row: Json) -> str:
    """One person."""
    key = row.get("wa_id") or row.get("user_id") or row.get("key")
    return f"{key:<22} {row.get('name') or '(no name)':<24} {row.get('presence', '')}"


def fault_line(row: Json) -> str:
    """One active fault."""
    parts = [f"{row['id']:<10} {row['name']}"]
    for key in ("params", "match", "when"):
        if row.get(key):
            parts.append(f"{key} {json.dumps(row[key])}")
    parts.append(f"fired {row.get('fired', 0)} of {row.get('seen', 0)}")
    return "  ".join(parts)


def template_line(row: Json, paint: ColorFormatter) -> str:
    """One template."""
    good = row.get("status") == "APPROVED"
    status = paint("green" if good else "red", f"{row.get('status', ''):<10}")
    return f"{row.get('id'):<18} {status} {row.get('name')} ({row.get('language')})"
