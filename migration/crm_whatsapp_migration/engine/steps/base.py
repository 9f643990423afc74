"""What the runner asks of a step."""

from __future__ import annotations

from dataclasses import dataclass

from ..context import Context


@dataclass(frozen=True)
class Batch:
    """A finished batch.

    :param position: key of its last row; the next batch begins after it
    :param done: rows of this step that are accounted for so far
    """

    position: int
    done: int


@dataclass(frozen=True)
class Sample:
    """:param channels: conversations; ``rows``: old messages that stood there"
    " already"""

    channels: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


class Step:
    """One noun. A step may be begun anew at any time: it finds what is left.

    The runner commits after :meth:`prepare` and after each batch, so whatever a
    batch does, its ledger rows included, is there as a whole or not at all.
    """

    noun = ""
    # Tables that it makes so much larger that the planner should look again.
    analyze: tuple[str, ...] = ()

    def prepare(self, context: Context) -> int:
        """Look for what is to do.

        :return: number of rows
        """
        raise NotImplementedError

    def work(self, context: Context, position: int) -> Batch | None:
        """Do the batch after ``position``.

        :return: ``None`` when there is nothing after it
        """
        raise NotImplementedError

    def sample(self, context: Context) -> Sample:
        """Return a part of the last batch, to be looked at before it is committed."""
        return Sample()


def span(context: Context, total: int, position: int) -> tuple[int, int] | None:
    """Next range of a work table numbered from 1: (after, up to); None at its end."""
    if position >= total:
        return None
    return position, min(position + context.options.batch, total)
