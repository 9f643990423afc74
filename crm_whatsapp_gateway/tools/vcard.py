"""Contacts of a message as vCards 3.0 (RFC 2426), which every address book reads."""

from .webhook_events import ContactCard, ContactCards, Content

# RFC 2426, 5.8.4: what a text value must escape.
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def vcards(content: Content) -> list[tuple[str, bytes, str]]:
    """(file name, content, mimetype) for each contact of a message."""
    if not isinstance(content, ContactCards):
        return []
    return [
        (f"{_file_name(card)}.vcf", _vcard(card).encode(), "text/vcard")
        for card in content.cards
    ]


def _file_name(card: ContactCard) -> str:
    name = "".join(char if char.isalnum() else " " for char in card.name)
    return " ".join(name.split()) or "contact"


def _vcard(card: ContactCard) -> str:
    if card.vcard:
        # 2026: Meta sends the card itself.
        return card.vcard
    names = (
        card.last_name,
        card.first_name,
        card.middle_name,
        card.prefix,
        card.suffix,
    )
    lines = ["BEGIN:VCARD", "VERSION:3.0"]
    lines.append("N:" + ";".join(map(_text, names)))
    lines.append("FN:" + _text(card.name or "contact"))
    lines += [f"TEL:{_text(phone)}" for phone in card.phones]
    lines += [f"EMAIL:{_text(email)}" for email in card.emails]
    lines += [f"URL:{_text(url)}" for url in card.urls]
    lines += ["ADR:;;" + ";".join(map(_text, address)) for address in card.addresses]
    if card.company:
        lines.append("ORG:" + _text(card.company))
    if card.title:
        lines.append("TITLE:" + _text(card.title))
    if card.birthday:
        lines.append("BDAY:" + _text(card.birthday))
    return "\r\n".join([*lines, "END:VCARD", ""])


def _text(value: str) -> str:
    return value.translate(_ESCAPES)
