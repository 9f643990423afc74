"""Makes a legacy database as dirty as real ones, of any size, and says what it made.

    made = generate(cr, Wish(rows=400, generation=1, seed=7))

The tables must be there (tests/migration/legacy.py). Equal wishes give equal rows; no
clock is read. On a command line: `python -m tests.migration.generator --help`.
"""

from .made import Fate, Made
from .make import Wish, generate
from .shares import Shares

__all__ = ["Fate", "Made", "Shares", "Wish", "generate"]
