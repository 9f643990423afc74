"""No emoji, no registry, no path of one machine; XML keeps its form."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import markup, size, text
from .__main__ import main
from .tables import REGISTRY_HOSTS
from .tree import files


def test_the_tree_has_none_of_it() -> None:
    assert [line for file in files() for line in text.violations(file)] == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ready \U0001f680", "emoji U+1F680; write it as an escape"),
        ("done \u2705", "emoji U+2705; write it as an escape"),
        ("cache: /root" + "/.cache", "path of one machine: /root" + "/.…"),
        ('open("/work' + '/main")', "path of one machine: /work" + "/m…"),
        *(
            (f"index = https://{host}/x", f"host name of a package registry: {host}")
            for host in REGISTRY_HOSTS
        ),
    ],
)
def test_a_planted_one_is_found(tmp_path: Path, line: str, expected: str) -> None:
    file = tmp_path / "planted.md"
    file.write_text(f"first line\n{line}\n", encoding="utf-8")

    assert list(text.violations(file)) == [f"{file}:2: {expected}"]


@pytest.mark.parametrize(
    "line",
    [
        "árbol, ñandú → «comillas» … 24 h",
        "~/work/odoo ${HOME}/work ./work/x docs/work/a",
        "the docker image odoo:18.0, debian, io",
        "https://graph.facebook.com/v23.0/root",
    ],
)
def test_plain_text_passes(tmp_path: Path, line: str) -> None:
    file = tmp_path / "plain.md"
    file.write_text(line, encoding="utf-8")

    assert list(text.violations(file)) == []


def test_xml_of_the_tree_keeps_its_form() -> None:
    assert [line for file in files("*.xml") for line in markup.violations(file)] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<odoo>\n  <a />\n</odoo>\n", "2: indented by 2, 4 spaces expected"),
        ("<odoo>\n    <a>\n        </a>\n</odoo>\n", "3: indented by 8, 4 spaces"),
        ('<odoo>\n    <a b="c"/>\n</odoo>\n', "2: no space before '/>'"),
        ("<odoo>\n    <a>\n</odoo>\n", "3: mismatched tag"),
    ],
)
def test_xml_out_of_form_is_found(tmp_path: Path, source: str, expected: str) -> None:
    file = tmp_path / "planted.xml"
    file.write_text(source)

    found = list(markup.violations(file))

    assert len(found) == 1
    assert found[0].startswith(f"{file}:{expected}")


def test_xml_in_form_passes(tmp_path: Path) -> None:
    file = tmp_path / "plain.xml"
    file.write_text(
        '<?xml version="1.0" encoding="utf-8" ?>\n<odoo>\n'
        '    <a\n        b="c"\n    >\n        <d>text <b>in</b> it</d>\n    </a>\n'
        '    <e\n        f="g"\n    />\n</odoo>\n'
    )

    assert list(markup.violations(file)) == []


def test_long_functions_are_told_but_fail_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "long.py"
    file.write_text("def f():\n" + "    x = 1\n" * 401)

    assert [line.split(": ")[1] for line in size.report(file)] == [
        "402 lines in one file",
        "402 lines in f()",
    ]
    assert main(["size", str(file)]) == 0
    assert "402 lines in f()" in capsys.readouterr().out
