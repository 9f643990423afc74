"""`python3 -m lab`: enters the tools environment, building it first if needed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lab import venvs
from lab.console import LabError
from lab.settings import read_settings


def main() -> int:
    """Hand over to `lab.cli` inside the tools environment."""
    try:
        venvs.require_supported_python()
        settings = read_settings(os.environ)
        venv = venvs.tools(settings)
        if Path(sys.prefix).resolve() != venv.path(settings).resolve():
            python = venvs.ensure(venv, settings)
            if settings.odoo_src:
                os.environ["ODOO_SRC"] = str(settings.odoo_src)
            os.environ["WA_LAB_DIR"] = str(settings.home)
            os.chdir(settings.repository)
            os.execv(python, [str(python), "-m", "lab", *sys.argv[1:]])
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrumpido.\n")
        return 130
    # Only the tools environment has what the rest of the lab imports.
    from lab.cli import run  # noqa: PLC0415

    return run(settings, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
