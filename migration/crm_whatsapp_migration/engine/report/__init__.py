"""The report that an administrator hands to the director."""

from .build import build
from .write import write

__all__ = ["build", "write"]
