"""argparse in the reader's language: its own words are English only."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from odoo.addons.crm_whatsapp_migration.engine.words import say

from . import exit_codes

# What argparse says, as a pattern, and our sentence for it.
_SAID = (
    (
        r"argument (?P<name>.+?): invalid choice: (?P<value>.+?) \(choose from "
        r"(?P<known>.+)\)",
        "%(name)s: %(value)s is not one of %(known)s.",
    ),
    (
        r"argument (?P<name>.+?): expected (one|at least one) argument",
        "%(name)s needs a value.",
    ),
    (
        r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)",
        "%(name)s takes no value, and %(value)s was given.",
    ),
    (r"the following arguments are required: (?P<name>.+)", "Missing: %(name)s."),
    (r"argument (?P<name>.+?): (?P<reason>.+)", "%(name)s: %(reason)s"),
)
_TITLES = {"positional arguments": "commands", "options": "options"}


class Wrong(argparse.ArgumentTypeError):
    """A value that cannot be used; ``words`` and ``values`` say why."""

    def __init__(self, words: str, **values: Any) -> None:
        super().__init__(words % values)
        self.words, self.values = words, values


class Parser(argparse.ArgumentParser):
    """:param lang: of everything it says"""

    def __init__(self, *args: Any, lang: str = "es", **kwargs: Any) -> None:
        # An abbreviation that means something today means another thing tomorrow.
        super().__init__(*args, allow_abbrev=False, add_help=False, **kwargs)
        self.lang = lang
        self.add_argument("-h", "--help", action="help", help=self.say("this text"))
        for group in self._action_groups:
            group.title = self.say(_TITLES.get(group.title or "", group.title or ""))

    def say(self, words: str, **values: Any) -> str:
        return say(words, values, self.lang)

    def format_usage(self) -> str:
        return self._in_words(super().format_usage())

    def format_help(self) -> str:
        return self._in_words(super().format_help())

    def _in_words(self, text: str) -> str:
        return text.replace("usage: ", self.say("usage:") + " ", 1)

    def _get_value(self, action: argparse.Action, text: str) -> Any:
        try:
            return super()._get_value(action, text)
        except argparse.ArgumentError as error:
            reason = error.__context__
            if isinstance(reason, Wrong):
                words = self.say(reason.words, **reason.values)
                raise argparse.ArgumentError(action, words) from error
            raise

    def error(self, message: str) -> NoReturn:
        self.refuse(self._translated(message))

    def refuse(self, words: str) -> NoReturn:
        """Say what is wrong and where help is, and end.

        :raise SystemExit: with ``exit_codes.USAGE``
        """
        hint = self.say("Help: %(program)s --help", program=self.prog)
        self.exit(exit_codes.USAGE, f"{words}\n{hint}\n")

    def _translated(self, message: str) -> str:
        for pattern, words in _SAID:
            if found := re.fullmatch(pattern, message, re.DOTALL):
                return self.say(words, **found.groupdict())
        return message


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
