"""The papers are true, and the versions agree."""

from __future__ import annotations

import ast
import configparser
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from lab.suites import SUITES

from .tree import ROOT, files

README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOKS = [
    hook
    for repo in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    for hook in repo["hooks"]
]
PIN = re.compile(r"([A-Za-z0-9][\w.-]*)==(\S+)")


def test_the_readme_says_first_what_it_is_not_and_how_to_run_it() -> None:
    assert "not" in README.split("\n\n")[1]
    assert re.search(r"^make demo$", README, re.MULTILINE)
    assert re.search(r"^make test$", README, re.MULTILINE)
    assert "git make python3-venv ca-certificates" in README


PAPERS = [path for path in files("*.md") if path.parent in {ROOT, ROOT / "docs"}]


@pytest.mark.parametrize("paper", PAPERS, ids=[path.name for path in PAPERS])
def test_make_targets_that_a_paper_names_exist(paper: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b(?![- ]of)", _code(paper)))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert named - set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) == set()


@pytest.mark.parametrize("paper", PAPERS, ids=[path.name for path in PAPERS])
def test_files_that_a_paper_names_exist(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    parts = "crm_whatsapp_gateway|simulator|lab|tests|constraints|docker|docs"
    named = re.findall(rf"`((?:{parts})/[\w./-]*)`", text)
    missing = [name for name in linked if not (paper.parent / name).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def _code(paper: Path) -> str:
    """Text between backticks and in fenced blocks."""
    text = paper.read_text(encoding="utf-8")
    fenced = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(fenced + re.findall(r"`([^`\n]+)`", text))


def test_the_licence_is_the_agpl() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "Version 3, 19 November 2007" in text


def test_the_changelog_has_a_place_for_what_is_new() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## Unreleased\n\n### ", text, re.MULTILINE)


def test_no_two_decisions_bear_one_number() -> None:
    names = [path.name for path in (ROOT / "docs/adr").glob("*.md")]
    assert [
        name for name in names if not re.match(r"\d{4}-[a-z0-9-]+\.md$", name)
    ] == []
    numbers = Counter(name[:4] for name in names)
    assert [number for number, times in numbers.items() if times > 1] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("*.md")))
def test_a_decision_has_its_four_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]}. ")
    assert re.search(r"^Status: (proposed|accepted|superseded by \d{4})$", text, re.M)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize(
    "manifest",
    [*ROOT.glob("*/__manifest__.py"), *ROOT.glob("migration/*/__manifest__.py")],
)
def test_an_addons_version_is_of_18(manifest: Path) -> None:
    values = ast.literal_eval(manifest.read_text(encoding="utf-8"))
    assert re.fullmatch(r"18\.0\.\d+\.\d+\.\d+", values["version"])
    assert values["license"] == "AGPL-3"


def test_hooks_are_local_and_pinned() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    packages = [
        one for hook in HOOKS for one in hook.get("additional_dependencies", [])
    ]
    assert [one for one in packages if not PIN.fullmatch(one)] == []
    assert {hook["language"] for hook in HOOKS} == {"python", "fail"}


def test_a_hook_and_the_constraints_mean_the_same_version() -> None:
    text = (ROOT / "constraints/tools.txt").read_text(encoding="utf-8")
    constraints = {name.lower(): version for name, version in PIN.findall(text)}
    hooks = {
        name.lower(): version
        for hook in HOOKS
        for name, version in map(_split, hook.get("additional_dependencies", []))
    }
    common = hooks.keys() & constraints.keys()
    assert {"ruff", "mypy"} <= common
    assert {n: hooks[n] for n in common} == {n: constraints[n] for n in common}


def _split(pin: str) -> tuple[str, str]:
    found = PIN.fullmatch(pin)
    assert found, pin
    return found[1], found[2]


def test_tox_runs_the_kinds_of_test_that_exist() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "tox.ini")
    listed = re.split(r",\s*", parser["tox"]["env_list"])
    assert {
        "lint",
        "typing",
        "simulator",
        "lab",
        "addon",
        "migration",
        "scenarios",
    } <= set(listed)
    own = [name for name in parser.sections() if name.startswith("testenv:")]
    assert sorted(own) == sorted(f"testenv:{name}" for name in listed)
    assert "ODOO_SRC" in parser["testenv"]["pass_env"]


def test_tox_calls_suites_that_the_lab_has() -> None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "tox.ini")
    called = {
        name
        for section in parser.sections()
        for line in parser[section].get("commands", "").splitlines()
        if line.startswith("python -m lab test ")
        for name in line.split()[4:]
    }
    # Its environment prints the counts, which pytest would not.
    called.add("conformance")
    assert "python -m tests.conformance" in parser["testenv:conformance"]["commands"]
    assert called == {suite.name for suite in SUITES}
