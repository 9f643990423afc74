"""Words for a wrong name: what was got, what is nearest, what is known."""

import difflib
from collections.abc import Iterable


def nearest(got: str, known: Iterable[str]) -> str | None:
    """The known name closest to ``got``; None when nothing resembles it."""
    found = difflib.get_close_matches(got, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def unknown(what: str, got: str, known: Iterable[str]) -> str:
    """A sentence: ``unknown key 'pase': nearest 'phase'; known: match, phase``."""
    names = sorted(known)
    close = nearest(got, names)
    hint = f"nearest '{close}'; " if close else ""
    return f"unknown {what} '{got}': {hint}known: {', '.join(names)}"
