"""The report that an administrator hands to the director."""

from .build import build
from .sheets import write_rows
from .write import as_json, html, write

__all__ = ["as_json", "build", "html", "write", "write_rows"]
