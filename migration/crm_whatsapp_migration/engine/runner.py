"""Runs the steps: one runner at a time, a commit per batch, resumable at any point."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One event of a run.

    :param noun: step, as in ``steps.STEPS``
    :param done: legacy rows of this step that are accounted for
    :param total: legacy rows of this step
    :param rate: rows per second since the step began
    :param eta: seconds left for this step; None while unknown
    """

    noun: str
    done: int
    total: int
    rate: float = 0.0
    eta: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run (or rollback) ended.

    :param state: state of ``whatsapp.migration.run``
    :param counts: {noun: {"moved": n, "existing": n, "skipped": {reason: n},
        "rejected": {reason: n}}}
    :param run_id: None after a rehearsal, which leaves nothing
    """

    run_id: int | None
    state: str
    counts: dict[str, dict[str, object]] = field(default_factory=dict)
    error: str | None = None


class Locked(Exception):
    """Another runner holds the advisory lock."""


class OpenQuestions(Exception):
    """The plan has questions that the decisions do not answer.

    ``questions``: as in ``Plan.questions``.
    """

    def __init__(self, questions):
        super().__init__(f"{len(questions)} open questions")
        self.questions = questions


class Runner:
    """Moves the legacy rows.

    :param connect: callable giving a new psycopg2 connection to the database
    :param options: ``options.Options``
    :param progress: called with a :class:`Progress` after each batch
    :param should_stop: asked between batches; True ends the run as ``interrupted``
    :param clock: callable giving the time (naive UTC ``datetime``)
    """

    def __init__(self, connect, options, progress, should_stop, clock):
        self.connect = connect
        self.options = options
        self.progress = progress
        self.should_stop = should_stop
        self.clock = clock

    def run(self) -> Outcome:
        """Run, or go on with the run that was interrupted.

        :raise Locked: another runner is at work
        :raise OpenQuestions: decisions are missing; nothing was written
        """
        raise NotImplementedError
