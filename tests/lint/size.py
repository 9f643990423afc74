"""Files and functions long enough to want a reason. A report: nothing fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .tables import MAX_FILE_LINES, MAX_FUNCTION_LINES


def report(file: Path) -> Iterator[str]:
    """One line per long file and long function of `file`."""
    if file.suffix != ".py":
        return
    text = file.read_text(encoding="utf-8")
    if (length := len(text.splitlines())) > MAX_FILE_LINES:
        yield f"{file}:1: {length} lines in one file"
    for node in ast.walk(ast.parse(text, str(file))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{file}:{node.lineno}: {length} lines in {node.name}()"
