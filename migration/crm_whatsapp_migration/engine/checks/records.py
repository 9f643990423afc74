"""What hangs on the old messages themselves: chatter, followers, activities, files."""

from __future__ import annotations

from collections.abc import Iterable

from ..decisions import ATTACH, DROP
from ..findings import NOTE, Finding, Question
from .view import Check, Rows, View, sampled

MODEL = "whatsapp.message"
# (what, table, column of the model). The line "created" that Odoo writes by itself
# and that holds nothing is not counted.
_SOURCES = (
    (
        "chatter",
        "mail_message",
        "message.model = 'whatsapp.message' AND (message.message_type <> 'notification'"
        " OR EXISTS (SELECT FROM mail_tracking_value value"
        " WHERE value.mail_message_id = message.id))",
    ),
    ("followers", "mail_followers", "message.res_model = 'whatsapp.message'"),
    ("activities", "mail_activity", "message.res_model = 'whatsapp.message'"),
)


def check_chatter(view: View) -> Iterable[Finding]:
    counted = {}
    for what, table, condition in _SOURCES:
        counted[what] = (
            view.value(f"SELECT count(*) FROM {table} message WHERE {condition}")
            if view.legacy.has(table)
            else 0
        )
    if not any(counted.values()):
        return
    yield Question(
        "chatter",
        ("chatter",),
        "The old messages have a history of their own: %(chatter)s lines,"
        " %(followers)s followers, %(activities)s activities. Keep it as a file in the"
        " conversation ('attach'), or leave it behind ('drop')? Followers and"
        " activities themselves are not taken along.",
        counted,
        (ATTACH, DROP),
        view.options.decisions.chatter,
        ATTACH,
    )


CHECKS: tuple[Check, ...] = (
    check_chatter,
    Rows(
        "attachments",
        "%(count)s files hang on old messages; they are linked with the new ones, not"
        " copied.",
        sampled("name", f"FROM ir_attachment WHERE res_model = '{MODEL}'"),
        ("ir_attachment.res_model",),
        NOTE,
    ),
)
