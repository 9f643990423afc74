"""The only place of the package that reads the wall clock or draws chance."""

import secrets
import time

from .engine.clock import forward


class SystemClock:
    """The machine's time plus what was advanced; or frozen until it may run.

    :param frozen_at: stands still at this moment from the start.
    """

    def __init__(self, frozen_at: float | None = None) -> None:
        self._offset = 0.0
        self._frozen_at = frozen_at

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        if self._frozen_at is not None:
            return self._frozen_at
        return time.time() + self._offset

    def advance(self, seconds: float) -> float:
        """Move forward and return the new time.  ValueError when negative."""
        self.set(self.now() + forward(seconds))
        return self.now()

    def set(self, now: float) -> None:
        """Go to a moment, even back."""
        if self._frozen_at is not None:
            self._frozen_at = now
        else:
            self._offset = now - time.time()

    def freeze(self) -> None:
        """Stand still from now on."""
        self._frozen_at = self.now()

    def run(self) -> None:
        """Run on from here."""
        now, self._frozen_at = self.now(), None
        self.set(now)


def draw_nonce() -> str:
    """A run's nonce: eight hexadecimal digits."""
    return secrets.token_hex(4)
