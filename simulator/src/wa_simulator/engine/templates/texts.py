"""Texts of a template: length, variables, examples.

Subcodes (all under code 100): 2388040 too long, 2388043 missing field, 2388047
header, 2388072 body, 2388073 footer, 2388293 too many variables for the length,
2388299 a variable at the beginning or the end.
"""

import re

from ..entities import Json
from ..errors import Refused

MAX_HEADER = 60
MAX_BODY = 1024
MAX_CARD_BODY = 160
MAX_FOOTER = 60
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_NAMED = re.compile(r"[a-z][a-z0-9_]*")
_MARKUP = re.compile(r"[*_~`\n\r]")
OTP_TEXT = "*{{1}}* is your verification code."
OTP_WARNING = " For your security, do not share this code."

#: subcode -> title that Meta shows to the person.
TITLES: dict[int, str] = {
    2388019: "Template limit reached",
    2388023: "Message template is being deleted",
    2388024: "Content in This Language Already Exists",
    2388039: "Template can't be edited",
    2388040: "Character limit exceeded",
    2388043: "Message template components are missing expected fields",
    2388047: "Message header formatting is incorrect",
    2388072: "Message body formatting is incorrect",
    2388073: "Message footer formatting is incorrect",
    2388293: "Too many variables for the length of the message",
    2388299: "Variables can't be at the start or end of the template",
}


def refused(subcode: int, where: str, words: str) -> Refused:
    """Meta's 100 "Invalid parameter" with title and words for a person."""
    return Refused(
        100,
        subcode=subcode,
        message="Invalid parameter",
        user=(TITLES[subcode], f"{where}: {words}"),
    )


def required(kind: str, field: str) -> Refused:
    """2388043: a component lacks a field."""
    return refused(
        2388043,
        "components",
        f"component of type {kind} is missing expected field(s) ({field})",
    )


def variables(text: str) -> list[str]:
    """Names inside the braces, in order, each once."""
    return list(dict.fromkeys(name.strip() for name in _VARIABLE.findall(text)))


def _text(component: Json, kind: str, limit: int) -> str:
    text = component.get("text")
    if not isinstance(text, str) or not text.strip():
        raise required(kind, "text")
    if len(text) > limit:
        raise refused(2388040, kind, f"at most {limit} characters, got {len(text)}")
    return text


def _check_names(names: list[str], subcode: int, kind: str, *, named: bool) -> None:
    """Positional: 1, 2, 3…; named: lowercase letters, digits and underscores."""
    if named:
        bad = [name for name in names if not _NAMED.fullmatch(name)]
        if bad:
            raise refused(
                subcode, kind, f"'{{{{{bad[0]}}}}}': names are lowercase letters, _"
            )
    elif names != [str(position) for position in range(1, len(names) + 1)]:
        raise refused(
            subcode,
            kind,
            f"variables must be {{{{1}}}}, {{{{2}}}}… in order, got {', '.join(names)}"
            "; for names set parameter_format",
        )


def header(component: Json, *, named: bool) -> None:
    """A text header: 60 characters, one variable, no markup."""
    text = _text(component, "HEADER", MAX_HEADER)
    names = variables(text)
    if _MARKUP.search(_VARIABLE.sub("", text)):
        raise refused(2388047, "HEADER", "no new lines, no formatting characters")
    if len(names) > 1:
        raise refused(2388047, "HEADER", "one variable at most")
    _check_names(names, 2388047, "HEADER", named=named)
    if names:
        key = "header_text_named_params" if named else "header_text"
        examples(component, "HEADER", key, 1)


def body(component: Json, *, named: bool, in_card: bool) -> None:
    """The body: 1024 characters (160 in a card), any number of variables."""
    text = _text(component, "BODY", MAX_CARD_BODY if in_card else MAX_BODY)
    names = variables(text)
    _check_names(names, 2388072, "BODY", named=named)
    if not names:
        return
    stripped = text.strip()
    if stripped.startswith("{{") or stripped.endswith("}}"):
        raise refused(2388299, "BODY", "put words before and after each variable")
    words = len(_VARIABLE.sub("x", text).split())
    # Integrators report this bound; Meta publishes none.
    if words < 2 * len(names) + 1:
        raise refused(2388293, "BODY", "reduce the variables or write more words")
    key = "body_text_named_params" if named else "body_text"
    examples(component, "BODY", key, len(names))


def examples(component: Json, kind: str, key: str, count: int) -> None:
    """2388043 unless ``example`` has as many values as there are variables.

    ``body_text`` is an array of arrays in most of Meta's samples and a plain array
    in the syntax of its components page: both are taken.
    """
    example = component.get("example")
    given = example.get(key) if isinstance(example, dict) else None
    if isinstance(given, str):
        given = [given]
    if isinstance(given, list) and given and isinstance(given[0], list):
        given = given[0]
    if not isinstance(given, list) or len(given) != count:
        raise required(kind, f"example.{key}")


def footer(component: Json) -> None:
    """The footer: 60 characters, no variables, no new lines."""
    text = _text(component, "FOOTER", MAX_FOOTER)
    if variables(text) or "\n" in text:
        raise refused(2388073, "FOOTER", "no variables and no new lines")


def otp_body(component: Json) -> Json:
    """The body of an authentication template has Meta's own words."""
    text = OTP_TEXT
    if component.get("add_security_recommendation"):
        text += OTP_WARNING
    return {**component, "text": text, "example": {"body_text": [["123456"]]}}
