"""Buttons of a template, by type (components page as mirrored 2025-12-11)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ..entities import Json
from ..errors import Refused, bad_parameter
from ..schema import is_web_address
from .texts import refused, required, variables

MAX_BUTTONS = 10
MAX_IN_CARD = 2
MAX_LABEL = 25
MAX_URL = 2000
MAX_PHONE = 20
#: 15 on the page, 20 since December 2025 by the changelog.
MAX_CODE = 20
OTP_TYPES = ("COPY_CODE", "ONE_TAP", "ZERO_TAP")
OTP_URL = "https://www.whatsapp.com/otp/code/?otp_type={}&code=otp{{{{1}}}}"

#: type -> how many at most.
MOST: dict[str, int] = {
    "QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "OTP": 1,
    "FLOW": 1, "CATALOG": 1, "MPM": 1, "SPM": 1, "VOICE_CALL": 1,
    "ORDER_DETAILS": 1, "REQUEST_CONTACT_INFO": 1,
}  # fmt: skip
#: Types whose label Meta writes itself.
NO_LABEL = frozenset({"COPY_CODE", "OTP"})


def _label(button: Json) -> None:
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise required("BUTTONS", "text")
    if len(text) > MAX_LABEL:
        raise refused(2388040, "BUTTONS", f"a label has at most {MAX_LABEL} characters")


def _url(button: Json) -> Json:
    url = button.get("url")
    if not isinstance(url, str) or not url:
        raise required("BUTTONS", "url")
    if len(url) > MAX_URL:
        raise refused(2388040, "BUTTONS", f"a url has at most {MAX_URL} characters")
    names = variables(url)
    if not is_web_address(url.partition("{{")[0]):
        raise bad_parameter(f"Param buttons['url'] is not a valid URI - got \"{url}\".")
    if names and (len(names) > 1 or not url.rstrip().endswith("}}")):
        raise bad_parameter("Param buttons['url']: one variable, at the end.")
    if names and not button.get("example"):
        raise required("BUTTONS", "example")
    return button


def _phone(button: Json) -> Json:
    number = button.get("phone_number")
    if not isinstance(number, str) or not number:
        raise required("BUTTONS", "phone_number")
    if len(number) > MAX_PHONE:
        raise refused(2388040, "BUTTONS", f"at most {MAX_PHONE} characters")
    return button


def _code(button: Json) -> Json:
    example = button.get("example")
    if isinstance(example, list):
        example = example[0] if example else None
    if not isinstance(example, str) or not example:
        raise required("BUTTONS", "example")
    if len(example) > MAX_CODE:
        raise refused(2388040, "BUTTONS", f"a code has at most {MAX_CODE} characters")
    return {"text": "Copy offer code", **button, "example": [example]}


def _otp(button: Json) -> Json:
    """Stored as a url button, as Meta shows it afterwards."""
    kind = str(button.get("otp_type", "")).upper()
    if kind not in OTP_TYPES:
        raise bad_parameter(
            f"Param otp_type must be one of {{{', '.join(OTP_TYPES)}}} - got "
            f'"{button.get("otp_type")}".'
        )
    apps = button.get("supported_apps") or button.get("package_name")
    if kind != "COPY_CODE" and not apps:
        raise required("BUTTONS", "supported_apps")
    url = OTP_URL.format(kind)
    return {
        "type": "URL",
        "text": button.get("text") or "Copy code",
        "url": url,
        "example": [url.replace("{{1}}", "123456")],
    }


def _flow(button: Json) -> Json:
    if not any(button.get(key) for key in ("flow_id", "flow_name", "flow_json")):
        raise required("BUTTONS", "flow_id")
    return button


CHECKS: dict[str, Callable[[Json], Json]] = {
    "URL": _url,
    "PHONE_NUMBER": _phone,
    "COPY_CODE": _code,
    "OTP": _otp,
    "FLOW": _flow,
}


def check(given: Any, *, in_card: bool) -> list[Json]:
    """The buttons as Meta stores them.  Refused."""
    if not isinstance(given, list) or not given:
        raise required("BUTTONS", "buttons")
    most = MAX_IN_CARD if in_card else MAX_BUTTONS
    if len(given) > most:
        raise bad_parameter(f"Param buttons: at most {most}, got {len(given)}.")
    made = [_one(button) for button in given]
    kinds = [str(button["type"]).upper() for button in given]
    for kind, bound in MOST.items():
        if kinds.count(kind) > bound:
            raise bad_parameter(f"Param buttons: at most {bound} of type {kind}.")
    if not in_card and not _grouped(kinds):
        raise _ungrouped()
    return made


def _one(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_parameter("Param buttons must be an array of objects.")
    kind = str(button.get("type", "")).upper()
    if kind not in MOST:
        raise bad_parameter(
            f"Param buttons['type'] must be one of {{{', '.join(MOST)}}} - got "
            f'"{button.get("type")}".'
        )
    if kind not in NO_LABEL:
        _label(button)
    build = CHECKS.get(kind)
    made = build(button) if build else button
    return made if kind == "OTP" else {**made, "type": kind}


def _grouped(kinds: list[str]) -> bool:
    """Quick replies stand together, before or after the others."""
    quick = [kind == "QUICK_REPLY" for kind in kinds]
    changes = sum(a != b for a, b in pairwise(quick))
    return changes <= 1


def _ungrouped() -> Refused:
    return bad_parameter(
        "Param buttons: invalid combination, quick reply buttons must be grouped "
        "together."
    )
