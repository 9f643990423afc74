"""Command line of the migration."""

import sys


def main(args: list[str]) -> None:
    """:raise SystemExit: always, with the exit code"""
    sys.exit(2)
