"""What will happen, counted before it happens; reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .legacy import Legacy
from .options import Options


@dataclass(frozen=True)
class Question:
    """Something only a person can decide.

    :param path: where in the decisions file the answer belongs
        (``gateways.3.action``)
    :param words: the question, English source of its translation, with ``%(x)s``
    :param options: possible answers; empty: free text
    :param answer: the answer given, ``None`` while open
    """

    code: str
    path: str
    words: str
    values: dict[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    answer: Any = None
    suggestion: Any = None

    @property
    def open(self) -> bool:
        return self.answer is None


@dataclass(frozen=True)
class Remark:
    """A fact that the administrator should know; blocks nothing by itself."""

    code: str
    words: str
    values: dict[str, Any] = field(default_factory=dict)
    samples: tuple[Any, ...] = ()


@dataclass
class Plan:
    """:param expected: per source table ``{"moved": n, "existing": n,
    "skipped": {reason: n}, "rejected": {reason: n}}``
    """

    legacy: Legacy
    options: Options
    questions: list[Question] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    blockers: list[Remark] = field(default_factory=list)
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if question.open]
