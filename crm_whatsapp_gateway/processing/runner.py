"""The loop that works a queue: claim, run, record, until nothing is due.

The webhook journal and the outbox are such queues. Who calls :func:`work` is an
executor: a scheduled action, the request itself, or a job of OCA's ``queue_job``.
"""

import logging
import time
from typing import Any, Protocol

_logger = logging.getLogger(__name__)

# Claims in a row that change nothing: more than lost races can explain.
MOST_STALLS = 5


class Queue(Protocol):
    """Work that waits in the database."""

    def claim(self) -> Any:
        """Return the next work that is due, a false value when there is none."""

    def run(self, claimed: Any) -> None:
        """Do, or begin, what was claimed. Raises nothing that one item causes."""

    def record(self) -> int:
        """Record what has been done since; return the number of items.

        Waits for work that was begun when nothing has been done yet.
        """

    def skip(self, claimed: Any) -> None:
        """Claim this work no more: it makes no progress."""


def work(queue: Queue, seconds: float) -> tuple[int, bool]:
    """Work a queue until nothing is due or the time is up.

    :return: number of items that were worked, whether the time was up
    """
    end = time.monotonic() + seconds
    total = stalls = 0
    while time.monotonic() < end:
        claimed = queue.claim()
        if claimed:
            queue.run(claimed)
        done = queue.record()
        if not claimed and not done:
            return total, False
        total += done
        stalls = 0 if done else stalls + 1
        if stalls >= MOST_STALLS:
            _logger.error("%s makes no progress and is skipped", claimed)
            queue.skip(claimed)
            stalls = 0
    return total, True
