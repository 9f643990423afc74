"""``wa-simulator bench``."""

import argparse
import json
import sys
from collections.abc import Mapping

from ..bench.run import Plan, bench


def run(args: argparse.Namespace, env: Mapping[str, str]) -> int:
    """Measure and print; 1 when it could not."""
    try:
        result = bench(Plan(messages=args.messages, connections=args.connections))
    except RuntimeError as exc:
        sys.stderr.write(f"wa-simulator: the bench ended early: {exc}\n")
        return 1
    text = json.dumps(result.record()) if args.json else "\n".join(result.lines())
    sys.stdout.write(text + "\n")
    return 0
