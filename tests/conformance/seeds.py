"""Templates that Meta's examples send.  The examples name them, or hold a
placeholder where the name belongs; none of the files defines them."""

from __future__ import annotations

from typing import Any

Template = dict[str, Any]

BODY_3 = {
    "type": "BODY",
    "text": "{{1}} paid {{2}} on {{3}}.",
    "example": {"body_text": [["Ana", "$1", "today"]]},
}
IMAGE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::x"]}}
TWO_REPLIES = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "QUICK_REPLY", "text": "Yes"},
        {"type": "QUICK_REPLY", "text": "No"},
    ],
}


def _template(
    name: str,
    *components: dict[str, Any],
    category: str = "UTILITY",
    language: str = "en_US",
) -> Template:
    return {
        "name": name,
        "language": language,
        "category": category,
        "components": list(components),
    }


SEEDED_TEMPLATES: list[Template] = [
    _template("conf_text", BODY_3),
    _template("conf_media", IMAGE, BODY_3),
    _template("conf_interactive", IMAGE, BODY_3, TWO_REPLIES),
    _template(
        "conf_flow",
        {"type": "BODY", "text": "Fill in the form."},
        {
            "type": "BUTTONS",
            "buttons": [{"type": "FLOW", "text": "Open", "flow_id": "700000000000001"}],
        },
    ),
    _template(
        "sample_issue_resolution",
        {
            "type": "BODY",
            "text": "Hi {{1}}, were we able to solve it?",
            "example": {"body_text": [["Ana"]]},
        },
        TWO_REPLIES,
    ),
    _template(
        "sample_shipping_confirmation",
        {
            "type": "BODY",
            "text": "Your package has been shipped. Expect it in {{1}} days.",
            "example": {"body_text": [["2"]]},
        },
    ),
    _template(
        "welcome_offer",
        {"type": "BODY", "text": "Welcome!"},
        category="MARKETING",
    ),
    _template(
        "promotional_offer",
        {
            "type": "BODY",
            "text": "{{1}}, get {{2}} off.",
            "example": {"body_text": [["Ana", "$25"]]},
        },
        category="MARKETING",
        language="en",
    ),
    _template(
        "intro_catalog_offer",
        {
            "type": "BODY",
            "text": "Get {{1}} off orders above {{2}}, {{3}} days.",
            "example": {"body_text": [["100", "400", "3"]]},
        },
        {"type": "BUTTONS", "buttons": [{"type": "CATALOG", "text": "View catalog"}]},
        category="MARKETING",
    ),
    _template(
        "2023_april_promo",
        {"type": "HEADER", "format": "TEXT", "text": "Fall Sale"},
        {
            "type": "BODY",
            "text": "Hi {{1}}, our sale is on! Use {{2}} for 25% off.",
            "example": {"body_text": [["Mark", "FALL25"]]},
        },
        {"type": "FOOTER", "text": "Not interested? Tap Stop promotions"},
        {
            "type": "BUTTONS",
            "buttons": [{"type": "QUICK_REPLY", "text": "Stop promotions"}],
        },
        category="MARKETING",
    ),
]

#: Example -> the seeded template that its placeholder name stands for.
TEMPLATE_OF_EXAMPLE: dict[str, str] = {
    "Send Message Template Text": "conf_text",
    "Send Message Template Media": "conf_media",
    "Send Message Template Interactive": "conf_interactive",
    "Send Sample Text Message": "conf_text",
    "Send Sample Shipping Confirmation Template": "conf_text",
    "Send Flow Template Message": "conf_flow",
}

#: Templates that an example makes itself: they must not be there before.
MADE_BY_EXAMPLE = {"Create catalog template": "intro_catalog_offer"}

#: A small RSA key, for the two examples that show a shortened one.
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
"""

#: A flow that asks an endpoint and can be published.
FLOW_JSON = (
    '{"version": "7.0", "data_api_version": "3.0", "screens": [{"id": "FIRST"}]}'
)
