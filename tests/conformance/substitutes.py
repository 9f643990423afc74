"""What Meta's placeholders become, as a table.

A row matches the path of a value in the body (``image.id``; indices are left
out), the value itself, or both.  The first row that matches decides; a value that
no row matches stays as Meta wrote it (``<BODY_TEXT>`` is a text like another).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .examples import OPENAPI, Case
from .seeds import PUBLIC_KEY, TEMPLATE_OF_EXAMPLE
from .simulation import CALLED_CUSTOMER, CUSTOMER, Facts

Make = Callable[[Facts, "re.Match[str]", Case], Any]


@dataclass(frozen=True)
class Substitute:
    """A row: where, which values, what instead, why."""

    path: str
    value: str
    make: Make
    why: str


def _media(facts: Facts, found: re.Match[str], case: Case) -> str:
    return facts.media[found["kind"]]


def _link(facts: Facts, found: re.Match[str], case: Case) -> str:
    return facts.links[found["kind"]]


def _template(facts: Facts, found: re.Match[str], case: Case) -> str:
    return TEMPLATE_OF_EXAMPLE.get(case.name, "conf_created")


def _ringing(facts: Facts, found: re.Match[str], case: Case) -> str:
    incoming = case.name in ("Accept Call", "Reject Call")
    return facts.customer if incoming else CALLED_CUSTOMER


KIND = "(?P<kind>image|audio|video|document|sticker)"
PLACEHOLDER = r"(<.+>|\{\{.+\}\})"

BODY: tuple[Substitute, ...] = (
    Substitute("clone_flow_id", ".*", lambda f, m, c: f.flow, "a flow of the account"),
    Substitute("source_waba_id", ".*", lambda f, m, c: f.source, "another account"),
    Substitute("call_id", ".*", lambda f, m, c: f.call, "the call that rings"),
    Substitute("to", CALLED_CUSTOMER, _ringing, "the person whose call rings"),
    Substitute(
        "(to|block_users.user)",
        PLACEHOLDER,
        lambda f, m, c: f.customer,
        "a person of the world who wrote today",
    ),
    Substitute(rf".*\b{KIND}\.id", ".*", _media, "an uploaded file of that kind"),
    Substitute(rf".*\b{KIND}\.link", ".*", _link, "a file that can be fetched"),
    Substitute(
        "(context|reaction)?\\.?message_id",
        ".*",
        lambda f, m, c: f.inbound,
        "a message that the person wrote",
    ),
    Substitute(
        "template.name",
        "(template-name|<.+>)",
        _template,
        "the template seeded for this example",
    ),
    Substitute(
        "template.language.code",
        "language-and-locale-code",
        lambda f, m, c: "en_US",
        "its language",
    ),
    Substitute(
        "name", "<TEMPLATE_NAME>", _template, "names are lower case in Meta's own rules"
    ),
    Substitute(
        "interactive.header.type", "<.+>", lambda f, m, c: "text", "it holds a text"
    ),
    Substitute(
        "interactive.action.sections.rows.description",
        "<.+>",
        lambda f, m, c: "a description",
        "any text within 72 characters",
    ),
    Substitute(
        ".*flow_id",
        PLACEHOLDER,
        lambda f, m, c: "700000000000001",
        "any flow: the simulator has none of its own",
    ),
    Substitute("pin", "(<.+>|6-digit-pin)", lambda f, m, c: "123456", "six digits"),
    Substitute(
        "code",
        "(<CODE>|ANED2T5QRU7HG1)",
        lambda f, m, c: f.qr_code,
        "a QR code of this number",
    ),
    Substitute(
        "code", ".*", lambda f, m, c: f.code, "the code that the number was sent"
    ),
    Substitute("generate_qr_image", "<.+>", lambda f, m, c: "PNG", "SVG or PNG"),
    Substitute(".*l(at|ong)itude", "<.+>", lambda f, m, c: "4.6", "degrees"),
    Substitute("contacts.birthday", "<.+>", lambda f, m, c: "1999-01-23", "a date"),
    Substitute("websites", "<.+>", lambda f, m, c: "https://a.test", "an address"),
    Substitute("email", "<.+>", lambda f, m, c: "a@b.test", "an address"),
    Substitute("vertical", "<.+>", lambda f, m, c: "RETAIL", "one of the list"),
    Substitute("business_public_key", ".*", lambda f, m, c: PUBLIC_KEY, "a whole key"),
    Substitute(
        ".*(header_handle|profile_picture_handle)",
        ".*",
        lambda f, m, c: f.handle or m.string,
        "a file of a resumable upload; Meta's handle is of Meta's storage",
    ),
    Substitute(
        ".*(override_callback_uri|webhook_url)",
        ".*",
        lambda f, m, c: f.callback,
        "an address that answers the handshake",
    ),
)

#: Variables of paths and queries.
VARIABLES: dict[str, Callable[[Facts], str]] = {
    "{Phone-Number-ID}": lambda f: f.number,
    "{PHONE_NUMBER_ID}": lambda f: f.number,
    "<PHONE_NUMBER_ID>": lambda f: f.number,
    "{WABA-ID}": lambda f: f.waba,
    "{WhatsApp-Business-Account-ID}": lambda f: f.waba,
    "{Application-ID}": lambda f: f.app,
    "{Business-ID}": lambda f: f.business,
    "{Flow-ID}": lambda f: f.flow,
    "{Media-ID}": lambda f: f.media["image"],
    "{Media-URL}": lambda f: f.media_url,
    "{Upload-ID}": lambda f: f.upload or "upload:none",
    "{TEMPLATE_ID}": lambda f: f.templates["2023_april_promo"],
    "<TEMPLATE_ID>": lambda f: f.templates["2023_april_promo"],
    "<HSM_ID>": lambda f: f.templates["2023_april_promo"],
    "{QR-Code-ID}": lambda f: f.qr_code,
    "<QR_CODE_ID>": lambda f: f.qr_code,
    "<TEMPLATE_NAME>": lambda f: "2023_april_promo",
    "<NAME>": lambda f: "2023_april_promo",
    "{User-Access-Token}": lambda f: f.token,
    "{WhatsApp-Business-Profile-ID}": lambda f: f"profile:{f.number}",
    "<YOUR_FILE_LENGTH>": lambda f: "303833",
    "app/uploads": lambda f: f"{f.app}/uploads",
}
#: A node of a kind that the world does not have (a solution, a flow, a business).
FOREIGN_NODE = "700000000000001"
_REST = re.compile(r"(?:\{\{|\{|<)[^}>]+(?:\}\}|\}|>)")


#: Queries that an operation needs and its example leaves out, or has wrong.
QUERIES: dict[str, dict[str, str | None]] = {
    # The OpenAPI file lists the parameter and gives no value.
    f"{OPENAPI}: DELETE /{{WABA-ID}}/message_templates": {"name": "<TEMPLATE_NAME>"},
    # The OpenAPI file has the parameter without a value.
    f"{OPENAPI}: GET /{{Phone-Number-ID}}/call_permissions": {"user_wa_id": CUSTOMER},
    # business_profile is the envelope of the sample, not a column.
    f"{OPENAPI}: GET /{{Phone-Number-ID}}/whatsapp_business_profile": {"fields": None},
}


def fill_query(case: Case, facts: Facts) -> dict[str, str]:
    """The query of a case with its placeholders filled."""
    query: dict[str, str | None] = dict(case.query)
    query.update(QUERIES.get(f"{case.source}: {case.operation}", {}))
    return {k: _known(v, facts) for k, v in query.items() if v is not None}


def fill_form(case: Case, facts: Facts) -> dict[str, str]:
    """The form fields of a case with their placeholders filled."""
    filled: dict[str, str] = _fill(case.form, "", case, facts)
    return filled


def fill_body(case: Case, facts: Facts) -> Any:
    """The body of a case with its placeholders filled."""
    return _fill(case.body, "", case, facts)


def _fill(value: Any, path: str, case: Case, facts: Facts) -> Any:
    if isinstance(value, dict):
        return {
            k: _fill(v, f"{path}.{k}" if path else k, case, facts)
            for k, v in value.items()
        }
    if isinstance(value, list):
        return [_fill(v, path, case, facts) for v in value]
    if not isinstance(value, str):
        return value
    for row in BODY:
        at = re.fullmatch(row.path, path)
        if at and re.fullmatch(row.value, value, re.DOTALL):
            return row.make(facts, at, case)
    return value


def fill_text(text: str, facts: Facts) -> str:
    """A path; a node of a kind that the world has not becomes a foreign one."""
    return _REST.sub(FOREIGN_NODE, _known(text, facts))


def _known(text: str, facts: Facts) -> str:
    text = text.replace("{{", "{").replace("}}", "}")
    for name, make in VARIABLES.items():
        if name in text:
            text = text.replace(name, make(facts))
    return text
