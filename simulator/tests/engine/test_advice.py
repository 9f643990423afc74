"""What Meta would dislike though it passes, rule by rule."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wa_simulator.engine.advice import TEXTS, AnsweredCall, of_call, of_webhook

NOW = datetime(2026, 11, 30, tzinfo=UTC).timestamp()
GOOD = {"recipient_type": "individual", "to": "+573012345678", "type": "text"}


def advice(
    edge: str = "messages",
    version: float | None = 24.0,
    query: dict[str, Any] | None = None,
    **body: Any,
) -> list[str]:
    call = AnsweredCall("POST", edge, version, query or {}, body or GOOD)
    return of_call(call, NOW)


def template(*components: dict[str, Any], category: str = "MARKETING") -> list[str]:
    return advice("message_templates", category=category, components=[*components])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (advice(), []),
        (advice(version=None), ["version_missing"]),
        (advice(version=20.0), ["version_ended"]),
        (advice(version=12.0), ["version_ended"]),
        (advice(version=21.0), ["version_ends_soon"]),
        (advice(version=22.0), []),
        (advice(query={"access_token": "x"}), ["token_in_query"]),
        (advice("phone_numbers", query={"access_token": "x", "after": "y"}), []),
        (
            advice(to="573012345678", type="text"),
            ["recipient_type_missing", "recipient_without_plus"],
        ),
        (advice(recipient="CO.1349120865", recipient_type="individual"), []),
        (advice(status="read", message_id="wamid.X"), []),
        (template({"type": "BODY", "text": "Hoy"}), ["opt_out_missing"]),
        (template({"type": "BODY"}, category="UTILITY"), []),
        (template({"type": "FOOTER", "text": "Responda BAJA"}), []),
        (
            template({"type": "BUTTONS", "buttons": [{"text": "Stop promotions"}]}),
            [],
        ),
        (template({"type": "BUTTONS", "buttons": ["x", {}]}), ["opt_out_missing"]),
        (of_webhook(200, 5001), ["webhook_late"]),
        (of_webhook(200, 5000), []),
        (of_webhook(500, 9000), []),
        (of_webhook(None, 9000), []),
    ],
)
def test_rules(found: list[str], expected: list[str]) -> None:
    assert found == expected


def test_every_code_has_both_languages() -> None:
    assert all(len(texts) == 2 and all(texts) for texts in TEXTS.values())
