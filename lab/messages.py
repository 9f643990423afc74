"""Writes an addon's messages anew: `i18n/<addon>.pot`, and what `es.po` lacks.

Odoo itself lists them, in a lab that runs; a message that went is dropped, a new one
stays empty for somebody to translate, which a test of the repository asks for.
"""

from __future__ import annotations

import base64
from pathlib import Path

import polib

from lab import addons, people
from lab.console import LabError, say
from lab.rpc import OdooClient
from lab.settings import Settings
from lab.state import State

EXPORT = "base.language.export"
#: Kept as they were, or every run would change the file.
HEADERS = ("Project-Id-Version", "POT-Creation-Date", "PO-Revision-Date")


def write(settings: Settings) -> list[str]:
    """Refresh the bridge's template and Spanish; messages without translation."""
    state = State.load(settings.home)
    if state is None or not state.ready:
        raise LabError("No hay ningún laboratorio en marcha: «make up».")
    folder = settings.repository / addons.BRIDGE / "i18n"
    template = folder / f"{addons.BRIDGE}.pot"
    exported = polib.pofile(_export(state))
    _keep_headers(exported, template)
    exported.save(str(template))
    spanish = polib.pofile(str(folder / "es.po"), wrapwidth=78)
    spanish.merge(exported)
    for gone in spanish.obsolete_entries():
        spanish.remove(gone)
    spanish.save()
    return [entry.msgid for entry in spanish.untranslated_entries()]


def _export(state: State) -> str:
    client = OdooClient(
        state.odoo["url"], state.odoo["database"], people.ADMIN, people.ADMIN
    )
    modules = client.call("ir.module.module", "search", [["name", "=", addons.BRIDGE]])
    values = {"lang": "__new__", "format": "po", "modules": [[6, 0, modules]]}
    wizard = client.call(EXPORT, "create", [values])
    client.call(EXPORT, "act_getfile", wizard)
    data = client.call(EXPORT, "read", wizard, ["data"])[0]["data"]
    return base64.b64decode(data).decode()


def _keep_headers(exported: polib.POFile, template: Path) -> None:
    if template.is_file():
        known = polib.pofile(str(template)).metadata
        exported.metadata.update({key: known[key] for key in HEADERS if key in known})


def report(missing: list[str]) -> int:
    """Say what is to be translated; an exit status."""
    for message in missing:
        say(f"  sin traducir: {message}")
    say(f"{len(missing)} mensajes sin traducir.")
    return 1 if missing else 0
