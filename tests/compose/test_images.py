"""What the images are built from exists, and is the version that was tested."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from . import stack

IMAGES = stack.images()
BUILT = pytest.mark.parametrize("name", sorted(IMAGES))
CONSTRAINTS = stack.ROOT / "constraints"
NAME = re.compile(r"[-_.]+")


def pins(file: Path) -> set[str]:
    """Distributions a constraints file holds to one version."""
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[.*\])?==", file.read_text(), re.M)
    return {NAME.sub("-", name).lower() for name in found}


@BUILT
def test_the_context_and_the_dockerfile_exist(name: str) -> None:
    assert (stack.ROOT / stack.services()[name]["build"]["context"]).is_dir()
    assert IMAGES[name].path.is_file()


@BUILT
def test_what_is_copied_exists_and_is_sent_to_the_engine(name: str) -> None:
    for source in IMAGES[name].copied.values():
        assert (stack.ROOT / source).exists(), source
        assert not stack.is_ignored(source), f".dockerignore keeps {source} out"


@pytest.mark.parametrize(
    "path", [".git/config", ".lab/state.json", "lab/__pycache__/cli.pyc", "README.md"]
)
def test_what_no_image_needs_is_not_sent(path: str) -> None:
    assert stack.is_ignored(path)


@BUILT
def test_every_package_is_pinned_by_a_constraints_file(name: str) -> None:
    image = IMAGES[name]
    assert image.pip_installs, (
        "nothing is installed: was the pip line written otherwise?"
    )
    for words in image.pip_installs:
        held, wanted, folders = _read_pip(words, image)
        assert held, f"no constraints in: pip install {' '.join(words)}"
        assert {NAME.sub("-", one).lower() for one in wanted} <= held
        assert set(folders) <= set(image.copied)


def _read_pip(
    words: list[str], image: stack.Image
) -> tuple[set[str], list[str], list[str]]:
    """(distributions held to a version, packages asked for by name, by folder)."""
    held: set[str] = set()
    wanted: list[str] = []
    folders: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in {"--requirement", "--constraint"}:
            held |= pins(stack.ROOT / image.copied[next(rest)])
        elif word == "--target":
            next(rest)
        elif word.startswith("/"):
            folders.append(word)
        elif not word.startswith("-"):
            wanted.append(word)
    return held, wanted, folders


def test_odoo_is_of_the_series_of_its_constraints() -> None:
    series = IMAGES["odoo"].base.removeprefix("odoo:")
    assert f"constraints/oca-{series}.txt" in IMAGES["odoo"].copied.values()
    assert f"constraints/odoo-{series}.txt" in IMAGES["odoo"].copied.values()
    assert stack.services()["odoo"]["image"].endswith(f":{series}")


def test_every_module_the_addon_asks_for_is_brought() -> None:
    """OCA's modules by wheel; the Python packages of the manifest by name."""
    copied = IMAGES["odoo"].copied
    assert copied["/mnt/extra-addons/crm_whatsapp_gateway"] == "crm_whatsapp_gateway"
    wheels = pins(CONSTRAINTS / "oca-18.0.txt")
    assert wheels == {"odoo-addon-mail-gateway", "odoo-addon-mail-gateway-whatsapp"}
    installed = {word for words in IMAGES["odoo"].pip_installs for word in words}
    assert {"phonenumbers", "requests-toolbelt"} <= installed


@pytest.mark.parametrize("name", ["simulator", "setup", "scenarios"])
def test_the_python_is_one_the_simulator_runs_on(name: str) -> None:
    project = tomllib.loads((stack.ROOT / "simulator/pyproject.toml").read_text())
    low, high = re.findall(r"3\.(\d+)", project["project"]["requires-python"])
    minor = re.fullmatch(r"python:3\.(\d+)-slim", IMAGES[name].base)
    assert minor, IMAGES[name].base
    assert int(low) <= int(minor[1]) < int(high)


def test_the_front_is_the_server_that_was_tested(caddy: str) -> None:
    version = subprocess.run(
        [caddy, "version"], capture_output=True, check=True, text=True
    ).stdout
    series = re.match(r"v?(\d+\.\d+)\.", version)
    assert series, version
    assert stack.services()["front"]["image"] == f"caddy:{series[1]}-alpine"


def test_the_scripts_of_the_images_may_be_run() -> None:
    assert (stack.ROOT / "docker/odoo/init.sh").stat().st_mode & 0o111
