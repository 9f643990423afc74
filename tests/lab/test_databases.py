"""PostgreSQL and templates: our own server, and one that the user gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.console import LabError
from lab.databases import Databases, Given, Own, cursor, filestore
from lab.postgres import Cluster, Server


def url(server: Server, password: str | None = None) -> str:
    secret = password or server.password
    place = f"{server.host}:{server.port}"
    return f"postgresql://{server.user}:{secret}@{place}/postgres"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    cluster = Cluster(tmp_path / "server")
    password = cluster.create()
    yield cluster.start(password)
    cluster.stop()
    cluster.clear()


def fill(store: Databases, home: Path, server: Server) -> None:
    """A table and a file, as an installation would leave."""
    with cursor(server, store.name(home)) as cr:
        cr.execute("CREATE TABLE things (name text)")
        cr.execute("INSERT INTO things VALUES ('one')")
    files = filestore(home, store.name(home))
    files.mkdir(parents=True)
    (files / "picture").write_text("pixels")


def things(store: Databases, home: Path, server: Server) -> list[str]:
    with cursor(server, store.name(home)) as cr:
        cr.execute("SELECT name FROM things ORDER BY name")
        return [row[0] for row in cr.fetchall()]


def create(server: Server, name: str) -> None:
    # As Odoo does when it makes its database.
    given = Given(Path(), url(server))
    given._run("CREATE DATABASE {}", name)


def check_copies(store: Databases, tmp_path: Path) -> None:
    made, copy = tmp_path / "made", tmp_path / "copy"
    server = store.open(made, None)
    create(server, store.name(made))
    fill(store, made, server)
    assert not store.has("people-1")
    store.keep(made, "people-1")
    assert store.has("people-1")

    for _ in range(2):
        server = store.open(copy, "people-1")
        assert things(store, copy, server) == ["one"]
        assert (filestore(copy, store.name(copy)) / "picture").read_text() == "pixels"
        # Spoils the copy; the next one is as good as the first.
        with cursor(server, store.name(copy)) as cr:
            cr.execute("INSERT INTO things VALUES ('two')")
        (filestore(copy, store.name(copy)) / "picture").write_text("other")
    store.drop(copy)


def test_templates_as_files_of_our_own_server(tmp_path: Path) -> None:
    check_copies(Own(tmp_path / "templates"), tmp_path)


def test_templates_in_a_given_server(tmp_path: Path, server: Server) -> None:
    check_copies(Given(tmp_path / "templates", url(server)), tmp_path)


def test_a_given_server_that_refuses_is_said(tmp_path: Path, server: Server) -> None:
    store = Given(tmp_path, url(server, "wrong"))
    with pytest.raises(LabError, match="Revise DATABASE_URL"):
        store.open(tmp_path / "lab", None)


def test_the_role_postgres_is_refused(tmp_path: Path, server: Server) -> None:
    with cursor(server, "postgres") as cr:
        cr.execute("CREATE ROLE postgres LOGIN SUPERUSER PASSWORD 'x'")
    address = f"postgresql://postgres:x@{server.host}:{server.port}/postgres"
    with pytest.raises(LabError, match="no acepta el usuario «postgres»"):
        Given(tmp_path, address).open(tmp_path / "lab", None)


def test_a_server_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "broken")
    password = cluster.create()
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(LabError, match="no_such_setting"):
        cluster.start(password)
    cluster.clear()


def test_a_stopped_server_keeps_its_data(tmp_path: Path) -> None:
    store = Own(tmp_path / "templates")
    home = tmp_path / "lab"
    server = store.open(home, None)
    create(server, store.name(home))
    fill(store, home, server)
    store.close(home)
    assert Cluster(home).running() is None
    assert things(store, home, store.resume(home)) == ["one"]
    store.drop(home)


@pytest.mark.parametrize("durable", [False, True])
def test_a_lab_that_asks_for_it_keeps_what_is_committed(
    tmp_path: Path, durable: bool
) -> None:
    store = Own(tmp_path / "templates", durable=durable)
    home = tmp_path / "lab"
    store.open(home, None)
    store.close(home)
    with cursor(store.resume(home), "postgres") as cr:
        found = []
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cr.execute(f"SHOW {name}")
            found.append(cr.fetchone())
    assert found == [("on" if durable else "off",)] * 3
    store.drop(home)
