"""`python -m tests.migration.speed --rows 1000000`, in Odoo's environment.

`make bench-migration` prepares the databases and calls this.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.migration.bench import VARIABLE, Bench
from tests.migration.generator.make import GENERATIONS

from .trial import ORM_ROWS, Trial, Wrong


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench-migration", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--generation", choices=GENERATIONS, default="1")
    parser.add_argument("--orm-rows", type=int, default=ORM_ROWS)
    options = parser.parse_args(argv)
    bench = Bench.read(Path(os.environ[VARIABLE]))
    with tempfile.TemporaryDirectory(prefix="wa-speed-") as folder:
        trial = Trial(bench, options.rows, options.generation, Path(folder))
        try:
            trial.run(options.orm_rows)
        except Wrong as error:
            sys.stderr.write(f"\nThe result is wrong: {error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
