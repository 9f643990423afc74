"""People: contacts with two numbers, numbers with two contacts, conversations."""

from __future__ import annotations

from collections.abc import Iterable

from ..findings import NOTE, Finding, Question
from .view import Check, Rows, View, sampled


def check_two_numbers_of_a_partner(view: View) -> Iterable[Finding]:
    """OCA keeps one number per contact and gateway (RULINGS 42)."""
    if not view.legacy.has("res_partner"):
        return
    rows = view.rows(
        """
        SELECT person.partner_id, min(partner.name), person.gateway,
               array_agg(person.wa_id ORDER BY person.last_at DESC NULLS LAST)
          FROM wamig_person person
          JOIN res_partner partner ON partner.id = person.partner_id
         GROUP BY person.gateway, person.partner_id HAVING count(*) > 1
         ORDER BY 1
        """
    )
    for partner_id, name, _gateway, numbers in rows:
        yield Question(
            "partner_two_numbers",
            ("partner_two_numbers", str(partner_id)),
            "Contact %(id)s '%(name)s' has several numbers on one gateway"
            " (%(numbers)s). Each has its conversation; which one is bound to the"
            " contact?",
            {"id": partner_id, "name": name, "numbers": ", ".join(numbers)},
            tuple(numbers),
            view.options.decisions.partner_two_numbers.get(str(partner_id)),
            numbers[0],
        )


CHECKS: tuple[Check, ...] = (
    check_two_numbers_of_a_partner,
    Rows(
        "number_of_several_leads",
        "%(count)s people have several leads; their conversation is linked with the"
        " lead of the latest message, the others are seen beside it.",
        sampled(
            "wa_id",
            """FROM wamig_person person WHERE (gateway, key) IN (
                SELECT mine.gateway, mine.key FROM wamig_message mine
                  JOIN whatsapp_message message ON message.id = mine.id
                 WHERE message.lead_id IS NOT NULL AND mine.state = 'moved'
                 GROUP BY mine.gateway, mine.key
                HAVING min(message.lead_id) <> max(message.lead_id))""",
        ),
        ("whatsapp_message.lead_id", "crm_lead"),
        NOTE,
    ),
    Rows(
        "no_lead",
        "%(count)s people have no lead any more; their conversation is moved without"
        " one. A lead is made when they write again.",
        sampled("wa_id", "FROM wamig_person WHERE lead_id IS NULL AND messages > 0"),
        ("whatsapp_message.lead_id",),
        NOTE,
    ),
    Rows(
        "live_channels",
        "%(count)s conversations of today are already in use. Discuss sorts by the"
        " order of writing, so their old messages go into a history conversation of"
        " their own, to read only, linked from it.",
        sampled("wa_id", "FROM wamig_person WHERE live"),
        (),
        NOTE,
    ),
    Rows(
        "channels_there",
        "%(count)s people have a conversation already; it is used.",
        sampled("wa_id", "FROM wamig_person WHERE channel_id IS NOT NULL AND NOT live"),
        (),
        NOTE,
    ),
    Rows(
        "strays",
        "%(count)s second conversations of the old module are folded into the one of"
        " their person.",
        sampled("wa_id", "FROM wamig_stray WHERE state = 'moved' AND NOT done"),
        (),
        NOTE,
    ),
    Rows(
        "strays_unreadable",
        "%(count)s conversations of the old module have a number that cannot be read:"
        " they stay as they are.",
        sampled("id", "FROM wamig_stray WHERE state = 'rejected'"),
    ),
)
