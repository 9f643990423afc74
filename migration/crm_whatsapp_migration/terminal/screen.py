"""What the command says to a person, or as JSON to a program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from odoo.addons.crm_whatsapp_migration.engine.words import say


class Screen:
    """Results go to ``out``, everything else to ``err``.

    :param as_json: results are JSON; words go to ``err``
    """

    def __init__(
        self, out: TextIO, err: TextIO, lang: str = "es", as_json: bool = False
    ) -> None:
        self.out, self.err = out, err
        self.lang = lang
        self.as_json = as_json

    def tell(self, words: str, values: Mapping[str, Any] | None = None) -> None:
        """Say a sentence, English in the source."""
        self.lines([say(words, values or {}, self.lang)])

    def lines(self, lines: list[str]) -> None:
        stream = self.err if self.as_json else self.out
        stream.write("".join(line + "\n" for line in lines))
        stream.flush()

    def complain(self, words: str, values: Mapping[str, Any] | None = None) -> None:
        self.err.write(say(words, values or {}, self.lang) + "\n")
        self.err.flush()

    def result(self, data: Mapping[str, Any]) -> None:
        """Give the result to a program; a person has read it in words."""
        if self.as_json:
            encoding = (getattr(self.out, "encoding", None) or "utf-8").lower()
            # A program gets every letter, whatever the terminal knows.
            plain = encoding.replace("-", "") != "utf8"
            json.dump(data, self.out, ensure_ascii=plain, indent=2, default=str)
            self.out.write("\n")
            self.out.flush()
