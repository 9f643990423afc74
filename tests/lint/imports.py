"""Which part may import which: reads the files, runs nothing of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from .tables import IMPORT_RULES, ImportRule

DYNAMIC_IMPORTS = {"__import__", "import_module", "importlib.import_module"}


def violations(root: Path, rules: Iterable[ImportRule] = IMPORT_RULES) -> list[str]:
    """One line per forbidden import or call below `root`, in order of rule and file."""
    return [
        f"{file.relative_to(root)}:{line}: {found} ({rule.title})"
        for rule in rules
        for file in files_of(root, rule)
        for line, found in _violations_of_file(root, file, rule)
    ]


def files_of(root: Path, rule: ImportRule) -> list[Path]:
    """The Python files that `rule` speaks of."""
    folder = root / rule.folder
    return sorted(
        file
        for file in folder.rglob("*.py")
        if not any(part.startswith(".") for part in file.relative_to(root).parts)
    )


def _violations_of_file(
    root: Path, file: Path, rule: ImportRule
) -> Iterator[tuple[int, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    name = str(file.relative_to(root / rule.folder).as_posix())
    allowed = rule.allowed + dict(rule.exceptions).get(name, ())
    for node in ast.walk(tree):
        for module in _imported(node, _package(root, file)):
            if _stands_for(rule.forbidden, module) and not _stands_for(allowed, module):
                yield node.lineno, f"imports {module}"
        if isinstance(node, ast.Call) and (called := _dotted(node.func)) in rule.calls:
            yield node.lineno, f"calls {called}()"


def _stands_for(names: Iterable[str], module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _package(root: Path, file: Path) -> list[str]:
    """Dotted name, in parts, of the package that holds `file`."""
    parts = list(file.relative_to(root).parent.parts)
    return parts[parts.index("src") + 1 :] if "src" in parts else parts


def _imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    """Absolute names of the modules that `node` imports, relative ones resolved."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        # "from x import y": y may be a module of x, so both names are looked at.
        yield from (".".join(filter(None, (base, alias.name))) for alias in node.names)
    elif (
        isinstance(node, ast.Call)
        and _dotted(node.func) in DYNAMIC_IMPORTS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ):
        yield node.args[0].value


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""
