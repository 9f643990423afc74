"""The shape of ``contacts`` messages (contacts page as mirrored 2025-12-11)."""

import re
from typing import Any

from ..schema import Anything, Node, Rows, Shape, Text, wrong

#: Meta's page marks formatted_name only; 257 cards is WhatsApp's own limit.
MAX_CARDS = 257
_BIRTHDAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Birthday:
    """``YYYY-MM-DD``."""

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        if not isinstance(value, str) or not _BIRTHDAY.fullmatch(value):
            raise wrong(where, f"must be in YYYY-MM-DD format, got {value!r}")


def _all(*names: str) -> dict[str, Shape]:
    return {name: Text(4096, least=0) for name in names}


CARD = Node(
    {
        "name": Node(
            {"formatted_name": Text(1024)},
            _all("first_name", "last_name", "middle_name", "suffix", "prefix"),
        )
    },
    {
        "birthday": Birthday(),
        "addresses": Rows(
            Node(
                optional=_all(
                    "street", "city", "state", "zip", "country", "country_code", "type"
                )
            ),
            least=0,
        ),
        "emails": Rows(Node(optional=_all("email", "type")), least=0),
        "org": Node(optional=_all("company", "department", "title")),
        "phones": Rows(Node(optional=_all("phone", "type", "wa_id")), least=0),
        "urls": Rows(Node(optional=_all("url", "type")), least=0),
        "ims": Anything(),
        "vcard": Text(65536),
    },
)
CONTACTS = Rows(CARD, most=MAX_CARDS)


def summary(cards: list[Any]) -> str:
    """The names, as a person sees them."""
    return ", ".join(card["name"]["formatted_name"] for card in cards)
