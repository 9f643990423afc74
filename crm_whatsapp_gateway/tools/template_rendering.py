"""A template filled with values: what the customer reads, what may not be sent.

Source of the limits: Cloud API, "Templates, components"; of the white space, error
132018 ("Param text cannot have new-line/tab characters or more than 4 consecutive
spaces").
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .template_definition import (
    BODY,
    BUTTON,
    HEADER,
    OFFER,
    PLACE,
    PLACEHOLDER,
    TEXT,
    Button,
    Definition,
    Variable,
)

HEADER_LENGTH, BODY_LENGTH, OFFER_BODY_LENGTH = 60, 1024, 600
URL_LENGTH, CODE_LENGTH = 2000, 20
# Degrees, either way.
COORDINATES = {"latitude": 90, "longitude": 180}

_CODE = re.compile(r"[A-Za-z0-9]+")
# Characters without width: they make an empty value look filled.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u2800\u3164\ufeff\uffa0]"
)
# Joins the parts of an emoji: dropped where it joins nothing.
_JOINER = "\u200d"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class ValueProblem:
    """Value that Meta would refuse.

    :ivar code: ``missing``, ``header_length``, ``body_length``, ``code``,
        ``url_length``, ``coordinate``, ``expiration``
    :ivar limit: the most characters, 0 where length is not the matter
    """

    code: str
    variable: Variable | None
    limit: int = 0


@dataclass(frozen=True)
class RenderedButton:
    """Button as the customer sees it; ``target`` is its address, number or code."""

    type: str
    label: str
    target: str = ""


@dataclass(frozen=True)
class RenderedTemplate:
    """Texts as the customer reads them."""

    header_format: str
    header: str
    body: str
    footer: str
    buttons: tuple[RenderedButton, ...]
    offer: str = ""

    def as_text(self) -> str:
        """The message as one text with WhatsApp's marks, for the chatter."""
        parts = [f"*{self.header}*" if self.header else "", self.offer, self.body]
        parts.append(f"_{self.footer}_" if self.footer else "")
        lines = [
            f"▸ {button.label} ({button.target})" if button.target
            else f"▸ {button.label}"
            for button in self.buttons
        ]  # fmt: skip
        parts.append("\n".join(lines))
        return "\n\n".join(part for part in parts if part)


def clean_value(text: str) -> str:
    """Return a value as Meta takes it: no control or invisible characters, each run
    of white space one space, none at the ends.
    """
    text = _CONTROL.sub(" ", text)
    kept = _INVISIBLE.sub(lambda match: _keep_joiner(text, match), text)
    return " ".join(kept.split())


def _keep_joiner(text: str, match: re.Match[str]) -> str:
    """Keep a joiner between two signs of an emoji, drop everything else."""
    start, end = match.span()
    joins = (
        match[0] == _JOINER
        and start > 0
        and end < len(text)
        and ord(text[start - 1]) > 0x2000
        and ord(text[end]) > 0x2000
    )
    return _JOINER if joins else ""


def clean_values(definition: Definition, values: Mapping[str, str]) -> dict[str, str]:
    """Values of a definition's variables by key, cleaned; those of URLs shortened to
    the part that Meta wants.
    """
    cleaned = {}
    for variable in definition.variables:
        text = clean_value(values.get(variable.key, ""))
        if variable.part == BUTTON:
            button = definition.buttons[variable.button]
            if button.type == "URL":
                text = url_suffix(button.url, text)
        cleaned[variable.key] = text
    return cleaned


def url_suffix(url: str, value: str) -> str:
    """Part of an address that takes the place of its variable.

    :param url: of the button, e.g. ``https://x.co/p/{{1}}``
    :param value: that part, or the whole address
    """
    head, _braces, tail = PLACEHOLDER.sub("\0", url).partition("\0")
    if value.startswith(head):
        value = value[len(head) :]
        if tail and value.endswith(tail):
            value = value[: -len(tail)]
    return value


def find_problems(
    definition: Definition, values: Mapping[str, str]
) -> tuple[ValueProblem, ...]:
    """Return what Meta would refuse of these (cleaned) values."""
    return tuple(_problems(definition, values))


def _problems(
    definition: Definition, values: Mapping[str, str]
) -> Iterator[ValueProblem]:
    for variable in definition.variables:
        value = values.get(variable.key, "")
        if not value:
            if variable.required:
                yield ValueProblem("missing", variable)
        elif variable.part == BUTTON:
            yield from _button_problems(definition, variable, value)
        elif variable.part == PLACE and abs(_number(value)) > COORDINATES.get(
            variable.name, math.inf
        ):
            yield ValueProblem("coordinate", variable)
        elif variable.part == OFFER and not value.isdigit():
            yield ValueProblem("expiration", variable)
    rendered = render(definition, values)
    if len(rendered.header) > HEADER_LENGTH:
        yield ValueProblem("header_length", None, HEADER_LENGTH)
    limit = OFFER_BODY_LENGTH if definition.offer else BODY_LENGTH
    if len(rendered.body) > limit:
        yield ValueProblem("body_length", None, limit)


def _button_problems(
    definition: Definition, variable: Variable, value: str
) -> Iterator[ValueProblem]:
    button = definition.buttons[variable.button]
    if button.type == "COPY_CODE":
        if len(value) > CODE_LENGTH or not _CODE.fullmatch(value):
            yield ValueProblem("code", variable, CODE_LENGTH)
    elif len(_fill(button.url, lambda _name: value)) > URL_LENGTH or " " in value:
        yield ValueProblem("url_length", variable, URL_LENGTH)


def _number(text: str) -> float:
    """Number of a text; infinite, so out of every range, for anything else."""
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return math.inf if math.isnan(number) else number


def render(definition: Definition, values: Mapping[str, str]) -> RenderedTemplate:
    """Fill a template; a variable without value stays as it stands in the text."""
    header = definition.header
    header_text = header.text if header and header.format == TEXT else ""
    return RenderedTemplate(
        header_format=header.format if header else "",
        header=_fill_part(HEADER, header_text, values),
        body=_fill_part(BODY, definition.body, values),
        footer=definition.footer,
        buttons=tuple(
            RenderedButton(button.type, button.label, _target(index, button, values))
            for index, button in enumerate(definition.buttons)
        ),
        offer=definition.offer,
    )


def _target(index: int, button: Button, values: Mapping[str, str]) -> str:
    if button.type == "URL":
        return _fill_part(f"{BUTTON}:{index}", button.url, values)
    if button.type == "COPY_CODE":
        return values.get(f"{BUTTON}:{index}:code", "")
    return button.phone_number


def _fill_part(part: str, text: str, values: Mapping[str, str]) -> str:
    return _fill(text, lambda name: values.get(f"{part}:{name}", ""))


def _fill(text: str, value_of: Callable[[str], str]) -> str:
    # One pass: a value that looks like a placeholder is not filled again.
    return PLACEHOLDER.sub(lambda match: value_of(match[1]) or match[0], text)
