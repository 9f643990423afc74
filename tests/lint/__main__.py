"""`python -m tests.lint RULE [FILE…]`: prints what breaks the rule, exits 1 if any."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

from . import imports

# Rules that read one file at a time: name, module, its function, whether it fails.
# Imported when asked for, because some need a package that the others do without.
FILE_RULES = {
    "text": ("text", "violations", True),
    "xml": ("markup", "violations", True),
    "features": ("features", "violations", True),
    "translations": ("translations", "violations", True),
    "size": ("size", "report", False),
}


def main(arguments: list[str]) -> int:
    """Run one rule; 2 for a rule that does not exist."""
    name, *files = arguments or ["none"]
    if name == "imports":
        return _print(imports.violations(Path.cwd()), fails=True)
    if name not in FILE_RULES:
        print(f"no rule {name}; there are: imports, {', '.join(FILE_RULES)}")
        return 2
    module, function, fails = FILE_RULES[name]
    check = getattr(importlib.import_module(f"{__package__}.{module}"), function)
    return _print((line for file in files for line in check(Path(file))), fails=fails)


def _print(lines: Iterable[str], *, fails: bool) -> int:
    found = list(lines)
    for line in found:
        print(line)
    return 1 if found and fails else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
