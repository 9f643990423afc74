"""Looks at a migrated database with eyes of its own.

Nothing here is shared with ``steps/`` or ``phones.py``: a mistake made twice in the
same code would be found by nobody.
"""

from .verification.check import Check


def verify(cr, run_id, filestore=None) -> list[Check]:
    """Compare what is there with what the old tables say. Reads only.

    :param run_id: the run whose figures before and after are compared; None: the
        newest finished one. Sums, texts and ids are of all runs together
    :param filestore: folder of the database's files; None: files are not opened
    """
    raise NotImplementedError
