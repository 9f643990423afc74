"""The script that makes the database: what it decides, in words that Odoo knows."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lab import people, series, sources, templates
from lab.settings import read_settings

from . import stack

SCRIPT = stack.ROOT / "docker/odoo/init.sh"
CONFIG = stack.ROOT / "docker/odoo/odoo.conf"

# Stand-ins for the image's programs. They keep one file a fact: installed, seeded.
PSQL = """#!/bin/sh
case "$*" in
    *"SELECT 1 FROM ir_module_module"*) [ -e "$FACTS/installed" ] && echo 1 ;;
    *"SELECT state"*) [ -e "$FACTS/installed" ] && echo installed ;;
    *res_users*) [ -e "$FACTS/seeded" ] && echo 1 ;;
esac
[ -e "$FACTS/installed" ]
"""
ODOO = """#!/bin/sh
echo "$*" >> "$FACTS/calls"
case "$*" in
    shell*) cat > "$FACTS/script"; echo "$WA_LAB_SEED" > "$FACTS/seeded" ;;
    *"--init crm"*) [ -e "$FACTS/broken" ] || touch "$FACTS/installed" ;;
esac
"""


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    for name, text in (("psql", PSQL), ("odoo", ODOO)):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(text)
        program.chmod(0o755)
    return tmp_path


def init(facts: Path) -> subprocess.CompletedProcess[str]:
    """Run the script with the variables of the file."""
    given = stack.services()["init"]["environment"]
    python = Path(sys.executable).parent
    return subprocess.run(
        [str(SCRIPT)],
        env={
            **given,
            "FACTS": str(facts),
            "LAB_HOME": str(stack.ROOT),
            "PATH": f"{facts / 'bin'}:{python}:{os.defpath}",
        },
        capture_output=True,
        check=False,
        text=True,
    )


def calls(facts: Path) -> list[str]:
    return (facts / "calls").read_text().splitlines()


def test_a_new_database_gets_the_addon_and_the_people(facts: Path) -> None:
    done = init(facts)

    assert done.returncode == 0, done.stderr
    base, install, seed = calls(facts)
    assert "--init base" in base
    assert "--load-language" not in base
    assert "--database whatsapp" in install
    assert "--init crm_whatsapp_gateway" in install
    assert f"--load-language {people.LANGUAGE}" in install
    assert "--stop-after-init" in install
    assert seed.startswith("shell --database whatsapp")
    assert (facts / "script").read_text() == templates.SEED.read_text()
    plan = json.loads((facts / "seeded").read_text())
    assert plan == json.loads(templates._plan(series.SERIES["18.0"].groups_field))


def test_a_second_start_does_nothing(facts: Path) -> None:
    init(facts)
    before = calls(facts)

    done = init(facts)

    assert done.returncode == 0
    assert calls(facts) == before


def test_a_start_that_was_cut_short_is_finished(facts: Path) -> None:
    (facts / "installed").touch()

    done = init(facts)

    assert done.returncode == 0
    assert [line.split()[0] for line in calls(facts)] == ["shell"]


def test_an_addon_that_odoo_skipped_is_a_failure(facts: Path) -> None:
    (facts / "broken").touch()

    done = init(facts)

    assert done.returncode == 1
    assert "Odoo did not install crm_whatsapp_gateway" in done.stderr
    assert [line for line in calls(facts) if line.startswith("shell")] == []


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    """Options and keys of the configuration of the Odoo that this machine has."""
    odoo = sources.provide(read_settings(os.environ))
    script = (
        "import json; from odoo.tools import config as c; c.parse_config([]);"
        "print(json.dumps({'keys': sorted(c.options), 'options': sorted("
        "o for g in c.parser.option_groups + [c.parser]"
        " for x in g.option_list for o in x._long_opts)}))"
    )
    done = subprocess.run(
        [str(odoo.python), "-c", script],
        env={**os.environ, "PYTHONPATH": str(odoo.python_path), "ODOO_RC": os.devnull},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_odoo_knows_every_key_of_its_configuration(known: dict[str, list[str]]) -> None:
    parser = configparser.RawConfigParser()
    parser.read(CONFIG)
    assert parser.sections() == ["options"]
    assert [key for key in parser["options"] if key not in known["keys"]] == []


def test_odoo_knows_every_option_it_is_started_with(
    known: dict[str, list[str]],
) -> None:
    code = SCRIPT.read_text().partition("\nif ")
    asked = set(re.findall(r"--[a-z][a-z_-]+", code[2]))
    asked |= set(re.findall(r"--[a-z][a-z_-]+", code[0].partition("server=")[2]))
    asked |= {word for word in stack.services()["odoo"]["command"] if word[:2] == "--"}
    psql = {"--no-psqlrc", "--tuples-only", "--no-align", "--dbname", "--command"}
    assert sorted(asked - psql - set(known["options"])) == []


def test_the_configuration_names_what_the_image_has() -> None:
    parser = configparser.RawConfigParser()
    parser.read(CONFIG)
    options = parser["options"]
    image = stack.images()["odoo"]
    assert image.copied["/etc/odoo/odoo.conf"] == "docker/odoo/odoo.conf"
    ours, oca = options["addons_path"].split(",")
    assert f"{ours}/crm_whatsapp_gateway" in image.copied
    targets = {words[words.index("--target") + 1] for words in image.pip_installs}
    assert oca == f"{targets.pop()}/odoo/addons"
    assert not targets
    assert (
        options["dbfilter"] == f"^{stack.services()['odoo']['environment']['ODOO_DB']}$"
    )
    # With workers the front sends live connections to the event port.
    assert int(options["workers"]) > 0
    assert options["proxy_mode"] == "True"
