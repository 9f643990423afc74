"""Which of Odoo's own options may stand beside ours.

Odoo would answer an option that it does not know in English, and many that it knows
mean nothing here: so they are named.
"""

from __future__ import annotations

from collections.abc import Sequence

# Option: whether a value follows.
KNOWN = {
    "-c": True,
    "--config": True,
    "--addons-path": True,
    "-D": True,
    "--data-dir": True,
    "-r": True,
    "--db_user": True,
    "-w": True,
    "--db_password": True,
    "--db_host": True,
    "--db_port": True,
    "--db_sslmode": True,
    "--pg_path": True,
    "--logfile": True,
    "--log-level": True,
    "--log-handler": True,
}


def unknown_in(arguments: Sequence[str]) -> str | None:
    """The first argument that is none of them; None when all are."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, _value = word.partition("=")
        if name in KNOWN:
            if not equals and rest:
                rest.pop(0)
        elif not _is_joined(word):
            return word
    return None


def config_file(arguments: Sequence[str]) -> str | None:
    """Odoo's settings file that was asked for."""
    found = None
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in ("-c", "--config"):
            found = value if equals else (*arguments[place + 1 :], None)[0]
        elif word.startswith("-c") and _is_joined(word):
            found = word[2:]
    return found


def _is_joined(word: str) -> bool:
    """A short option with its value in one word, as ``-c/etc/odoo.conf``."""
    return word[:2] in KNOWN and not word.startswith("--") and len(word) > 2
