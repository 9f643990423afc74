"""The simulator's service, really run: its command, its variables, its check."""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import inspect
import json
import os
import socket
import ssl
import subprocess
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest

from wa_simulator.config import PREFIX, add_serve_flags
from wa_simulator.graph.hosts import META_HOSTS

from . import stack, waiting

SERVICE = stack.services()["simulator"]
ALIASES = SERVICE["networks"]["backend"]["aliases"]


@dataclass(frozen=True)
class Running:
    """The service on this machine: what the file says, ports and folder mapped."""

    port: int
    tls_port: int
    state: Path

    def check(self) -> subprocess.CompletedProcess[bytes]:
        """Run the health check of the file against the mapped port."""
        words = SERVICE["healthcheck"]["test"][1:]
        given = SERVICE["environment"]["WA_SIM_PORT"]
        mapped = [word.replace(f":{given}", f":{self.port}") for word in words]
        return subprocess.run(
            here(mapped), capture_output=True, check=False, env=environment({})
        )

    def get(self, path: str, host: str) -> bytes:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": host}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()


def here(command: list[str]) -> list[str]:
    """The command with the program of this environment."""
    return [str(Path(sysconfig.get_path("scripts")) / command[0]), *command[1:]]


def environment(extra: dict[str, str]) -> dict[str, str]:
    """This process's environment without what would change the simulator."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and not name.lower().endswith("_proxy")
    }
    return {**kept, **extra}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    state, ready, log = (tmp_path / name for name in ("state", "ready", "log"))
    state.mkdir()
    mapped = {
        **SERVICE["environment"],
        "WA_SIM_HOST": "127.0.0.1",
        "WA_SIM_PORT": "0",
        "WA_SIM_TLS_PORT": "0",
        "WA_SIM_STATE_DIR": str(state),
        "WA_SIM_READY_FILE": str(ready),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            here(SERVICE["command"]),
            env=environment(mapped),
            stdout=output,
            stderr=output,
        )
        try:
            waiting.until(
                lambda: ready.exists() or process.poll() is not None, "it listens", 60
            )
            assert process.poll() is None, log.read_text()
            told = json.loads(ready.read_text())
            yield Running(told["port"], told["tls_port"], state)
        finally:
            process.terminate()
            process.wait(10)


def test_the_image_alone_is_reached_from_outside_of_it(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """`docker run -p 4004:4004` without a variable: not on loopback alone."""
    image = stack.images()["simulator"]
    given = dict(pair.split("=", 1) for one in image.every("ENV") for pair in one.words)
    exposed = {word for one in image.every("EXPOSE") for word in one.words}
    assert given["WA_SIM_PORT"] in exposed
    port, ready = free_port(), tmp_path / "ready"
    mapped = {
        **given,
        "WA_SIM_PORT": str(port),
        "WA_SIM_STATE_DIR": str(tmp_path / "state"),
        "WA_SIM_READY_FILE": str(ready),
    }
    command = json.loads(image.every("CMD")[0].text)
    process = subprocess.Popen(
        here(command), env=environment(mapped), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        waiting.until(
            lambda: ready.exists() or process.poll() is not None, "it listens", 60
        )
        # An address of this machine that is not the one of `--host 127.0.0.1`.
        url = f"http://127.0.0.2:{port}/v24.0/x"
        request = urllib.request.Request(url, headers={"Host": "localhost:4004"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        assert caught.value.code == 401
        caught.value.close()
    finally:
        process.terminate()
        process.wait(10)


def test_every_variable_is_a_flag() -> None:
    parser = argparse.ArgumentParser()
    add_serve_flags(parser, {})
    flags = {f"{PREFIX}{name.upper()}" for name in vars(parser.parse_args([]))}
    given = {name for name in SERVICE["environment"] if name.startswith(PREFIX)}
    assert given
    assert given - flags == set()


def test_its_aliases_are_names_it_answers_to() -> None:
    assert set(ALIASES) <= set(META_HOSTS)


def test_the_check_fails_where_nothing_runs(free_port: Callable[[], int]) -> None:
    nothing = Running(free_port(), 0, Path())
    assert nothing.check().returncode != 0


def test_it_is_healthy_and_reached_by_the_name_it_has(running: Running) -> None:
    name = urlsplit(stack.services()["setup"]["environment"]["WA_SIM_URL"]).hostname

    world = json.loads(running.get("/_sim/world", f"{name}:{running.port}"))

    assert world
    assert running.check().returncode == 0


def test_it_refuses_a_name_it_was_not_given(running: Running) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        running.get("/_sim/world", "rebound.example")
    with refused.value as answer:
        assert answer.code in {400, 403, 421}


@pytest.mark.parametrize("alias", ALIASES)
def test_odoo_can_trust_it_as_meta(running: Running, alias: str) -> None:
    """The authority lies where the volume is, and may be read by another user."""
    authority = running.state / "ca.pem"
    assert authority.stat().st_mode & 0o044 == 0o044
    assert running.state.stat().st_mode & 0o055 == 0o055
    context = ssl.create_default_context(cafile=str(authority))
    address = ("127.0.0.1", running.tls_port)
    with (
        socket.create_connection(address, timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=alias) as trusted,
    ):
        assert trusted.getpeercert()


def test_the_authoritys_key_is_for_the_simulator_alone(running: Running) -> None:
    """Odoo mounts the folder: what it may read must hold no private key."""
    readable = [
        path
        for path in running.state.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o044
    ]
    assert [path for path in readable if b"PRIVATE KEY" in path.read_bytes()] == []


@pytest.fixture
def setup_service() -> ModuleType:
    """What the service `setup` runs, loaded without being run."""
    path = stack.ROOT / stack.services()["setup"]["command"][1]
    spec = importlib.util.spec_from_file_location("setup_service", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_setup_finds_the_credentials_it_types_into_odoo(
    running: Running, setup_service: ModuleType
) -> None:
    url = f"http://127.0.0.1:{running.port}"

    world = setup_service.world(url)

    assert world.url == url
    told = dataclasses.asdict(world)
    assert [name for name, value in told.items() if not value and name != "ca"] == []
    # Called as the setup calls it: address of Odoo, database, the simulator's world.
    inspect.signature(setup_service.gateway.connect).bind("http://odoo", "db", world)
