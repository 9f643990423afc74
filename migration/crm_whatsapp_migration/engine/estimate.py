"""How long a run takes and how much it adds to the disk, roughly."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from .legacy import Legacy
from .options import Options

# Two cores that ten other programs used moved a thousand (docs/performance.md); a
# machine of one's own differs, and a rehearsal on a copy tells better.
ROWS_PER_SECOND = 1500
# Of a message besides its text: rows in four tables and their indexes.
BYTES_PER_MESSAGE = 1400
BYTES_PER_CONVERSATION = 2500


@dataclass(frozen=True)
class Estimate:
    """:param seconds: of a run; ``bytes``: growth of the database"""

    messages: int = 0
    conversations: int = 0
    seconds: int = 0
    bytes: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)

    def words(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (
                "A run takes about %(minutes)s min and adds about %(megabytes)s MB to"
                " the database; %(conversations)s conversations are made or used.",
                {
                    "minutes": max(1, math.ceil(self.seconds / 60)),
                    "megabytes": max(1, math.ceil(self.bytes / 1_000_000)),
                    "conversations": self.conversations,
                },
            )
        ]


def estimate(cr: Any, legacy: Legacy, options: Options) -> Estimate:
    cr.execute(
        """
        SELECT count(*), coalesce(sum(octet_length(message.message)), 0)
          FROM wamig_message mine
          JOIN whatsapp_message message ON message.id = mine.id
         WHERE mine.state = 'moved' AND NOT mine.done
        """
    )
    messages, text = cr.fetchone()
    cr.execute("SELECT count(*) FROM wamig_person")
    conversations = cr.fetchone()[0]
    if options.limit is not None and messages:
        part = min(1.0, options.limit / messages)
        messages, text = int(messages * part), int(text * part)
    size = messages * BYTES_PER_MESSAGE + conversations * BYTES_PER_CONVERSATION
    return Estimate(
        messages, conversations, math.ceil(messages / ROWS_PER_SECOND), int(size + text)
    )
