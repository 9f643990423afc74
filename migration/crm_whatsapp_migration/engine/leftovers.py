"""What is left of the old module's WhatsApp: files, and records that show it.

The module does more than WhatsApp, so its folder may stay; these parts of it must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .legacy import LEGACY_MODULE

COMPOSER = "whatsapp.composer"
# A model that is defined (not extended), a route of the old webhook, a record or view
# of one of the models.
_DEFINES = re.compile(
    r"""_name\s*=\s*["'](whatsapp\.(?:gateway|message|template|composer))["']"""
)
_ROUTE = re.compile(r"""["']/whatsapp/(?:webhook|send)""")
_RECORD = re.compile(
    r"""whatsapp\.(?:gateway|message|template|composer)\b|whatsapp_message_ids"""
)


def find_files(folders: Iterable[str | Path]) -> dict[str, str]:
    """``{file: what it holds}`` of the old module's WhatsApp on an addons path.

    Files are named from the module's folder on; empty when there is none.
    """
    found: dict[str, str] = {}
    for folder in folders:
        top = Path(folder) / LEGACY_MODULE
        if not (top / "__manifest__.py").exists():
            continue
        for path in sorted(top.rglob("*")):
            if path.suffix in (".py", ".xml", ".csv") and path.is_file():
                held = _holds(path)
                if held:
                    found[str(path.relative_to(top.parent))] = held
    return found


def _holds(path: Path) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".py":
        return "records" if _RECORD.search(text) else ""
    if models := sorted(set(_DEFINES.findall(text))):
        return ", ".join(models)
    return "webhook" if _ROUTE.search(text) else ""


# Views of the module that show the old models: without its files they break the lead's
# form. Its window actions break nothing.
RECORDS = """
    SELECT data.module || '.' || data.name, data.model
      FROM ir_model_data data
      JOIN ir_ui_view view ON view.id = data.res_id
     WHERE data.module = %(module)s AND data.model = 'ir.ui.view' AND view.active
       AND (view.model LIKE 'whatsapp.%%'
            OR view.arch_db::text ~ 'whatsapp_(message_ids|count)')
     ORDER BY 1
"""
