"""What only a person can decide, kept in a file.

The file is JSON, version 1; ``plan`` writes a skeleton of it in which every open
question is a ``null`` to fill in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VERSION = 1


class DecisionsError(ValueError):
    """The file cannot be used; ``problems`` says why, in words, one by one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Decisions:
    """Answers, by question. A missing or ``null`` answer is an open question.

    Legacy ids are text, because JSON has no other keys.
    """

    gateways: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mixed_gateways: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    two_numbers: str | None = None
    partner_two_numbers: Mapping[str, str] = field(default_factory=dict)
    chatter: str | None = None
    live_channels: str | None = None
    drafts: str | None = None

    @classmethod
    def empty(cls) -> Decisions:
        return cls()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Decisions:
        """:raise DecisionsError: naming every key or value that is not known"""
        return cls(**{k: v for k, v in values.items() if k != "version"})

    def as_dict(self) -> dict[str, Any]:
        """As in the file."""
        return {"version": VERSION, **self.__dict__}


def load(path: str | Path) -> Decisions:
    """Read a decisions file.

    :raise DecisionsError: the file is missing, is not JSON, or holds answers that
        no question has
    """
    return Decisions.from_dict(json.loads(Path(path).read_text(encoding="utf-8")))
