"""Breaks the addon on purpose, one place at a time: does its test turn red?

A test that stays green with its requirement broken proves nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from lab import addons, odootests
from lab.console import LabError, say
from lab.odootests import Bench
from lab.settings import Settings

TABLE = Path("tests/breaks/breaks.toml")


@dataclass(frozen=True)
class Break:
    """A text of the addon, what it becomes, and the test that must see it."""

    name: str
    requirement: str
    #: Relative to the addon, as the file of the test is.
    file: str
    find: str
    replace: str
    test: str

    def apply(self, addon: Path) -> str:
        """Break a copy of the addon; the file's text before."""
        path = addon / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.find) != 1:
            raise LabError(
                f"«{self.name}»: el texto buscado está {text.count(self.find)} veces"
                f" en {self.file} y debe estar una. Corrija {TABLE}."
            )
        path.write_text(text.replace(self.find, self.replace), encoding="utf-8")
        return text


def read_table(path: Path) -> list[Break]:
    return [Break(**row) for row in tomllib.loads(path.read_text("utf-8"))["break"]]


def run(settings: Settings, words: Sequence[str]) -> int:
    """Try all breaks, or those whose name or requirement holds a word.

    0 only when every test passes unbroken, and each fails with its break.
    """
    found = [
        one
        for one in read_table(settings.repository / TABLE)
        if not words or any(word in (one.requirement, one.name) for word in words)
    ]
    if not found:
        raise LabError(f"Ninguna rotura de {TABLE} se llama así.")
    settings = settings.in_folder(settings.repository / ".lab-test" / "breaks")
    with odootests.bench(settings) as bench:
        addon = bench.staged / addons.BRIDGE
        say(f"\nSin romper nada: {len({one.test for one in found})} pruebas")
        if not _all_green(bench, addon, found):
            return 1
        blind = [one for one in found if not _turns_red(bench, addon, one)]
    say(f"\n{len(found) - len(blind)} roturas vistas, {len(blind)} sin ver")
    return 1 if blind else 0


def _all_green(bench: Bench, addon: Path, found: Sequence[Break]) -> bool:
    report = bench.odoo.home / "whole.xml"
    tests = sorted({str(addon / one.test) for one in found})
    bench.run(tests, report, quiet=True)
    bad = [name for name, how in outcomes(report).items() if how != "passed"]
    for name in bad:
        say(f"  NO PASA aunque nada está roto: {name}")
    if len(outcomes(report)) < len(tests):
        raise LabError("No se corrieron todas las pruebas.", report.with_suffix(".log"))
    return not bad


def _turns_red(bench: Bench, addon: Path, one: Break) -> bool:
    report = bench.odoo.home / "broken.xml"
    report.unlink(missing_ok=True)
    before = one.apply(addon)
    try:
        bench.run([str(addon / one.test)], report, quiet=True)
    finally:
        (addon / one.file).write_text(before, encoding="utf-8")
    seen = "failed" in outcomes(report).values()
    say(f"  {'vista ' if seen else 'SIN VER'}  {one.requirement:<4} {one.name}")
    if not seen:
        say(f"           prueba: {one.test}")
    return seen


def outcomes(report: Path) -> dict[str, str]:
    """passed, failed or skipped by test; what was never run is not there.

    An error outside a test (a file that cannot be imported) is no red test.
    """
    try:
        root = ElementTree.parse(report).getroot()
    except (FileNotFoundError, ElementTree.ParseError):
        return {}
    found: dict[str, str] = {}
    for case in root.iter("testcase"):
        if case.find("error") is not None:
            continue
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            found[name] = "failed"
        elif case.find("skipped") is not None:
            found[name] = "skipped"
        else:
            found.setdefault(name, "passed")
    return found
