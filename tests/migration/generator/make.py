"""Puts a whole legacy database together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from . import hanging, words
from .copying import Ids, copy
from .made import Made
from .messages import COLUMNS, Messages, Period
from .people import People, Person, legacy_gateways, mail_gateways, templates
from .shares import Shares
from .strays import Strays

BEGAN = datetime(2025, 1, 6, 13, 0)
#: The day on which the module changed its gateway.
CHANGED = datetime(2026, 1, 23)
ENDED = datetime(2026, 9, 30, 22, 0)
#: A database that was upgraded: so much of it is of generation 1.
OLD_PART = 0.6
GENERATIONS = ("1", "2", "mixed")
AT_LEAST = 6


@dataclass(frozen=True)
class Wish:
    """What to make.

    :param rows: of `whatsapp_message`
    :param generation: `1`, `2`, or `mixed`: rows of both behind the second's column,
        whose foreign key Odoo could then not make
    :param filestore: folder for attachments; without it they stay in the table
    """

    rows: int = 400
    generation: str = "1"
    seed: int = 7
    filestore: Path | None = None
    shares: Shares = field(default_factory=Shares)


def generate(cr: Any, wish: Wish) -> Made:
    """Fill the legacy tables and what is around them; commit is the caller's."""
    made = Made(wish.seed, wish.generation)
    rng = Random(wish.seed)
    pools = words.draw(wish.seed)
    _unbind(cr, wish)
    count = max(AT_LEAST, wish.rows // wish.shares.messages_per_person)
    people = People(cr, rng, pools, wish.shares).make(count, BEGAN, made)
    maker = _Maker(cr, wish, rng, pools, people, made)
    copy(cr, "whatsapp_message", COLUMNS, maker.rows())
    maker.close()
    return made


class _Maker:
    """Rows of one generation after the other."""

    def __init__(
        self,
        cr: Any,
        wish: Wish,
        rng: Random,
        pools: words.Words,
        people: list[Person],
        made: Made,
    ) -> None:
        self._cr, self._wish, self._made = cr, wish, made
        self._ids = Ids(cr, "whatsapp_message")
        known = templates(cr, BEGAN, made)
        parts = {"1": (wish.rows, 0), "2": (0, wish.rows)}
        old = int(wish.rows * OLD_PART)
        first, second = parts.get(wish.generation, (old, wish.rows - old))
        self._strays = Strays(cr, rng, wish.shares, made) if second else None
        self._parts = []
        for rows, period, strays in (
            (first, Period(BEGAN, CHANGED), None),
            (second, Period(CHANGED, ENDED), self._strays),
        ):
            if rows:
                gateways = (mail_gateways if strays else legacy_gateways)(
                    *(cr, period.start, made)
                )
                messages = Messages(
                    *(rng, pools, wish.shares, people, gateways, known, self._ids),
                    *(made, strays),
                )
                self._parts.append((messages, rows, period))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for messages, rows, period in self._parts:
            yield from messages.rows(rows, period)

    def close(self) -> None:
        self._ids.close()
        if self._strays:
            self._strays.write()
        for messages, _, period in self._parts:
            sample, files = messages.sample, self._wish.filestore
            hanging.write(self._cr, sample, period.end, files, self._made)


def _unbind(cr: Any, wish: Wish) -> None:
    """Take away the foreign keys that a real database of that kind lost too."""
    names = ["whatsapp_message_template_id_fkey"]
    if wish.generation == "mixed":
        names.append("whatsapp_message_gateway_id_fkey")
    for name in names:
        cr.execute(f"ALTER TABLE whatsapp_message DROP CONSTRAINT IF EXISTS {name}")
