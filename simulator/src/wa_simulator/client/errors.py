"""What the client raises: expected, got, nearest."""

import json
from typing import Any


class SimulatorError(AssertionError):
    """The simulator said no, or something did not come.

    ``status`` is the HTTP status, ``answer`` the decoded body.
    """

    def __init__(self, message: str, status: int, answer: Any) -> None:
        super().__init__(message)
        self.status = status
        self.answer = answer


class WaitTimeout(SimulatorError):
    """What was waited for did not come in time."""


def describe_error(method: str, path: str, status: int, answer: Any) -> str:
    """The text of an error: the simulator's words, one line per nearest record."""
    error = answer.get("error", {}) if isinstance(answer, dict) else {}
    lines = [f"{method} {path} gave {status}: {error.get('message', answer)}"]
    for key in ("expected", "got"):
        if key in error:
            lines.append(f"  {key}: {_short(error[key])}")
    for near in error.get("nearest", []):
        if "differences" in near:
            lines.append(f"  nearest: {'; '.join(near['differences'])}")
            lines.append(f"    {_short(near['record'])}")
        else:
            lines.append(f"  nearest: {_short(near)}")
    return "\n".join(lines)


def _short(value: Any, limit: int = 600) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[:limit] + "…"
