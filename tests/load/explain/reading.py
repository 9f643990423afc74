"""What the plans of `make explain` say: time, pages, and whole big tables read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Plan = Mapping[str, Any]
#: A node that reads so many rows of a big table one by one is no quick search.
SCANNED_ROWS = 10_000
#: The check of a foreign key that takes longer has no index.
SLOW_CHECK_MS = 100


@dataclass(frozen=True)
class Case:
    """A search of the bridge: its statements together."""

    title: str
    hot: bool
    statements: int
    milliseconds: float
    pages: int
    #: Big tables that were read from one end to the other, `table (rows)`.
    scans: tuple[str, ...]
    #: Statement that took longest, and its plan.
    sql: str
    plan: Plan


@dataclass(frozen=True)
class Found:
    """All of a run."""

    tables: Mapping[str, int]
    cases: tuple[Case, ...]

    @property
    def bad(self) -> list[Case]:
        """Hot searches that read a big table whole."""
        return [case for case in self.cases if case.hot and case.scans]


def read(path: Path) -> Found:
    """What `cases.py` wrote."""
    given = json.loads(path.read_text())
    tables = given["tables"]
    return Found(tables, tuple(_case(one, tables) for one in given["cases"]))


def _case(given: Mapping[str, Any], tables: Mapping[str, int]) -> Case:
    statements: Sequence[Mapping[str, Any]] = given["statements"]
    worst = max(statements, key=lambda one: one["plan"]["Execution Time"], default=None)
    scans = {scan for one in statements for scan in _scans(one["plan"], tables)}
    return Case(
        title=given["title"],
        hot=given["hot"],
        statements=len(statements),
        milliseconds=sum(one["plan"]["Execution Time"] for one in statements),
        pages=sum(_pages(one["plan"]["Plan"]) for one in statements),
        scans=tuple(sorted(scans)),
        sql=worst["sql"] if worst else "",
        plan=worst["plan"] if worst else {},
    )


def _pages(node: Plan) -> int:
    read_ = node.get("Shared Read Blocks", 0) + node.get("Shared Hit Blocks", 0)
    return int(read_)


def nodes(node: Plan) -> Iterator[Plan]:
    """A node of a plan and all below it."""
    yield node
    for child in node.get("Plans", []):
        yield from nodes(child)


def _scans(plan: Plan, tables: Mapping[str, int]) -> Iterator[str]:
    for node in nodes(plan["Plan"]):
        table = node.get("Relation Name", "")
        if node["Node Type"] == "Seq Scan" and table in tables and _is_whole(node):
            yield f"{table} ({tables[table]})"
    for trigger in plan.get("Triggers", []):
        # A foreign key without an index: its check reads the other table whole.
        if trigger["Time"] > SLOW_CHECK_MS * max(trigger["Calls"], 1):
            yield f"{trigger.get('Constraint Name', trigger['Trigger Name'])}"


def _is_whole(node: Plan) -> bool:
    """A scan that ends at a limit, or that was never begun, reads little."""
    seen = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return bool(seen * node["Actual Loops"] >= SCANNED_ROWS)


def outline(node: Plan, depth: int = 0) -> Iterator[str]:
    """A plan in lines, as far as it matters."""
    words = [node["Node Type"]]
    words += [node[key] for key in ("Relation Name", "Index Name") if key in node]
    text = f"{' '.join(words)}: {node['Actual Rows']:g} x {node['Actual Loops']}"
    for key in ("Rows Removed by Filter", "Heap Fetches"):
        if node.get(key):
            text += f", {key.lower()} {node[key]}"
    yield f"{'  ' * depth}{text} ({node['Actual Total Time']:.1f} ms)"
    for child in node.get("Plans", []):
        yield from outline(child, depth + 1)


def table_lines(found: Found) -> Iterator[str]:
    """A line per case, in a table of Markdown."""
    yield "| search | statements | ms | pages | big tables read whole |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for case in found.cases:
        scans = ", ".join(case.scans) or "-"
        title = case.title if case.hot else f"{case.title} (not hot)"
        yield (
            f"| {title} | {case.statements} | {case.milliseconds:.1f} | {case.pages}"
            f" | {scans} |"
        )


def plan_lines(found: Found) -> Iterator[str]:
    """The slowest statement of each case with its plan."""
    for case in found.cases:
        if not case.plan:
            continue
        yield f"\n## {case.title}\n\n{case.sql[:4000]}\n"
        yield from outline(case.plan["Plan"])
        for trigger in case.plan.get("Triggers", []):
            name = trigger.get("Constraint Name", trigger["Trigger Name"])
            yield f"trigger {name}: {trigger['Time']:.1f} ms"
