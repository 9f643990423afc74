"""Phone digits and WhatsApp's own idea of them."""

import re

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_DIGITS = re.compile(r"[1-9][0-9]{6,14}")


def is_user_id(key: str) -> bool:
    """Whether this is a business-scoped user id (``CC.`` and alphanumerics)."""
    return bool(_USER_ID.fullmatch(key))


def digits_of(text: str) -> str | None:
    """International digits of a number as people type it; None when it is none."""
    bare = re.sub(r"[\s()\-.]", "", text).removeprefix("+")
    return bare if _DIGITS.fullmatch(bare) else None


def wa_id_of(digits: str) -> str:
    """The id WhatsApp gives to a number; it differs in three countries.

    Brazil: area codes from 31 lose the ninth digit.  Mexico: 521 and ten
    digits.  Argentina: 549 and ten digits.  (Public issue threads of several
    open source inboxes, 2024 to 2026.)
    """
    if re.fullmatch(r"55[3-9][1-9]9\d{8}", digits):
        return digits[:4] + digits[5:]
    if re.fullmatch(r"52[2-9]\d{9}", digits):
        return "521" + digits[2:]
    if re.fullmatch(r"54[1-8]\d{9}", digits):
        return "549" + digits[2:]
    return digits
