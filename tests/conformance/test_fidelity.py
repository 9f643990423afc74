"""The register of fidelity says what is so."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.register import (
    PAGE,
    ROOT,
    BadRow,
    Row,
    rows,
    sources,
    unsupported,
)
from tests.conformance.simulation import Bench
from tests.conformance.substitutes import fill_text
from wa_simulator.engine.forms import FORMS
from wa_simulator.engine.settings import Settings
from wa_simulator.faults import REGISTRY
from wa_simulator.graph.operations import OPERATIONS

ROWS = rows()


def of(kind: str) -> list[Row]:
    return [row for row in ROWS if row.kind == kind]


def collected(folder: Path, top: str, paths: list[str]) -> set[str]:
    """Ids without parameters, as pytest finds them below ``tests``."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *paths]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--confcutdir", top],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if "::" in line]
    assert lines, done.stdout + done.stderr
    return {line.partition("[")[0].partition("tests/")[2] for line in lines}


@pytest.fixture(scope="module")
def known_tests() -> set[str]:
    named = {f"tests/{row.test.partition('::')[0]}" for row in ROWS if row.test}
    mine = sorted(n for n in named if n.startswith("tests/conformance/"))
    simulators = sorted(named - set(mine))
    for path in simulators:
        assert (ROOT / "simulator" / path).is_file(), path
    return collected(ROOT / "simulator", "tests", simulators) | collected(
        ROOT, "tests/conformance", mine
    )


def test_there_are_rows_of_every_kind() -> None:
    kinds = Counter(row.kind for row in ROWS)
    assert set(kinds) == {"yes", "no", "switch", "form", "fault"}
    assert len(ROWS) > 120


def test_every_row_names_known_sources() -> None:
    known = sources()
    assert {"DOC", "OA", "OURS"} <= known
    wrong = [(r.behaviour, s) for r in ROWS for s in r.sources if s not in known]
    assert wrong == []


#: Openings of Meta's pages of 2026, and who read the whole pages.
OF_2026 = {"META", "MCA", "RS", "PYWA", "BSP"}


def test_every_row_of_2026_says_how_sure_its_source_is() -> None:
    bare = [
        (row.behaviour, source)
        for row in ROWS
        for source, confidence in zip(row.sources, row.confidences, strict=True)
        if source in OF_2026 and not confidence
    ]
    assert bare == []


def test_every_behaviour_that_is_there_names_a_test_that_exists(
    known_tests: set[str],
) -> None:
    missing = [
        (row.behaviour, row.test)
        for row in ROWS
        if row.kind != "no" and row.test not in known_tests
    ]
    assert missing == []


def test_what_is_not_there_claims_no_test() -> None:
    assert [row.behaviour for row in of("no") if row.test] == []


def test_every_switch_stands_there_with_its_default() -> None:
    named = {row.name: row.value for row in of("switch")}
    assert named == Settings().record()
    assert len(of("switch")) == len(named)


def test_every_form_stands_there_once() -> None:
    assert sorted(row.name for row in of("form")) == sorted(FORMS)


def test_every_fault_stands_there() -> None:
    assert {row.name for row in of("fault")} == set(REGISTRY)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as made:
        made.seed()
        yield made


@pytest.mark.parametrize("operation", unsupported())
def test_every_501_is_one(bench: Bench, operation: str) -> None:
    method, _, path = operation.partition(" ")
    answer = bench.graph(method, fill_text(path, bench.facts))
    assert answer.status_code == 501, answer.text
    assert "wa-simulator does not do this" in answer.json()["error"]["message"]


def test_no_operation_is_in_both_lists() -> None:
    kinds = {"Phone-Number-ID": "number", "WABA-ID": "waba", "Application-ID": "app"}
    listed = set()
    for operation in unsupported():
        method, _, path = operation.partition(" ")
        node, _, edge = path.removeprefix("/{").partition("}")
        listed.add((method, kinds.get(node, node), edge.removeprefix("/")))
    assert listed & set(OPERATIONS) == set()


def test_a_line_that_says_nothing_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = PAGE.read_text("utf-8")
    page.write_text(text.replace("| yes |", "| perhaps |", 1), "utf-8")
    with pytest.raises(BadRow, match="what is 'perhaps'"):
        rows(page)
    page.write_text(text.replace("| DOC | yes |", "| yes |", 1), "utf-8")
    with pytest.raises(BadRow, match="expected four cells"):
        rows(page)
    page.write_text(text.replace("| DOC | yes |", "| DOC (D) | yes |", 1), "utf-8")
    with pytest.raises(BadRow, match=r"what source is 'DOC \(D\)'"):
        rows(page)
