"""Template databases, in layers so that a change costs what it must.

foundation: the modules ours depends on, Spanish; bridge: our addon on top (addon
tests run on a copy of it); people: the lab's company and users. Beside people:
migration, on the bridge; legacy, a database before any of ours.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab import addons, people
from lab.databases import Databases, databases
from lab.locks import exclusive
from lab.odoo import Odoo
from lab.settings import Settings
from lab.sources import OdooSource

LAYOUT_VERSION = "2"
KEPT_PER_LAYER = 4
SEED = Path(__file__).with_name("seed.py")


@dataclass(frozen=True)
class Layer:
    """A template: what stands below it, and what is done on top."""

    name: str
    key: str
    below: Layer | None
    build: Callable[[Odoo], None]


@dataclass(frozen=True)
class Layers:
    """The layers of one series and one state of the code."""

    foundation: Layer
    bridge: Layer
    people: Layer
    #: Addons folder with OCA's modules.
    oca: Path
    #: Names the code of Odoo.
    identity: str

    def migration(self, addon: Path) -> Layer:
        """The migration on top of the bridge."""
        return Layer(
            "migration",
            _key("migration", self.bridge.key, addons.content_key(addon)),
            self.bridge,
            lambda odoo: odoo.install([addon.name], f"Instalando {addon.name}"),
        )

    def queue_job(self, addon: Path, below: Layer, wheels: str) -> Layer:
        """OCA's queue_job and our glue to it on top of another layer.

        :param wheels: key of the addons folder with queue_job
        """
        return Layer(
            "queue_job",
            _key("queue_job", below.key, addons.content_key(addon), wheels),
            below,
            lambda odoo: odoo.install([addon.name], f"Instalando {addon.name}"),
        )

    def legacy(self, stand_in: Path, *, with_oca: bool) -> Layer:
        """A database of the module that is left behind, ours not installed."""
        below = self.foundation if with_oca else None
        origin = below.key if below else self.identity

        def build(odoo: Odoo) -> None:
            if below is None:
                odoo.install(["base"], "Creando una base sin la OCA (una sola vez)")
            odoo.install([stand_in.name], f"Instalando {stand_in.name}, de pruebas")

        name = "legacy2" if with_oca else "legacy1"
        key = _key(name, origin, addons.content_key(stand_in))
        return Layer(name, key, below, build)


def _key(name: str, *parts: str) -> str:
    text = "\0".join((LAYOUT_VERSION, name, *parts))
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def layers(source: OdooSource, settings: Settings, bridge_addon: Path) -> Layers:
    """The layers for this Odoo and this state of our addon."""
    oca, oca_key = addons.oca(source.series.name, settings)
    below = addons.dependencies(bridge_addon) + list(source.series.extra_modules)
    foundation = Layer(
        "foundation",
        _key("foundation", source.identity, source.series.name, oca_key, *below),
        None,
        lambda odoo: _install_foundation(odoo, below),
    )
    bridge = Layer(
        "bridge",
        _key("bridge", foundation.key, addons.content_key(bridge_addon)),
        foundation,
        lambda odoo: odoo.install([addons.BRIDGE], "Instalando crm_whatsapp_gateway"),
    )
    plan = _plan(source.series.groups_field)
    seeded = Layer(
        "people",
        _key("people", bridge.key, plan, SEED.read_text()),
        bridge,
        lambda odoo: odoo.shell(
            SEED, "Creando la empresa y los usuarios", {"WA_LAB_SEED": plan}
        ),
    )
    identity = f"{source.identity} {source.series.name}"
    return Layers(foundation, bridge, seeded, oca, identity)


def _install_foundation(odoo: Odoo, modules: list[str]) -> None:
    series = odoo.source.series.name
    # Alone: 18.0 stumbles over its own address codes of languages when another
    # Spanish is loaded while `base` is being made.
    odoo.install(["base"], f"Creando una base de Odoo {series} (una sola vez)")
    odoo.install(
        modules,
        f"Instalando Odoo {series} y los módulos de la OCA (una sola vez)",
        f"--load-language={people.LANGUAGE}",
    )


def _plan(groups_field: str) -> str:
    plan = {
        "company": people.COMPANY,
        "language": people.LANGUAGE,
        "time_zone": people.TIME_ZONE,
        "groups_field": groups_field,
        "people": [dataclasses.asdict(one) for one in people.PEOPLE],
    }
    return json.dumps(plan, ensure_ascii=False)


def ensure(
    layer: Layer, source: OdooSource, folders: tuple[Path, ...], settings: Settings
) -> str:
    """Build the layer and those below unless they are there; its key."""
    store = databases(settings)
    if store.has(layer.key):
        return layer.key
    if layer.below:
        ensure(layer.below, source, folders, settings)
    with exclusive(settings.locks / f"{layer.key}.lock", "la base de datos modelo"):
        if not store.has(layer.key):
            _build(layer, source, folders, settings, store)
            _prune(settings.cache / "templates", layer.name)
    return layer.key


def ensure_queue_job(
    layers: Layers,
    below: Layer,
    source: OdooSource,
    folders: tuple[Path, ...],
    settings: Settings,
) -> tuple[str, tuple[Path, ...]]:
    """Build the layer with queue_job; its key and the addons folders it needs.

    :param folders: those of the layer below, ours last
    """
    # Without queue_job in sight: this layer is everybody's.
    ensure(below, source, folders, settings)
    wheels, key = addons.oca(source.series.name, settings, "queue_job")
    addons.suit_older(wheels, source.python_path)
    layer = layers.queue_job(folders[-1] / addons.QUEUE_JOB, below, key)
    folders = (wheels, *folders)
    return ensure(layer, source, folders, settings), folders


def _build(
    layer: Layer,
    source: OdooSource,
    folders: tuple[Path, ...],
    settings: Settings,
    store: Databases,
) -> None:
    home = settings.cache / "building" / layer.key
    store.drop(home)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        server = store.open(home, layer.below.key if layer.below else None)
        odoo = Odoo(source, home, folders, server, store.name(home))
        odoo.configure()
        layer.build(odoo)
        store.keep(home, layer.key)
    finally:
        # The log of a failed build is what its user needs to read: it stays.
        store.drop(home)
    shutil.rmtree(home)


def _prune(templates: Path, name: str) -> None:
    """Keep the layers used last; each is some 100 MB."""
    # Templates in the user's server have only their files here.
    found = [p for p in templates.glob(f"{name}-*") if (p / "postgres").is_dir()]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in found[KEPT_PER_LAYER:]:
        shutil.rmtree(old, ignore_errors=True)
