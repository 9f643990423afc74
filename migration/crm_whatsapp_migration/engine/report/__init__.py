"""The report that an administrator hands to the director."""

from .build import build
from .write import as_json, html, write, write_rows

__all__ = ["as_json", "build", "html", "write", "write_rows"]
