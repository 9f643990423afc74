"""Meta's error examples within B1: does the fault ``error`` bring the same envelope?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .examples import OPENAPI, Case, Example
from .expectations import Expectations
from .schemas import Schemas
from .simulation import Bench
from .substitutes import fill_text

#: Keys that Meta prints in some examples of a code and leaves out in others.
SOMETIMES = {
    "error_subcode",
    "is_transient",
    "error_user_title",
    "error_user_msg",
    "error_data",
}


@dataclass
class Tally:
    """How many, of how many, and what is wrong with the others."""

    examples: int = 0
    reproduced: int = 0
    wrong: Counter[str] = field(default_factory=Counter)


def run(
    bench: Bench, examples: Iterable[Example], schemas: Schemas, expected: Expectations
) -> Tally:
    """Provoke the code of each error example on its own operation."""
    tally = Tally()
    bench.seed()
    answers: dict[tuple[str, int], Any] = {}
    for example in examples:
        case = Case(OPENAPI, example.name, example.operation)
        if example.role != "error" or not expected.within_b1(case):
            continue
        tally.examples += 1
        code = example.value["error"]["code"]
        key = (example.operation, code)
        if key not in answers:
            answers[key] = _provoke(bench, case, code)
        wrong = _differs(example, answers[key], schemas)
        if wrong:
            tally.wrong[wrong] += 1
        else:
            tally.reproduced += 1
    return tally


def _differs(example: Example, answer: Any, schemas: Schemas) -> str:
    error = example.value["error"]
    got = answer.get("error", {})
    if got.get("code") != error["code"]:
        return f"code {error['code']} is not provoked: {got.get('message')}"
    lacks = sorted(set(error) - set(got) - SOMETIMES)
    if lacks:
        return f"code {error['code']} lacks {lacks}"
    return schemas.wrong(example.schema, answer) or ""


def _provoke(bench: Bench, case: Case, code: int) -> Any:
    rule = {"name": "error", "params": {"code": code}, "when": {"times": 1}}
    try:
        bench.control("POST", "/faults", rule)
    except AssertionError as exc:
        return {"error": {"message": str(exc)}}
    answer = bench.graph(case.method, fill_text(case.path, bench.facts), json={})
    bench.control("DELETE", "/faults")
    return answer.json()
