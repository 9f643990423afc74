"""Templates: where they go, as what, and what fills their variables."""

from __future__ import annotations

from collections.abc import Iterable

from ..classify.templates import COMPUTED_VARIABLES, PLAIN_VARIABLES
from ..decisions import CATEGORIES, TEMPLATE_ACTIONS
from ..findings import NOTE, Finding, Question, Remark
from .view import Check, Rows, View, sampled

_WORDS = {
    "action": "Template %(id)s '%(name)s' (%(messages)s messages used it): make a draft"
    " of it, or leave it behind? Drafts are not submitted to Meta.",
    "gateway": "Template %(id)s '%(name)s': for which gateway? The id of one of today,"
    " or 'old:<id>' for one that is made by the migration.",
    "category": "Template %(id)s '%(name)s': Meta asks for a category.",
    "language": "Template %(id)s '%(name)s': in which language is it written?",
}
_OPTIONS = {"action": TEMPLATE_ACTIONS, "category": CATEGORIES}

_COMPUTED = (
    "{{%(name)s}} of template '%(templates)s': which field of the lead is it? No plain"
    " field holds what the old module put there (contact or customer, telephone or"
    " mobile); the fields that are suggested do."
)
_UNKNOWN = (
    "{{%(name)s}} of template '%(templates)s' was no variable of the old module: which"
    " field of the lead is it? Or leave the template behind."
)


def check_templates(view: View) -> Iterable[Finding]:
    for template in view.templates:
        answer = view.options.decisions.template(template.id)
        if template.target_id or answer.get("action") == "skip":
            continue
        for key, words in _WORDS.items():
            if key == "gateway" and key not in template.missing and key not in answer:
                # There is only one.
                continue
            yield Question(
                f"template_{key}",
                ("templates", str(template.id), key),
                words,
                {
                    "id": template.id,
                    "name": template.name,
                    "messages": template.messages,
                },
                _OPTIONS.get(key, ()),
                None if key in template.missing else answer.get(key),
                template.suggested.get(key),
            )


def check_variables(view: View) -> Iterable[Finding]:
    """Variables of the templates that are taken along."""
    used: dict[str, list[str]] = {}
    for template in view.templates:
        if template.state in ("moved", "open"):
            for name in template.variables:
                used.setdefault(name, []).append(template.name)
    for name, templates in used.items():
        if name in PLAIN_VARIABLES and name not in view.options.decisions.variables:
            yield Remark(
                "variable_plain",
                NOTE,
                "{{%(name)s}} of the templates is filled from the lead's %(field)s.",
                {"name": name, "field": PLAIN_VARIABLES[name]},
            )
            continue
        words = _COMPUTED if name in COMPUTED_VARIABLES else _UNKNOWN
        yield Question(
            "variable",
            ("variables", name),
            words,
            {"name": name, "templates": ", ".join(templates)},
            (),
            view.options.decisions.variables.get(name),
            COMPUTED_VARIABLES.get(name),
        )


CHECKS: tuple[Check, ...] = (
    check_templates,
    check_variables,
    Rows(
        "template_gone",
        "%(count)s messages name a template that does not exist any more; they are"
        " moved all the same.",
        sampled(
            "message.id",
            "FROM whatsapp_message message WHERE message.template_id IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM whatsapp_template template"
            " WHERE template.id = message.template_id)",
        ),
        ("whatsapp_message.template_id", "whatsapp_template"),
        NOTE,
    ),
)
