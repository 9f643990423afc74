"""Writes an addon's messages anew: `i18n/<addon>.pot`, and what `es.po` lacks.

Odoo itself lists them, in a lab that runs; a new one stays empty for somebody to
translate, which a test asks for. None is dropped: the other series may have it.
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
    _keep(exported, template)
    exported.save(str(template))
    spanish = polib.pofile(str(folder / "es.po"), wrapwidth=78)
    spanish.merge(exported)
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


def _keep(exported: polib.POFile, template: Path) -> None:
    """What the template had: its headers, other messages, other places of them."""
    if not template.is_file():
        return
    known = polib.pofile(str(template))
    headers = {key: known.metadata[key] for key in HEADERS if key in known.metadata}
    exported.metadata.update(headers)
    found = {entry.msgid: entry for entry in exported}
    for entry in known:
        if entry.msgid not in found:
            exported.append(entry)
            continue
        places = found[entry.msgid].occurrences
        places.extend(place for place in entry.occurrences if place not in places)
    exported.sort(key=lambda entry: entry.msgid)


def report(missing: list[str]) -> int:
    """Say what is to be translated; an exit status."""
    for message in missing:
        say(f"  sin traducir: {message}")
    say(f"{len(missing)} mensajes sin traducir.")
    return 1 if missing else 0
