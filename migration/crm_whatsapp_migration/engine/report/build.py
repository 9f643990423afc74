"""Collects the report's figures."""


def build(cr, run_id, checks=None) -> dict:
    """Everything the report says of a run, JSON-able, without secrets.

    :param checks: what ``verify`` found; None: what was kept on the run
    """
    raise NotImplementedError
