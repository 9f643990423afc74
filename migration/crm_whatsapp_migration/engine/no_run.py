"""There is nothing to work on, said in words that can be translated."""

from __future__ import annotations

from typing import Any


class NoRun(LookupError):
    """No such run, or none to work on; ``words`` and ``values`` say why."""

    def __init__(self, words: str, **values: Any) -> None:
        super().__init__(words % values if values else words)
        self.words, self.values = words, values
