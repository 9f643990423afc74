"""What a plan looks into: a table of checks, one file per subject.

A check is called with a :class:`view.View` and gives questions and remarks. To look
into something more, write a function or a :class:`view.Rows` and put it in the
``CHECKS`` of its file.
"""

from . import gateways, installation, messages, people, phones, records, templates
from .view import Check, View

# Those that can be asked of any database, and those that need classified rows.
INSTALLATION: tuple[Check, ...] = installation.CHECKS
CHECKS: tuple[Check, ...] = (
    *gateways.CHECKS,
    *templates.CHECKS,
    *phones.CHECKS,
    *people.CHECKS,
    *messages.CHECKS,
    *records.CHECKS,
)

__all__ = ["CHECKS", "INSTALLATION", "Check", "View"]
