"""When work that failed is tried again: one policy for each queue."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class RetryPolicy:
    """Waits between the tries of one piece of work.

    :ivar waits: seconds after the first, second… failed try; the last one goes on
    :ivar attempts: tries after which a person has to ask for another
    """

    waits: tuple[int, ...]
    attempts: int

    def wait_after(self, attempts):
        """Return the wait after the n-th failed try, None when there is no other.

        :param attempts: failed tries so far, at least 1
        """
        if attempts >= self.attempts:
            return None
        return timedelta(seconds=self.waits[min(attempts, len(self.waits)) - 1])


# Events of the journal: what hinders them is ours, and mostly short.
JOURNAL = RetryPolicy((5, 30, 120, 600, 1800, 3600), attempts=8)
# Files of customers: Meta keeps them for seven days.
MEDIA = RetryPolicy((10, 60, 300, 1800, 7200, 28800), attempts=7)
# Messages to customers: the waits are HU-WA-10's, settings may change them.
OUTBOX = RetryPolicy((60, 300, 900), attempts=4)
