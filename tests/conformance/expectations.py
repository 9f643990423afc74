"""What is expected of Meta's examples: rejections, waivers, keys left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .examples import Case

FILE = Path(__file__).with_name("expectations.yaml")


@dataclass
class Expectations:
    """The tables of ``expectations.yaml``.

    :param b1: operations that may not answer 501.
    :param rejected: case -> (code, why Meta would reject it too).
    :param waived: case -> why it cannot be judged here.
    :param optional: rows of (operation or case, key paths, why).
    :param extra: keys of webhooks that Meta's samples lack, with their source.
    """

    b1: set[str] = field(default_factory=set)
    rejected: dict[str, tuple[int, str]] = field(default_factory=dict)
    waived: dict[str, str] = field(default_factory=dict)
    optional: list[tuple[str, list[str], str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    def within_b1(self, case: Case) -> bool:
        """Whether 501 would be a gap."""
        return case.operation in self.b1

    def optional_keys(self, case: Case) -> list[str]:
        """Key paths that this case's answer may lack."""
        names = {case.operation, name_of(case)}
        return [p for who, paths, _ in self.optional if who in names for p in paths]

    def unknown(self, cases: list[Case]) -> list[str]:
        """Names in the tables that no case bears: stale rows."""
        known = {name_of(c) for c in cases} | {c.operation for c in cases}
        named = {*self.rejected, *self.waived, *(who for who, _, _ in self.optional)}
        return sorted((named | self.b1) - known)


def name_of(case: Case) -> str:
    """How a case is named in the tables."""
    return f"{case.source}: {case.key}"


def read(path: Path = FILE) -> Expectations:
    """Read the tables."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return Expectations(
        b1=set(raw["b1"]),
        rejected={r["case"]: (r["code"], r["why"]) for r in raw["rejected"] or []},
        waived={r["case"]: r["why"] for r in raw["waived"] or []},
        optional=[(r["of"], r["keys"], r["why"]) for r in raw["optional"] or []],
        extra={k: r["why"] for r in raw["extra"] or [] for k in r["keys"]},
    )
