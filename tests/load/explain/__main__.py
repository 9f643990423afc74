"""``python -m tests.load.explain <file>``: what `make explain` prints."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.load.explain import reading


def main(path: Path) -> int:
    """0 only when no hot search reads a big table whole."""
    if not path.is_file():
        print(f"No hay nada que leer en {path}.")
        return 2
    found = reading.read(path)
    plans = path.with_name("plans.txt")
    plans.write_text("\n".join(reading.plan_lines(found)))
    table = list(reading.table_lines(found))
    path.with_name("table.md").write_text("\n".join(table) + "\n")
    print("\n".join(table))
    for case in found.bad:
        print(f"LEE UNA TABLA ENTERA: {case.title}: {', '.join(case.scans)}")
    bad = f"{len(found.bad)} leen una tabla grande entera"
    print(f"{len(found.cases)} búsquedas, {bad}")
    print(f"Los planes están en {plans}")
    return 1 if found.bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
