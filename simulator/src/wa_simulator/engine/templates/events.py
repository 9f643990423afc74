"""Values of the webhooks about templates (reference as mirrored 2025-12-11).

A template's id is a JSON number here, unlike anywhere else.
"""

from ..entities import Json, Template

#: Titles of a pause -> what Meta writes about it.
DESCRIPTIONS: dict[str, str] = {
    "FIRST_PAUSE": "Your WhatsApp message template has been paused for 3 hours until "
    "it can be sent again because it may have issues.",
    "SECOND_PAUSE": "Your WhatsApp message template has been paused for 6 hours until "
    "it can be sent again because it may have issues.",
    "UNPAUSE": "Your WhatsApp message template has been unpaused.",
    "DISABLED": "Your WhatsApp message template has been disabled because it has been "
    "paused several times.",
}


def head(template: Template) -> Json:
    """Which template it is about."""
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }


def status(
    template: Template, event: str, reason: str | None, title: str | None, now: int
) -> Json:
    """``message_template_status_update``; the reason is null on a deletion."""
    told = "APPROVED" if event == "UNPAUSED" else event
    gone = event in ("DELETED", "PENDING_DELETION")
    value: Json = {
        "event": told,
        **head(template),
        "reason": None if gone else reason or "NONE",
        "message_template_category": template.category,
    }
    if event == "REJECTED":
        value["reason"] = reason or "INVALID_FORMAT"
        value["rejection_info"] = {
            "reason": "The template does not follow the formatting rules.",
            "recommendation": "Edit the template and submit it again.",
        }
    if event == "DISABLED":
        value["disable_info"] = {"disable_date": now}
    if title:
        value["other_info"] = {"title": title, "description": DESCRIPTIONS[title]}
    return value


def quality(template: Template, previous: str, score: str) -> Json:
    """``message_template_quality_update``."""
    return {
        "previous_quality_score": previous,
        "new_quality_score": score,
        **head(template),
    }


def category(template: Template, previous: str) -> Json:
    """``template_category_update``."""
    return {
        **head(template),
        "previous_category": previous,
        "new_category": template.category,
    }
