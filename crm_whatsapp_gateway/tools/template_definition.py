"""A message template as Meta defines it, parsed from the JSON of the Graph API.

Source: Cloud API, "Templates" (components, parameter formats), as of 2025-12.
Nothing here raises for what Meta leaves out or adds: it becomes a :class:`Problem`,
and the template is kept as not supported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

NAMED, POSITIONAL = "NAMED", "POSITIONAL"
TEXT, LOCATION = "TEXT", "LOCATION"
#: Formats of a header that carry a file, and the type of their parameter.
MEDIA_FORMATS = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
#: Types of buttons that can be sent.
BUTTON_TYPES = frozenset(
    {"QUICK_REPLY", "URL", "PHONE_NUMBER", "VOICE_CALL", "COPY_CODE", "FLOW", "CATALOG"}
)
#: Statuses of Meta's that are known, and the state they become.
STATES = {
    "APPROVED": "approved",
    "ARCHIVED": "archived",
    "DELETED": "deleted",
    "DISABLED": "disabled",
    "IN_APPEAL": "in_appeal",
    "LIMIT_EXCEEDED": "limit_exceeded",
    "PAUSED": "paused",
    "PENDING": "pending",
    "PENDING_DELETION": "pending_deletion",
    "REINSTATED": "approved",
    "REJECTED": "rejected",
}
CATEGORIES = frozenset({"AUTHENTICATION", "MARKETING", "UTILITY"})

#: What a location header wants, in the order in which a person is asked; the first
#: two are numbers and cannot be left out.
LOCATION_FIELDS = ("latitude", "longitude", "name", "address")
EXPIRATION = "expiration"

# Parts of a template that have variables.
HEADER, BODY, BUTTON = "header", "body", "button"
PLACE, OFFER = "location", "offer"

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


@dataclass(frozen=True)
class Problem:
    """Reason why a template cannot be used.

    :ivar code: key of the reason, see ``REASONS`` of the model
    :ivar detail: Meta's word that is not supported
    """

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Variable:
    """A value that a message needs for each send.

    :ivar part: one of ``header``, ``body``, ``button``, ``location``, ``offer``
    :ivar name: what stands in the braces, or the name of the field
    :ivar place: 1-based order inside its part
    :ivar button: 0-based index of its button, -1 for other parts
    :ivar label: label of its button
    :ivar example: Meta's sample value
    :ivar required: whether the message can be sent without it
    """

    part: str
    name: str
    place: int
    button: int = -1
    label: str = ""
    example: str = ""
    required: bool = True

    @property
    def key(self) -> str:
        """Name of its value: ``body:1``, ``body:nombre``, ``button:0:1``."""
        middle = f"{self.button}:" if self.button >= 0 else ""
        return f"{self.part}:{middle}{self.name}"


@dataclass(frozen=True)
class Header:
    """Header of a template: a text, a file or a location."""

    format: str
    text: str = ""
    example: tuple[str, ...] = ()


@dataclass(frozen=True)
class Button:
    """Button of a template, at its index."""

    type: str
    label: str = ""
    url: str = ""
    phone_number: str = ""
    example: str = ""


@dataclass(frozen=True)
class Definition:
    """A template of Meta's.

    :ivar has_expiration: whether its limited-time offer names an end
    :ivar problems: why it cannot be sent; empty when it can
    """

    uid: str = ""
    name: str = ""
    language: str = ""
    category: str = ""
    status: str = ""
    parameter_format: str = POSITIONAL
    header: Header | None = None
    body: str = ""
    body_example: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    offer: str = ""
    has_expiration: bool = False
    quality: str = ""
    rejected_reason: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_named(self) -> bool:
        return self.parameter_format == NAMED

    @property
    def media_type(self) -> str:
        """Type of the file that the header wants: ``image``, …; ``""`` for none."""
        return MEDIA_FORMATS.get(self.header.format, "") if self.header else ""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every value that a send needs, in the order in which it is read."""
        return tuple(_variables(self))


def placeholders(text: str) -> tuple[str, ...]:
    """Names in the braces, each once: numbers in their order, names as they come."""
    names = dict.fromkeys(PLACEHOLDER.findall(text))
    if all(name.isdigit() for name in names):
        return tuple(sorted(names, key=int))
    return tuple(names)


def parse(data: object) -> Definition:
    """Parse one entry of ``/message_templates`` or the answer of ``/{id}``."""
    given = _mapping(data)
    components = given.get("components")
    problems = [] if isinstance(components, list) else [Problem("shape", "components")]
    found = _Components(problems)
    for component in components if isinstance(components, list) else []:
        found.add(component)
    category, status = (_text(given, key).upper() for key in ("category", "status"))
    if category == "AUTHENTICATION":
        problems.append(Problem("authentication"))
    elif category not in CATEGORIES:
        problems.append(Problem("category", category))
    if status not in STATES:
        problems.append(Problem("status", status))
    if not found.body:
        problems.append(Problem("body"))
    score = _mapping(given.get("quality_score"))
    rejected = _text(given, "rejected_reason")
    return Definition(
        uid=_text(given, "id"),
        name=_text(given, "name"),
        language=_text(given, "language"),
        category=category,
        status=status,
        parameter_format=_parameter_format(given, found),
        header=found.header,
        body=found.body,
        body_example=found.body_example,
        footer=found.footer,
        buttons=tuple(found.buttons),
        offer=found.offer,
        has_expiration=found.has_expiration,
        quality=_text(score, "score").upper(),
        rejected_reason="" if rejected.upper() == "NONE" else rejected,
        problems=tuple(dict.fromkeys(problems)),
    )


class _Components:
    """Parts of a template while its components are read."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.header: Header | None = None
        self.body = ""
        self.body_example: tuple[tuple[str, str], ...] = ()
        self.footer = ""
        self.buttons: list[Button] = []
        self.offer = ""
        self.has_expiration = False

    def add(self, component: object) -> None:
        given = _mapping(component)
        kind = _text(given, "type").upper()
        if kind == "HEADER":
            self._add_header(given)
        elif kind == "BODY":
            self.body = _text(given, "text")
            self.body_example = tuple(_examples(given, "body_text"))
        elif kind == "FOOTER":
            self.footer = _text(given, "text")
        elif kind == "BUTTONS":
            self._add_buttons(given.get("buttons"))
        elif kind == "LIMITED_TIME_OFFER":
            offer = _mapping(given.get("limited_time_offer"))
            self.offer = _text(offer, "text")
            self.has_expiration = bool(offer.get("has_expiration"))
        elif kind == "CAROUSEL":
            self.problems.append(Problem("carousel"))
        else:
            self.problems.append(Problem("component", kind or "?"))

    def _add_header(self, given: Mapping[str, Any]) -> None:
        header_format = _text(given, "format").upper() or TEXT
        if header_format not in (TEXT, LOCATION, *MEDIA_FORMATS):
            self.problems.append(Problem("header", header_format))
        examples = tuple(value for _name, value in _examples(given, "header_text"))
        self.header = Header(header_format, _text(given, "text"), examples)

    def _add_buttons(self, given: object) -> None:
        if not isinstance(given, list):
            self.problems.append(Problem("shape", "buttons"))
            return
        for entry in given:
            button = _mapping(entry)
            kind = _text(button, "type").upper()
            if kind not in BUTTON_TYPES:
                self.problems.append(Problem("button", kind or "?"))
            example = button.get("example")
            if isinstance(example, list):
                example = example[0] if example else ""
            self.buttons.append(
                Button(
                    type=kind,
                    label=_text(button, "text"),
                    url=_text(button, "url"),
                    phone_number=_text(button, "phone_number"),
                    example=example if isinstance(example, str) else "",
                )
            )


def _variables(definition: Definition) -> Iterator[Variable]:
    header = definition.header
    if header and header.format == TEXT:
        examples = dict(enumerate(header.example))
        for index, name in enumerate(placeholders(header.text)):
            yield Variable(HEADER, name, index + 1, example=examples.get(index, ""))
    elif header and header.format == LOCATION:
        for index, name in enumerate(LOCATION_FIELDS):
            yield Variable(PLACE, name, index + 1, required=index < 2)
    by_name = dict(definition.body_example)
    by_place = [value for _name, value in definition.body_example]
    for index, name in enumerate(placeholders(definition.body)):
        place = by_place[index] if index < len(by_place) else ""
        yield Variable(BODY, name, index + 1, example=by_name.get(name, place))
    for index, button in enumerate(definition.buttons):
        yield from _button_variables(index, button)
    if definition.has_expiration:
        yield Variable(OFFER, EXPIRATION, 1)


def _button_variables(index: int, button: Button) -> Iterator[Variable]:
    names: Iterable[str] = ()
    if button.type == "URL":
        names = placeholders(button.url)
    elif button.type == "COPY_CODE":
        names = ("code",)
    for place, name in enumerate(names, start=1):
        yield Variable(BUTTON, name, place, index, button.label, button.example)


def _parameter_format(given: Mapping[str, Any], found: _Components) -> str:
    """NAMED or POSITIONAL; older answers do not say, the placeholders do."""
    said = _text(given, "parameter_format").upper()
    if said in (NAMED, POSITIONAL):
        return said
    header = found.header.text if found.header else ""
    names = placeholders(header) + placeholders(found.body)
    return POSITIONAL if all(name.isdigit() for name in names) else NAMED


def _examples(given: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    """Name (``""`` for a position) and sample of each variable.

    ``body_text`` is an array of arrays in Meta's answers, and a plain one in some.
    """
    example = _mapping(given.get("example"))
    named = example.get(f"{key}_named_params")
    for entry in named if isinstance(named, list) else []:
        yield _text(_mapping(entry), "param_name"), _text(_mapping(entry), "example")
    plain = example.get(key)
    if isinstance(plain, list) and plain and isinstance(plain[0], list):
        plain = plain[0]
    for value in [plain] if isinstance(plain, str) else plain or []:
        yield "", value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value)
