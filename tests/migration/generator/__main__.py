"""`python -m tests.migration.generator DSN --rows 1000000`"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from .. import legacy
from . import Wish, generate
from .make import GENERATIONS


def main(argv: list[str]) -> int:
    """Fill the database named; prints what was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dsn", help='of libpq, e.g. "dbname=copy host=127.0.0.1"')
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--generation", choices=GENERATIONS, default="1")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--filestore", type=Path, help="folder of the database's files")
    parser.add_argument("--tables", action="store_true", help="make the tables first")
    options = parser.parse_args(argv)
    wish = Wish(options.rows, options.generation, options.seed, options.filestore)
    started = time.monotonic()
    with (
        closing(psycopg2.connect(options.dsn)) as connection,
        connection,
        connection.cursor() as cr,
    ):
        if options.tables:
            legacy.make_tables(cr, 1 if options.generation == "1" else 2)
        made = generate(cr, wish)
    for line in made.lines():
        print(line)
    spent = time.monotonic() - started
    print(f"  {spent:.1f} s, {made.rows / spent:.0f} rows/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
