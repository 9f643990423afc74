"""What a plan finds: questions, and remarks that answer themselves.

Words are English and a key into ``words``; values are put in afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .words import say

# Of a remark. ``blocker``: no run before it is mended. ``warning``: something stays
# behind or looks odd. ``note``: how it will be done.
BLOCKER, WARNING, NOTE = "blocker", "warning", "note"


@dataclass(frozen=True)
class Question:
    """Something only a person can decide.

    :param path: where in the decisions file the answer belongs, as keys
    :param options: possible answers; empty: free text
    :param answer: the answer given, ``None`` while open
    :param suggestion: what most would answer, ``None`` where nobody can know
    :param blocks: whether a run waits for it
    """

    code: str
    path: tuple[str, ...]
    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    answer: Any = None
    suggestion: Any = None

    @property
    def open(self) -> bool:
        return self.answer is None

    def say(self, lang: str) -> str:
        return say(self.words, self.values, lang)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        return {**asdict(self), "open": self.open, "text": self.say(lang)}


@dataclass(frozen=True)
class Remark:
    """A fact that the administrator should know.

    :param samples: a few of the rows or texts it is about
    """

    code: str
    level: str
    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    samples: tuple[Any, ...] = ()

    def say(self, lang: str) -> str:
        return say(self.words, self.values, lang)

    def as_dict(self, lang: str = "en") -> dict[str, Any]:
        return {**asdict(self), "text": self.say(lang)}


Finding = Question | Remark
