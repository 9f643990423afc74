"""Which Odoo and which simulator a run is about, from the environment.

A lab says it all in its `state.json`, named by LAB_STATE. Somebody's own Odoo is named
by ODOO_URL, ODOO_DB and an administrator's ODOO_LOGIN and ODOO_PASSWORD, its simulator
by WA_SIM_URL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.drivers.backstage import Backstage
from tests.drivers.people import Person

HINT = (
    "Use «make scenarios», que levanta un laboratorio, o indique ODOO_URL, ODOO_DB,"
    " ODOO_LOGIN, ODOO_PASSWORD y WA_SIM_URL."
)


class NoTarget(Exception):
    """A sentence that says what is missing and what to do."""


@dataclass(frozen=True)
class Target:
    """Addresses and logins."""

    odoo_url: str
    database: str
    simulator_url: str
    administrator: Person
    #: Those of a lab; empty elsewhere: then a run makes its own.
    staff: tuple[Person, ...] = ()
    odoo_log: Path | None = None
    #: What Odoo, PostgreSQL and the mail server write, where it can be read.
    logs: tuple[Path, ...] = ()
    #: Processes of Odoo, where it is known.
    workers: int | None = None
    #: Of a lab only.
    backstage: Backstage | None = None
    #: Whoever says so takes the blame: run even where the database looks like a
    #: productive one.
    forced: bool = False

    @property
    def is_lab(self) -> bool:
        return bool(self.staff)


def read_target(env: Mapping[str, str]) -> Target:
    """The run's target; NoTarget names the variable that is missing."""
    if env.get("LAB_STATE"):
        return _lab(Path(env["LAB_STATE"]), env)
    names = ("ODOO_URL", "ODOO_DB", "ODOO_LOGIN", "ODOO_PASSWORD", "WA_SIM_URL")
    missing = [name for name in names if not env.get(name)]
    if missing:
        raise NoTarget(f"No se sabe contra qué correr: falta {missing[0]}. {HINT}")
    login = env["ODOO_LOGIN"]
    return Target(
        odoo_url=env["ODOO_URL"].rstrip("/"),
        database=env["ODOO_DB"],
        simulator_url=env["WA_SIM_URL"],
        administrator=Person(login, env["ODOO_PASSWORD"], login, "admin"),
        forced=env.get("WA_FORCE_PRODUCTION") == "1",
    )


def _logs(state: dict[str, Any]) -> tuple[Path, ...]:
    # A PostgreSQL of the user's own keeps its log where it likes.
    found = [
        state["odoo"]["log"],
        state["postgres"]["log"],
        f"{state['home']}/mail.log",
    ]
    return tuple(path for path in map(Path, found) if path.is_file())


def _lab(path: Path, env: Mapping[str, str]) -> Target:
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoTarget(f"No se puede leer LAB_STATE={path}: {error}. {HINT}") from error
    people = [Person(**login) for login in state["logins"].values()]
    [administrator] = [person for person in people if person.role == "admin"]
    return Target(
        odoo_url=env.get("ODOO_URL") or state["odoo"]["url"],
        database=env.get("ODOO_DB") or state["odoo"]["database"],
        simulator_url=env.get("WA_SIM_URL") or state["simulator"]["url"],
        administrator=administrator,
        staff=tuple(person for person in people if person != administrator),
        odoo_log=Path(state["odoo"]["log"]),
        logs=_logs(state),
        workers=int(state["workers"]),
        backstage=Backstage(state),
    )
