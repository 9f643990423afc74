"""The suites of `make test`, in the order they run. A new one is one line here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lab import modes
from lab.console import LabError


class Kind(Enum):
    """What a suite needs around it."""

    #: The tools environment.
    TOOLS = "tools"
    #: Odoo's own test framework on a copy of the database with our addon.
    ADDON = "addon"
    #: OCA's own tests on such a copy; the path is the list of those that differ.
    OCA = "oca"
    #: Odoo's environment, with databases to migrate: see lab/migrations.py.
    MIGRATION = "migration"
    #: A lab of its own, thrown away afterwards.
    LAB = "lab"


@dataclass(frozen=True)
class Suite:
    """A folder or files of tests, by path from the repository."""

    name: str
    title: str
    kind: Kind
    path: str
    #: Folder pytest runs in; it decides which settings of pytest hold.
    folder: str = "."
    workers: int = 0
    #: How the addon works: see lab/modes.py.
    modes: str = modes.BACKGROUND
    #: Odoo servers on the one database.
    nodes: int = 1
    #: Whether OCA's queue_job runs the queues.
    queue_job: bool = False
    #: Whether PostgreSQL keeps what it has committed, whatever happens.
    durable: bool = False


SUITES = (
    Suite("lint", "Reglas del repositorio", Kind.TOOLS, "tests/lint"),
    Suite("wording", "Palabras de los escenarios", Kind.TOOLS, "tests/features"),
    Suite("simulator", "Simulador", Kind.TOOLS, "tests", folder="simulator"),
    Suite("conformance", "Ejemplos de Meta", Kind.TOOLS, "tests/conformance"),
    Suite("lab", "Laboratorio", Kind.TOOLS, "tests/lab"),
    Suite("compose", "docker-compose", Kind.TOOLS, "tests/compose"),
    Suite("addon", "Módulo de Odoo", Kind.ADDON, "crm_whatsapp_gateway"),
    Suite(
        "queue-job",
        "Módulo para queue_job",
        Kind.ADDON,
        "crm_whatsapp_gateway_queue_job",
    ),
    Suite("oca", "Pruebas de la OCA", Kind.OCA, "tests/oca/expected.toml"),
    Suite("packaging", "Instalar y quitar", Kind.TOOLS, "tests/packaging"),
    Suite("migration", "Migración", Kind.MIGRATION, "tests/migration"),
    Suite(
        "migration-addon", "Módulo de migración", Kind.ADDON, "crm_whatsapp_migration"
    ),
    Suite("scenarios", "Escenarios", Kind.LAB, "tests/test_*.py"),
    Suite(
        "direct",
        "Escenarios, sin segundo plano",
        Kind.LAB,
        "tests/test_*.py",
        modes=modes.DIRECT,
    ),
    Suite("browser", "Pantallas de Odoo", Kind.LAB, "tests/browser"),
    Suite(
        "live",
        "En vivo, cuatro procesos",
        Kind.LAB,
        "tests/live",
        workers=4,
        durable=True,
    ),
    Suite(
        "nodes",
        "Dos nodos",
        Kind.LAB,
        "tests/nodes",
        workers=6,
        nodes=2,
        durable=True,
    ),
    Suite(
        "nodes-queue-job",
        "Dos nodos, queue_job",
        Kind.LAB,
        "tests/nodes",
        workers=6,
        nodes=2,
        queue_job=True,
        durable=True,
    ),
)


def chosen(names: str) -> tuple[Suite, ...]:
    """The suites named (separated by spaces or commas), or all."""
    wanted = names.replace(",", " ").split()
    known = {suite.name: suite for suite in SUITES}
    for name in wanted:
        if name not in known:
            raise LabError(f"No hay una suite «{name}». Hay: {', '.join(known)}.")
    return tuple(known[name] for name in wanted) or SUITES
