"""One turn of the worker: how long it may last, and what it tells of itself."""

import time
from datetime import UTC, datetime

SLICE_SECONDS = 30
# A progress bar that moves more often than this only costs.
BEAT_SECONDS = 1
FIRST = "gateways"


def utc_now():
    """Now, as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


class Slice:
    """Tells the beat of a run how far the engine is, and the engine when to stop.

    The time counts from the first finished batch: before it the engine looks at the
    whole database again, which a large one makes long. It lasts no less than that did,
    or most of the work would be looking. The gateways are no such batch: what becomes
    of each row is found out after them.

    :param beat: ``whatsapp.migration.beat``
    :param clock: seconds, never going back
    """

    def __init__(self, beat, seconds=SLICE_SECONDS, clock=time.monotonic):
        self.beat = beat
        self.paused = False
        self._seconds = seconds
        self._clock = clock
        self._end = None
        self._began = clock()
        self._told = self._asked = float("-inf")

    def tell(self, event):
        """For the engine's ``progress``."""
        self.note(event.noun, event.done, event.total, event.rate, event.eta)

    def note(self, noun, done, total, rate=0.0, eta=None, always=False):
        """:param always: what is noted is where the next slice goes on"""
        now = self._clock()
        if done and noun != FIRST and self._end is None:
            self._end = now + max(self._seconds, now - self._began)
        early = now - self._told < BEAT_SECONDS
        if early and done < total and not always:
            return
        self._told = now
        self.beat._write_now(
            {
                "noun": noun,
                "done": done,
                "total": total,
                "rate": rate,
                "eta": eta or 0,
                "at": utc_now(),
            }
        )

    def should_stop(self):
        """For the engine: the run's new state when a person pauses it, or a bool."""
        return self.should_pause() or (
            self._end is not None and self._clock() > self._end
        )

    def should_pause(self):
        now = self._clock()
        if not self.paused and now - self._asked >= BEAT_SECONDS:
            self._asked = now
            self.paused = self.beat._read_now("pause_asked")
        return "paused" if self.paused else False
