"""Messages: drafts, copies, rows that point nowhere, odd states."""

from __future__ import annotations

from collections.abc import Iterable

from ..decisions import NEAREST, REJECT
from ..findings import NOTE, Finding, Question
from ..times import is_odd
from .view import Check, Rows, View, sampled

MESSAGES = "FROM whatsapp_message message"
# A longer one would not pass through WhatsApp; it is history, so it is moved whole.
TEXT_LENGTH = 4096


def _classified(reason: str) -> str:
    return sampled("id", f"FROM wamig_message WHERE reason = '{reason}' AND NOT done")


def check_odd_dates(view: View) -> Iterable[Finding]:
    """Missing and impossible dates; those of earlier runs are not asked about again."""
    if not view.legacy.has("whatsapp_message", "create_date"):
        return
    answer = view.options.decisions.odd_dates
    odd = f"""
        FROM wamig_message mine JOIN whatsapp_message message ON message.id = mine.id
       WHERE {is_odd("message")} AND NOT mine.done
         AND mine.reason IN ('', 'open_date', 'date_impossible')
    """
    count, samples = view.rows(
        sampled(
            "message.id || ': ' || coalesce(message.create_date, message.sent_date,"
            " message.delivered_date)::date::text",
            odd,
        )
    )[0]
    if count:
        yield Question(
            "odd_dates",
            ("odd_dates",),
            "%(count)s messages have no date, or an impossible one (%(samples)s). Take"
            " another date of theirs, else that of the message before them"
            " ('nearest'), or leave them behind ('reject')?",
            {"count": count, "samples": "; ".join(filter(None, samples)) or "-"},
            (NEAREST, REJECT),
            answer,
            NEAREST,
        )


CHECKS: tuple[Check, ...] = (
    check_odd_dates,
    Rows(
        "drafts",
        "%(count)s messages are drafts that were never sent: they are left behind, or"
        " kept as a note of the conversation when you answer 'drafts' with 'note'.",
        _classified("draft"),
        level=NOTE,
    ),
    Rows(
        "drafts_noted",
        "%(count)s messages are drafts that were never sent: they become notes of their"
        " conversation.",
        sampled(
            "message.id",
            f"{MESSAGES} JOIN wamig_message mine ON mine.id = message.id"
            " WHERE message.state = 'draft' AND mine.state = 'moved' AND NOT mine.done",
        ),
        ("whatsapp_message.state",),
        NOTE,
    ),
    Rows(
        "duplicates",
        "%(count)s messages are further copies of one that WhatsApp delivered once:"
        " they are left behind.",
        _classified("duplicate"),
        level=NOTE,
    ),
    Rows(
        "twins",
        "%(count)s messages stand in a conversation of Discuss already and are not"
        " doubled.",
        sampled(
            "id",
            "FROM wamig_message WHERE reason IN ('twin_message', 'twin_wamid')"
            " AND NOT done",
        ),
        level=NOTE,
    ),
    Rows(
        "direction_unknown",
        "%(count)s messages are neither incoming nor outgoing: they are rejected.",
        _classified("direction_unknown"),
    ),
    Rows(
        "lead_gone",
        "%(count)s messages point at a lead that does not exist; they are moved into"
        " the conversation of their number.",
        sampled(
            "message.id",
            f"{MESSAGES} WHERE message.lead_id IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM crm_lead lead WHERE lead.id = message.lead_id)",
        ),
        ("whatsapp_message.lead_id", "crm_lead"),
    ),
    Rows(
        "without_lead",
        "%(count)s messages have no lead; they are moved into the conversation of their"
        " number.",
        sampled("message.id", f"{MESSAGES} WHERE message.lead_id IS NULL"),
        ("whatsapp_message.lead_id",),
        NOTE,
    ),
    Rows(
        "partner_gone",
        "%(count)s messages point at a contact that does not exist; their author is who"
        " has the number today, else a guest.",
        sampled(
            "message.id",
            f"{MESSAGES} WHERE message.partner_id IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM res_partner partner WHERE partner.id = message.partner_id)",
        ),
        ("whatsapp_message.partner_id", "res_partner"),
    ),
    Rows(
        "states_behind",
        "%(count)s messages have a state that their times contradict (failed and yet"
        " delivered, sent and yet read): the furthest counts, as in the bridge.",
        sampled(
            "message.id",
            f"{MESSAGES} WHERE message.direction = 'outgoing'"
            " AND (message.read_date IS NOT NULL AND message.state <> 'read'"
            " OR message.delivered_date IS NOT NULL"
            " AND message.state NOT IN ('delivered', 'read'))",
        ),
        ("whatsapp_message.read_date", "whatsapp_message.delivered_date"),
        NOTE,
    ),
    Rows(
        "states_odd",
        "%(count)s messages have times that contradict each other (read before it was"
        " delivered, delivered without having been sent); the times are taken as they"
        " are.",
        sampled(
            "message.id",
            f"{MESSAGES} WHERE message.read_date < message.delivered_date"
            " OR message.delivered_date < message.sent_date"
            " OR (message.state IN ('delivered', 'read') AND message.sent_date IS NULL"
            " AND message.direction = 'outgoing')",
        ),
        (
            "whatsapp_message.read_date",
            "whatsapp_message.delivered_date",
            "whatsapp_message.sent_date",
        ),
        NOTE,
    ),
    Rows(
        "long_texts",
        "%(count)s messages are longer than 4096 characters; they are moved whole.",
        sampled(
            "message.id", f"{MESSAGES} WHERE length(message.message) > {TEXT_LENGTH}"
        ),
        ("whatsapp_message.message",),
        NOTE,
    ),
    Rows(
        "html_texts",
        "%(count)s messages hold HTML; they are shown as the text they were sent as.",
        sampled("message.id", f"{MESSAGES} WHERE message.message ~ '<[a-zA-Z/!]'"),
        ("whatsapp_message.message",),
        NOTE,
    ),
    Rows(
        "no_wamid",
        "%(count)s messages have no id of WhatsApp; a late status or a quote cannot"
        " find them.",
        sampled(
            "message.id",
            f"{MESSAGES} JOIN wamig_message mine ON mine.id = message.id"
            " WHERE mine.state = 'moved' AND NOT mine.done AND message.state <> 'draft'"
            " AND coalesce(message.external_id, '') NOT LIKE 'wamid.%%'",
        ),
        ("whatsapp_message.external_id",),
        NOTE,
    ),
)
