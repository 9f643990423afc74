"""Every variable is read by somebody, every command is there to be run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from . import stack

SERVICES = stack.services()
IMAGES = stack.images()

# What the public images bring, with where it says so: programs, and variables that
# their own entry points read.
PROGRAMS = {
    "caddy": {"wget"},  # Alpine's busybox
    "odoo": {"curl", "odoo", "psql"},  # the image's own Dockerfile
    "postgres": {"pg_isready"},
    "python": {"python"},
}
VARIABLES = {
    "caddy": set(),
    "odoo": {"HOST", "USER", "PASSWORD"},
    "postgres": {"POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_USER"},
    "python": set(),
}
# Read by OpenSSL and requests, whatever the image.
LIBRARIES = {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}


def programs(service: str) -> set[str]:
    """Programs that the image of a service has on its path."""
    found = set(PROGRAMS[stack.base_image(service).split(":")[0]])
    if image := IMAGES.get(service):
        found |= {Path(target).name for target in image.copied if "/bin/" in target}
        for words in image.pip_installs:
            for word in words:
                project = stack.ROOT / image.copied.get(word, "") / "pyproject.toml"
                if word in image.copied and project.is_file():
                    found |= set(
                        tomllib.loads(project.read_text())["project"]["scripts"]
                    )
    return found


def commands(service: str) -> list[list[str]]:
    """What the service and its health check run."""
    found = []
    if "command" in SERVICES[service]:
        found.append(SERVICES[service]["command"])
    if check := SERVICES[service].get("healthcheck"):
        kind, *words = check["test"]
        found.append(words if kind == "CMD" else words[0].split())
    return found


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_command_exists_in_its_image(name: str) -> None:
    for program, *_ in commands(name):
        assert program in programs(name)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_files_and_modules_that_a_command_names_exist(name: str) -> None:
    """`python x.py`, `python -m pytest <path>`: found where the image has them."""
    for program, *words in commands(name):
        if program != "python":
            continue
        copied = {str(Path(one)) for one in IMAGES[name].copied.values()}
        files = [word for word in words if "/" in word or word == "tests"]
        assert files
        for word in files:
            assert (stack.ROOT / word).exists(), word
            assert any(Path(word).is_relative_to(one) for one in copied), word


def test_the_scenarios_are_all_that_is_sent_of_the_tests() -> None:
    folders = [path for path in (stack.ROOT / "tests").iterdir() if path.is_dir()]
    kept_out = {"compose", "lab", "lint", "live", "nodes", "packaging", "__pycache__"}
    sent = {path.name for path in folders if not stack.is_ignored(f"tests/{path.name}")}
    assert sent == {path.name for path in folders} - kept_out


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_variable_is_read(name: str) -> None:
    given = set(SERVICES[name].get("environment", {}))
    unread = given - VARIABLES[stack.base_image(name).split(":")[0]] - LIBRARIES
    sources = _sources(name)
    for variable in sorted(unread):
        if variable.startswith("WA_SIM_") and name == "simulator":
            continue  # test_simulator.py asks the program itself
        pattern = re.compile(rf"\b{variable}\b")
        assert any(pattern.search(text) for text in sources), variable


def _sources(service: str) -> list[str]:
    """Text of all that is copied or mounted into a service."""
    paths = (
        [stack.ROOT / one for one in IMAGES[service].copied.values()]
        if (service in IMAGES)
        else []
    )
    for volume in SERVICES[service].get("volumes", []):
        if volume.startswith("./"):
            paths.append(stack.ROOT / volume.split(":")[0])
    files = [
        file
        for path in paths
        for file in ([path] if path.is_file() else sorted(path.rglob("*")))
        if file.is_file() and not file.is_relative_to(stack.ROOT / "tests/compose")
    ]
    return [file.read_text(encoding="utf-8", errors="ignore") for file in files]


def test_mounted_files_exist() -> None:
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith((".", "/"))
    ]
    assert mounted
    assert [path for path in mounted if not (stack.ROOT / path).is_file()] == []


def test_odoo_trusts_the_authority_where_the_simulator_keeps_it() -> None:
    written = _mount("simulator", "simulator-state")
    read = _mount("odoo", "simulator-state")
    assert written == SERVICES["simulator"]["environment"]["WA_SIM_STATE_DIR"]
    for name in LIBRARIES:
        assert SERVICES["odoo"]["environment"][name] == f"{read}/ca.pem"
    assert "simulator-state:/etc/wa-simulator:ro" in SERVICES["odoo"]["volumes"]


def _mount(service: str, volume: str) -> str:
    found = [
        one for one in SERVICES[service]["volumes"] if one.startswith(f"{volume}:")
    ]
    return found[0].split(":")[1]


def test_the_services_mean_the_same_database_and_the_same_server() -> None:
    odoo, outside = SERVICES["odoo"]["environment"], SERVICES["setup"]["environment"]
    database = SERVICES["db"]["environment"]
    assert odoo["HOST"] == "db"
    assert (odoo["USER"], odoo["PASSWORD"]) == (
        database["POSTGRES_USER"],
        database["POSTGRES_PASSWORD"],
    )
    assert outside["ODOO_DB"] == odoo["ODOO_DB"]
    assert SERVICES["odoo"]["command"] == ["odoo", "--database", odoo["ODOO_DB"]]
    assert SERVICES["scenarios"]["environment"] == outside
    assert outside["ODOO_URL"] == "http://odoo:8069"
    port = SERVICES["simulator"]["environment"]["WA_SIM_PORT"]
    assert outside["WA_SIM_URL"] == f"http://simulator:{port}"
