"""OCA's own tests with the bridge installed, against the list of those that differ.

A test that fails and is not on the list fails the run; so does one that is on the
list and passes, or that is not there any more: the list stays true.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from lab import modes, odootests
from lab.console import say
from lab.counts import Counts
from lab.databases import set_parameters
from lab.settings import Settings

MODULES = ("mail_gateway", "mail_gateway_whatsapp")


@dataclass(frozen=True)
class Expected:
    """A test of OCA's that differs with the bridge, and why."""

    name: str
    series: tuple[str, ...]
    defect: str


@dataclass(frozen=True)
class Judgement:
    """Names of tests, by how they compare with the list."""

    passed: tuple[str, ...]
    listed: tuple[str, ...]
    unlisted: tuple[str, ...]
    healed: tuple[str, ...]
    missing: tuple[str, ...]
    skipped: tuple[str, ...]

    def counts(self) -> Counts:
        wrong = self.unlisted + self.healed + self.missing
        return Counts(
            len(self.passed) + len(self.listed), len(wrong), 0, unexplained=self.skipped
        )


def run(settings: Settings, listed: Path, report: Path) -> Counts:
    """Run them in the modes that work at once, and compare."""
    with odootests.bench(settings) as bench:
        odoo = bench.odoo
        set_parameters(odoo.server, odoo.database, modes.PARAMETERS[modes.DIRECT])
        folders = [bench.oca / name for name in MODULES]
        plugin = listed.with_name("whatsapp_http.py")
        bench.run(folders, report, quiet=True, plugin=plugin)
        expected = [one for one in read_list(listed) if bench.series in one.series]
        found = judge(read_report(report), [one.name for one in expected])
    _say(found, {one.name: one.defect for one in expected}, report)
    return found.counts()


def read_list(path: Path) -> list[Expected]:
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["test"]
    return [Expected(r["name"], tuple(r["series"]), r["defect"]) for r in rows]


def read_report(report: Path) -> dict[str, str]:
    """passed, failed or skipped, by `Class.test`."""
    try:
        root = ElementTree.parse(report).getroot()
    except (FileNotFoundError, ElementTree.ParseError):
        return {}
    found: dict[str, str] = {}
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            found[name] = "failed"
        elif case.find("skipped") is not None:
            found[name] = "skipped"
        else:
            # An error at its end is a second entry of the same test.
            found.setdefault(name, "passed")
    return found


def judge(results: Mapping[str, str], expected: Iterable[str]) -> Judgement:
    """Compare what happened with the list."""
    listed = set(expected)
    ended = {
        word: {name for name, how in results.items() if how == word}
        for word in ("passed", "failed", "skipped")
    }
    return Judgement(
        passed=tuple(sorted(ended["passed"] - listed)),
        listed=tuple(sorted(ended["failed"] & listed)),
        unlisted=tuple(sorted(ended["failed"] - listed)),
        healed=tuple(sorted(ended["passed"] & listed)),
        missing=tuple(sorted(listed - set(results))),
        skipped=tuple(sorted(ended["skipped"])),
    )


def _say(found: Judgement, defects: Mapping[str, str], report: Path) -> None:
    say(f"  Pasan: {len(found.passed)}. Difieren, como dice la lista:")
    for name in found.listed:
        say(f"    {name}: {defects[name]}")
    titles = {
        "Fallan y no están en la lista": found.unlisted,
        "Están en la lista y pasan (quítelas)": found.healed,
        "Están en la lista y ya no existen": found.missing,
        "No se corrieron": found.skipped,
    }
    for title, names in titles.items():
        for name in names:
            say(f"  {title}: {name}")
    if found.unlisted or not found.passed:
        say(f"  Lo que dijo pytest está en {report.with_suffix('.log')}")
