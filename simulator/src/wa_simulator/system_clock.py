"""The only place of the package that reads the wall clock or draws chance."""

import secrets
import time


class SystemClock:
    """The machine's time plus what was advanced."""

    frozen = False

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> float:
        """Move forward and return the new time.  ValueError when negative."""
        if seconds < 0:
            raise ValueError(f"a clock only goes forward: got {seconds}")
        self._offset += seconds
        return self.now()


def draw_nonce() -> str:
    """A run's nonce: eight hexadecimal digits."""
    return secrets.token_hex(4)
