"""Undoes a run: removes what it made, restores what it changed, nothing else."""

KEEP = "keep"
DROP = "drop"


class StillUsed(Exception):
    """Later messages or changes of people hang on what the run made.

    ``found``: lines in words. Nothing was undone; ``force`` says what becomes of them.
    """

    def __init__(self, found: list[str]):
        super().__init__("; ".join(found))
        self.found = found


def rollback(
    connect,
    run_id=None,
    force=None,
    progress=None,
    should_stop=None,
    clock=None,
    batch=5000,
):
    """Undo a run, in batches that are committed; called again it goes on.

    :param connect: callable giving a new psycopg2 connection
    :param run_id: None: the newest run that is not rolled back
    :param force: "keep": what people use stays as it is, the rest goes;
        "drop": it goes with the conversation it is in
    :param progress, should_stop, clock: as for ``runner.Runner``
    :return: ``runner.Outcome`` with state "rolled_back" or, when stopped, "interrupted"
    :raise StillUsed: later messages hang on it and ``force`` is None
    :raise runner.Locked: a run or another rollback is at work
    """
    raise NotImplementedError
