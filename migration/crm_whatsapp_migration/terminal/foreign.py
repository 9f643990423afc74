"""Says which module is in the way when the command cannot even be loaded."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from odoo.addons.crm_whatsapp_migration.engine.addons_path import BRIDGE, find_copies
from odoo.addons.crm_whatsapp_migration.engine.words import say

from . import exit_codes

COMMAND = "whatsapp_migrate"
_FOREIGN = (
    "The module %(name)s that Odoo finds first is not the one that this migration"
    " belongs to: %(folder)s, version %(version)s. Take that folder out of the addons"
    " path, or put the folder with the right one before it."
)
_ABSENT = (
    "The module %(name)s is not on the addons path. Put its folder, and those of the"
    " OCA modules, into --addons-path."
)


def refuse(argv: Sequence[str], folders: Iterable[str], error: ImportError) -> NoReturn:
    """End the command with what is wrong with the addons path.

    :raise SystemExit: when the command was asked for and a module is in the way
    :raise ImportError: otherwise
    """
    copies = [copy for copy in find_copies(folders) if copy.name == BRIDGE]
    series = ""
    if COMMAND not in argv or (copies and copies[0].is_needed(series)):
        raise error
    lang = "en" if "en" in argv[argv.index(COMMAND) :] else "es"
    words, values = _ABSENT, {"name": BRIDGE}
    if copies:
        words = _FOREIGN
        values |= {"folder": copies[0].folder, "version": copies[0].version}
    sys.stderr.write(say(words, values, lang) + "\n")
    sys.exit(exit_codes.NOT_READY)
