"""What a caller may ask of the engine, in one place for command line and screen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .decisions import Decisions

DEFAULT_COUNTRY = "CO"
DEFAULT_BATCH = 5000


@dataclass(frozen=True)
class Options:
    """Options of one plan or run.

    :param country: ISO code in which a number without prefix is read
    :param batch: legacy rows per transaction
    :param limit: most messages one run moves; ``None``: all
    :param gateway_map: id of ``whatsapp_gateway`` to id of ``mail_gateway``; wins
        over the decisions
    """

    country: str = DEFAULT_COUNTRY
    batch: int = DEFAULT_BATCH
    limit: int | None = None
    dry_run: bool = False
    report_dir: str | None = None
    gateway_map: Mapping[int, int] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions.empty)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, decisions included."""
        values = {
            item.name: getattr(self, item.name) for item in dataclasses.fields(self)
        }
        values["gateway_map"] = {str(a): b for a, b in self.gateway_map.items()}
        values["decisions"] = self.decisions.as_dict()
        return values
