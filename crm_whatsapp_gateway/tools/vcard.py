"""Contacts of a message as vCards 3.0 (RFC 2426), which every address book reads."""

from typing import Any

Json = dict[str, Any]

# RFC 2426, 5.8.4: what a text value must escape.
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def vcards(message: Json) -> list[tuple[str, bytes, str]]:
    """(file name, content, mimetype) for each contact of one of Meta's messages."""
    contacts = message.get("contacts")
    if message.get("type") != "contacts" or not isinstance(contacts, list):
        return []
    return [
        (f"{_file_name(contact)}.vcf", _card(contact).encode(), "text/vcard")
        for contact in contacts
        if isinstance(contact, dict)
    ]


def _name_of(contact: Json) -> str:
    name = contact.get("name") or {}
    phones = contact.get("phones") or [{}]
    return str(name.get("formatted_name") or phones[0].get("phone") or "contact")


def _file_name(contact: Json) -> str:
    name = "".join(char if char.isalnum() else " " for char in _name_of(contact))
    return " ".join(name.split()) or "contact"


def _card(contact: Json) -> str:
    if contact.get("vcard"):
        # 2026: Meta sends the card itself.
        return str(contact["vcard"])
    name = contact.get("name") or {}
    family, first = name.get("last_name"), name.get("first_name")
    parts = (family, first, name.get("middle_name"), name.get("prefix"))
    lines = ["BEGIN:VCARD", "VERSION:3.0"]
    lines.append("N:" + ";".join(_text(part) for part in (*parts, name.get("suffix"))))
    lines.append("FN:" + _text(_name_of(contact)))
    lines += [f"TEL:{_text(p.get('phone'))}" for p in contact.get("phones") or []]
    lines += [f"EMAIL:{_text(e.get('email'))}" for e in contact.get("emails") or []]
    lines += [f"URL:{_text(u.get('url'))}" for u in contact.get("urls") or []]
    lines += [_address(address) for address in contact.get("addresses") or []]
    org = contact.get("org") or {}
    if org.get("company"):
        lines.append("ORG:" + _text(org["company"]))
    if org.get("title"):
        lines.append("TITLE:" + _text(org["title"]))
    if contact.get("birthday"):
        lines.append("BDAY:" + _text(contact["birthday"]))
    return "\r\n".join([*lines, "END:VCARD", ""])


def _address(address: Json) -> str:
    keys = ("street", "city", "state", "zip", "country")
    return "ADR:;;" + ";".join(_text(address.get(key)) for key in keys)


def _text(value: Any) -> str:
    return str(value or "").translate(_ESCAPES)
