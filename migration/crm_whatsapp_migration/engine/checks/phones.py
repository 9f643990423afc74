"""Numbers: what cannot be read, what folds into one person."""

from __future__ import annotations

from collections.abc import Iterable

from ..decisions import FIRST, REJECT, SECOND
from ..findings import NOTE, Finding, Question
from .view import SAMPLES, Check, Rows, View

_NEEDS = ("whatsapp_message.phone",)


def _unread(reason: str) -> str:
    """Messages that are rejected for their number; samples are the texts."""
    return f"""
        SELECT (SELECT count(*) FROM wamig_message WHERE reason = '{reason}'),
               ARRAY(SELECT raw FROM wamig_phone WHERE reason = '{reason}'
                      ORDER BY raw LIMIT {SAMPLES})
    """


_EMPTY = (
    "SELECT count(*), ARRAY[]::text[] FROM wamig_message WHERE reason='phone_empty'"
)


# Rows of earlier runs are not asked about again; of an answer all is told.
_TWO_NUMBERS = f"""
    SELECT count(*), ARRAY(SELECT raw FROM wamig_phone WHERE two ORDER BY raw
                            LIMIT {SAMPLES})
      FROM wamig_message mine
      JOIN whatsapp_message message ON message.id = mine.id
      JOIN wamig_phone phone ON phone.raw = message.phone AND phone.two
     WHERE %(answered)s OR mine.reason = 'open_phone'
"""


def check_two_numbers(view: View) -> Iterable[Finding]:
    if not view.legacy.has("whatsapp_message", "phone"):
        return
    answer = view.options.decisions.two_numbers
    found = view.rows(_TWO_NUMBERS, {"answered": answer is not None})
    count, samples = found[0]
    if not count:
        return
    yield Question(
        "two_numbers",
        ("two_numbers",),
        "%(count)s messages have two numbers in one field (%(samples)s): do they belong"
        " to the 'first', to the 'second', or are they left behind ('reject')?",
        {"count": count, "samples": "; ".join(samples)},
        (FIRST, SECOND, REJECT),
        answer,
        FIRST,
    )


CHECKS: tuple[Check, ...] = (
    check_two_numbers,
    Rows(
        "phone_empty",
        "%(count)s messages have no number: they are rejected.",
        _EMPTY,
        _NEEDS,
    ),
    Rows(
        "phone_letters",
        "%(count)s messages have words where a number should be: they are rejected,"
        " unless the decisions give the number ('phones').",
        _unread("phone_letters"),
        _NEEDS,
    ),
    Rows(
        "phone_unreadable",
        "%(count)s messages have a number that exists in no country: they are rejected,"
        " unless the decisions give the right one ('phones').",
        _unread("phone_unreadable"),
        _NEEDS,
    ),
    Rows(
        "phone_notations",
        "%(count)s people were written in several notations; each gets one"
        " conversation.",
        f"""
        SELECT (SELECT count(*) FROM (SELECT key FROM wamig_phone WHERE key <> ''
                 GROUP BY key HAVING count(*) > 1) folded),
               ARRAY(SELECT string_agg(raw, ' = ' ORDER BY raw) FROM wamig_phone
                      WHERE key <> '' GROUP BY key HAVING count(*) > 1
                      ORDER BY key LIMIT {SAMPLES})
        """,
        _NEEDS,
        NOTE,
    ),
    Rows(
        "phone_variants",
        "%(count)s people have a number that WhatsApp writes in two ways (Brazil,"
        " Mexico, Argentina); each gets one conversation.",
        f"""
        SELECT (SELECT count(*) FROM (SELECT key FROM wamig_phone WHERE key <> ''
                 GROUP BY key HAVING count(DISTINCT wa_id) > 1) folded),
               ARRAY(SELECT string_agg(DISTINCT wa_id, ' = ') FROM wamig_phone
                      WHERE key <> '' GROUP BY key HAVING count(DISTINCT wa_id) > 1
                      ORDER BY key LIMIT {SAMPLES})
        """,
        _NEEDS,
        NOTE,
    ),
)
