"""What a customer sends, from the words of a scenario to Meta's node."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Node = dict[str, Any]
Words = Mapping[str, str]

BOGOTA = {"latitude": 4.6767, "longitude": -74.0483}
FUTURE_TYPE = "hologram"
THUMBS_UP = "\N{THUMBS UP SIGN}"


def _location(words: Words) -> Node:
    return {"type": "location", "location": {**BOGOTA, "name": words["place"]}}


def _contact(words: Words) -> Node:
    card = {
        "name": {"formatted_name": words["name"], "first_name": words["name"]},
        "phones": [{"phone": "+57 310 000 0000", "type": "CELL"}],
    }
    return {"type": "contacts", "contacts": [card]}


def _order(words: Words) -> Node:
    item = {
        "product_retailer_id": words["product"],
        "quantity": int(words["count"]),
        "item_price": 25000,
        "currency": "COP",
    }
    return {
        "type": "order",
        "order": {"catalog_id": "500000000000001", "product_items": [item]},
    }


def _row(words: Words) -> Node:
    reply = {"id": "opcion-1", "title": words["title"], "description": ""}
    return {"type": "interactive", "interactive": {"list_reply": reply}}


def _reply_button(words: Words) -> Node:
    reply = {"id": "boton-1", "title": words["title"]}
    return {"type": "interactive", "interactive": {"button_reply": reply}}


def _quick_reply(words: Words) -> Node:
    return {"type": "button", "text": words["title"], "payload": "respuesta-1"}


def _unsupported(words: Words) -> Node:
    return {"type": "unsupported"}


def _of_the_future(words: Words) -> Node:
    message = {"type": FUTURE_TYPE, FUTURE_TYPE: {"shape": "sphere"}}
    return {"type": FUTURE_TYPE, "message": message}


def _medium(kind: str) -> Callable[[Words], Node]:
    def node(words: Words) -> Node:
        return {"type": kind, **{k: v for k, v in words.items() if v}}

    return node


#: Words of a scenario, and what they make.
CONTENTS: tuple[tuple[str, Callable[[Words], Node]], ...] = (
    (r'la ubicación "(?P<place>.+)"', _location),
    (r'el contacto de "(?P<name>.+)"', _contact),
    (r'un pedido de (?P<count>\d+) unidades de "(?P<product>.+)"', _order),
    (r'la opción "(?P<title>.+)" de una lista', _row),
    (r'el botón "(?P<title>.+)"', _reply_button),
    (r'la respuesta rápida "(?P<title>.+)"', _quick_reply),
    (r"algo que WhatsApp no muestra", _unsupported),
    (r"un mensaje de un tipo que todavía no existe", _of_the_future),
    (r'una imagen(?: con el texto "(?P<caption>.+)")?', _medium("image")),
    (r'un video(?: con el texto "(?P<caption>.+)")?', _medium("video")),
    (r'el documento "(?P<filename>.+)"', _medium("document")),
    (r"una nota de voz", _medium("audio")),
    (r"un sticker", _medium("sticker")),
)


def content_of(words: str) -> Node:
    """`type` and the node of a message, e.g. of `el botón "Sí"`."""
    for pattern, make in CONTENTS:
        found = re.fullmatch(pattern, words)
        if found:
            return make(found.groupdict(""))
    known = "; ".join(pattern for pattern, _ in CONTENTS)
    raise AssertionError(f"esperado: algo de «{known}»; obtenido: «{words}»")
