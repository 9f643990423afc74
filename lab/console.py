"""What the lab says to its user: progress lines and errors, in Spanish."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

TAIL_LINES = 15
REPEAT_SECONDS = 5.0


class LabError(Exception):
    """An expected failure: a sentence that says what happened and what to do."""

    def __init__(self, sentence: str, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.log = log

    def __str__(self) -> str:
        lines = tail(self.log, TAIL_LINES) if self.log else []
        if not lines:
            return self.sentence
        return "\n".join(
            [
                self.sentence,
                f"Últimas líneas de {self.log}:",
                *("  " + x for x in lines),
            ]
        )


def tail(path: Path, count: int) -> list[str]:
    """The last lines of a text file; none when it is missing."""
    if not path.is_file():
        return []
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - 400 * count))
        return stream.read().decode("utf-8", "replace").splitlines()[-count:]


def say(text: str = "") -> None:
    """Print a line at once, also through a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def seconds(value: float) -> str:
    """`0,8 s`, as written in Colombia."""
    return f"{value:.1f} s".replace(".", ",")


class Progress:
    """A step's line. On a terminal it is rewritten; in a file it is repeated."""

    def __init__(
        self,
        title: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.title = title
        self.stream = stream or sys.stdout
        self.clock = clock
        self.rewrites = self.stream.isatty()
        self.started = self.last = clock()

    def __enter__(self) -> Self:
        if self.rewrites:
            self._write(f"\r  {self.title}…")
        return self

    def update(self, detail: str) -> None:
        """Show how far the step is; cheap enough to call in a loop."""
        now = self.clock()
        pause = 0.3 if self.rewrites else REPEAT_SECONDS
        if now - self.last < pause:
            return
        self.last = now
        line = f"  {self.title}… {detail}".rstrip()
        line = f"{line} ({now - self.started:.0f} s)"
        self._write(f"\r\x1b[2K{line}" if self.rewrites else f"{line}\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        start = "\r\x1b[2K" if self.rewrites else ""
        word = "listo" if error is None else "no se pudo"
        spent = seconds(self.clock() - self.started)
        self._write(f"{start}  {self.title}: {word} ({spent})\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()
