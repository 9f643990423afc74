"""A small library of ready-made templates, in the shape of Meta's.

Source of the shape: template library pages as mirrored 2025-12-15.  Meta's library
has hundreds of entries in many languages; these few are our own words, named so
that nobody takes them for Meta's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..entities import Json
from ..errors import Refused, Unsupported, bad_parameter

NAME, INPUTS = "library_template_name", "library_template_button_inputs"


@dataclass(frozen=True)
class LibraryTemplate:
    """An entry.

    :param bodies: language -> text; ``params`` are its sample values.
    :param buttons: language -> label of a URL button, whose address the business
        gives; empty without a button.
    """

    id: str
    name: str
    category: str
    topic: str
    usecase: str
    industry: tuple[str, ...]
    bodies: Mapping[str, str]
    params: tuple[str, ...]
    param_types: tuple[str, ...]
    buttons: Mapping[str, str] = field(default_factory=dict)

    def record(self, language: str) -> Json:
        """The row of ``GET /message_template_library``."""
        label = self.buttons.get(language)
        return {
            "id": self.id,
            "name": self.name,
            "language": language,
            "category": self.category,
            "topic": self.topic,
            "usecase": self.usecase,
            "industry": list(self.industry),
            "body": self.bodies[language],
            "body_params": list(self.params),
            "body_param_types": list(self.param_types),
            "buttons": [{"type": "URL", "text": label}] if label else [],
        }


_ENTRIES = (
    LibraryTemplate(
        "480000000000001",
        "order_delivered_sim",
        "UTILITY",
        "ORDER_MANAGEMENT",
        "DELIVERY_CONFIRMATION",
        ("E_COMMERCE",),
        {
            "en_US": "Hi {{1}}, your order {{2}} was delivered. Thank you.",
            "es": "Hola {{1}}, su pedido {{2}} fue entregado. Gracias.",
        },
        ("Ana", "17"),
        ("TEXT", "TEXT"),
        {"en_US": "See order", "es": "Ver pedido"},
    ),
    LibraryTemplate(
        "480000000000002",
        "appointment_reminder_sim",
        "UTILITY",
        "EVENT_REMINDER",
        "APPOINTMENT_REMINDER",
        ("HEALTH", "PROFESSIONAL_SERVICES"),
        {
            "en_US": "Hi {{1}}, we expect you on {{2}}. See you soon.",
            "es": "Hola {{1}}, le esperamos el {{2}}. Hasta pronto.",
        },
        ("Ana", "3/11"),
        ("TEXT", "DATE"),
    ),
    LibraryTemplate(
        "480000000000003",
        "payment_received_sim",
        "UTILITY",
        "PAYMENTS",
        "PAYMENT_CONFIRMATION",
        ("FINANCIAL_SERVICES", "E_COMMERCE"),
        {
            "en_US": "Hi {{1}}, we received your payment of {{2}}. Thank you.",
            "es": "Hola {{1}}, recibimos su pago de {{2}}. Gracias.",
        },
        ("Ana", "$75.000"),
        ("TEXT", "AMOUNT"),
    ),
)
LIBRARY: dict[str, LibraryTemplate] = {entry.name: entry for entry in _ENTRIES}


def rows() -> list[Json]:
    """Every entry in every language."""
    return [e.record(language) for e in _ENTRIES for language in e.bodies]


def completed(body: Json) -> Json:
    """The body of a creation with the components of its library template.

    :raises Refused: a category or button inputs that do not fit.
    :raises Unsupported: an entry or language that only Meta's library has.
    """
    entry = LIBRARY.get(str(body[NAME]))
    if entry is None:
        raise Unsupported(
            f"the library template '{body[NAME]}': the simulator's library has "
            f"{', '.join(LIBRARY)}"
        )
    language = str(body.get("language"))
    if language not in entry.bodies:
        raise Unsupported(
            f"the library template '{entry.name}' in '{language}': the simulator has "
            f"{', '.join(entry.bodies)}"
        )
    if str(body.get("category", "")).upper() != entry.category:
        raise bad_parameter(
            f"Param category of the library template {entry.name} must be "
            f"{entry.category}."
        )
    example = {"body_text": [list(entry.params)]}
    text = entry.bodies[language]
    components: list[Json] = [{"type": "BODY", "text": text, "example": example}]
    if entry.buttons:
        url = _url(body.get(INPUTS))
        components.append(
            {
                "type": "BUTTONS",
                "buttons": [{"type": "URL", "text": entry.buttons[language], **url}],
            }
        )
    return {**body, "components": components}


def _url(given: Any) -> Json:
    """``url`` and ``example`` out of the inputs, given as an array or as text."""
    try:
        inputs = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        inputs = None
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    url = first.get("url") if isinstance(first, dict) else None
    base = url.get("base_url") if isinstance(url, dict) else None
    if not isinstance(base, str) or not base:
        raise _inputs_needed()
    example = url.get("url_suffix_example") if isinstance(url, dict) else None
    return {"url": base, "example": [example]} if example else {"url": base}


def _inputs_needed() -> Refused:
    return bad_parameter(
        f"Param {INPUTS} must have one URL input with url.base_url for this template."
    )
