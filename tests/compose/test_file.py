"""The file is valid, hermetic, and starts its services in the right order."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from . import stack

SERVICES = stack.services()
ONE_SHOTS = {"init", "setup", "scenarios"}
SERVERS = sorted(set(SERVICES) - ONE_SHOTS)


def errors(document: dict[str, Any]) -> list[str]:
    """What the compose specification's own schema says against a document."""
    vendored = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [
        f"{error.json_path}: {error.message}"
        for error in validator.iter_errors(document)
    ]


def test_it_is_valid_by_the_compose_specification() -> None:
    assert errors(stack.read()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "db", "helthcheck"), {"test": "true"}),
        (("services", "odoo", "depends_on", "db", "condition"), "healthy"),
        (("services", "front", "ports"), "127.0.0.1:8069:8069"),
        (("networks", "backend", "internal"), ["yes"]),
    ],
)
def test_the_schema_would_notice_a_mistake(path: tuple[str, ...], value: Any) -> None:
    document = copy.deepcopy(stack.read())
    *parents, last = path
    place = document
    for parent in parents:
        place = place[parent]
    place[last] = value

    assert errors(document) != []


def test_docker_itself_accepts_it() -> None:
    docker = shutil.which("docker")
    if (
        not docker
        or subprocess.run(
            [docker, "compose", "version"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no docker compose on this machine; the schema was checked")
    subprocess.run(
        [docker, "compose", "--profile", "scenarios", "config", "--quiet"],
        cwd=stack.ROOT,
        check=True,
    )


def test_only_the_front_leaves_the_internal_network() -> None:
    networks = stack.read()["networks"]
    assert networks["backend"]["internal"] is True

    outside = {
        name for name, one in SERVICES.items() if set(one["networks"]) != {"backend"}
    }

    assert outside == {"front"}
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"front"}
    assert [name for name, one in SERVICES.items() if "network_mode" in one] == []


def test_ports_are_open_to_this_machine_only() -> None:
    ports = SERVICES["front"]["ports"]
    assert all(port.startswith("127.0.0.1:") for port in ports), ports


def test_the_simulator_has_the_names_odoo_calls() -> None:
    aliases = SERVICES["simulator"]["networks"]["backend"]["aliases"]
    assert sorted(aliases) == ["graph.facebook.com", "lookaside.fbsbx.com"]


@pytest.mark.parametrize("name", SERVERS)
def test_every_server_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_it_waits_for_what_it_needs(name: str) -> None:
    for other, wish in SERVICES[name].get("depends_on", {}).items():
        expected = (
            "service_completed_successfully"
            if other in ONE_SHOTS
            else "service_healthy"
        )
        assert (other, wish["condition"]) == (other, expected)


@pytest.mark.parametrize("name", sorted(ONE_SHOTS))
def test_a_one_shot_is_not_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "no"


def test_a_server_asks_for_the_end_of_every_one_shot_that_up_starts() -> None:
    """Else `docker compose up --wait` takes the finished container for a failed one."""
    asked = {
        other for name in SERVERS for other in SERVICES[name].get("depends_on", {})
    }
    started = {name for name in ONE_SHOTS if "profiles" not in SERVICES[name]}
    assert started - asked == set()


def test_only_the_scenarios_need_a_profile() -> None:
    profiles = {
        name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one
    }
    assert profiles == {"scenarios": ["scenarios"]}


def test_every_volume_is_declared_and_used() -> None:
    used = {
        source
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not (source := volume.split(":")[0]).startswith(".")
    }
    assert used == set(stack.read()["volumes"])
