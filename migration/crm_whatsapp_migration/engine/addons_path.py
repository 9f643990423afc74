"""Modules on an addons path: which copy Odoo takes, and whether it is the one needed.

Standard library only: this is asked when nothing else can be imported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Modules of which other repositories hold older or foreign copies, with the least
# version by series (constraints/oca-*.txt), the series itself left out. Ours are told
# by a file that only they have.
LEAST = {
    "mail_gateway": {"18.0": (1, 2, 0), "19.0": (1, 1, 0)},
    "mail_gateway_whatsapp": {"18.0": (2, 2, 0), "19.0": (2, 2, 0)},
}
BRIDGE = "crm_whatsapp_gateway"
MARK = "tools/phone.py"
NAMES = (BRIDGE, *LEAST)


@dataclass(frozen=True)
class ModuleCopy:
    """:param folder: its own folder; ``version``: of its manifest, ``?`` without"""

    name: str
    folder: str
    version: str

    def is_needed(self, series: str) -> bool:
        """Return whether this is the module, not older than the migration needs."""
        if self.name == BRIDGE:
            return (Path(self.folder) / MARK).is_file()
        return is_enough(self.name, self.version, series)


def is_enough(name: str, version: str, series: str) -> bool:
    """Return whether a version of an OCA module is at least the one needed."""
    least = LEAST[name].get(series, ())
    own = version.removeprefix(f"{series}.")
    numbers = tuple(int(part) for part in own.split(".") if part.isdigit())
    return numbers >= least and own != version


def least_version(name: str, series: str) -> str:
    """The least version as a manifest writes it; empty for our own modules."""
    least = LEAST.get(name, {}).get(series, ())
    return ".".join([series, *map(str, least)]) if least else ""


def find_copies(folders: Iterable[str | Path]) -> tuple[ModuleCopy, ...]:
    """Return every copy of the modules, in the order in which Odoo looks."""
    places = [Path(folder) for folder in folders]
    return tuple(
        ModuleCopy(name, str(place / name), _version(place / name))
        for name in NAMES
        for place in places
        if (place / name / "__manifest__.py").is_file()
    )


def _version(folder: Path) -> str:
    text = (folder / "__manifest__.py").read_text(encoding="utf-8", errors="replace")
    try:
        values = ast.literal_eval(text.strip())
    except (SyntaxError, ValueError):
        return "?"
    return str(values.get("version", "?")) if isinstance(values, dict) else "?"
