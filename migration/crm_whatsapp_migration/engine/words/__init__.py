"""Words of the engine in Spanish, by their English source.

The engine runs without Odoo's translations: nothing of the addon is installed when
``plan`` looks at a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import command_es, decisions_es, plan_es, rollback_es, screen_es, verify_es

SPANISH: dict[str, str] = {
    **screen_es.WORDS,
    **plan_es.WORDS,
    **decisions_es.WORDS,
    **verify_es.WORDS,
    **rollback_es.WORDS,
    **command_es.WORDS,
}


def say(words: str, values: Mapping[str, Any], lang: str) -> str:
    """Words with their values, in Spanish for ``es…``, else in English.

    :param words: English, the key of its translation, with ``%(name)s``
    """
    if lang.startswith("es"):
        words = SPANISH.get(words, words)
    return words % values if values else words
