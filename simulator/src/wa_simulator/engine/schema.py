"""Shapes of JSON nodes as data: what must be there, how long, how many.

A shape says where a value breaks it, in Meta's two codes: 131008 for what is
missing, 131009 for what is too long, too many or of a wrong kind.  Meta itself
does not keep to one code per mistake (its support page says so); callers must
build on code and details together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from .errors import Refused

_HTTP = ("http", "https")


class Shape(Protocol):
    """Something a value may fit."""

    def check(self, value: Any, where: str) -> None:
        """Refused (131008, 131009, 100) with the place in its details."""


def absent(where: str) -> Refused:
    """131008: a required parameter is missing."""
    return Refused(131008, f"Parameter {where} is required")


def wrong(where: str, words: str) -> Refused:
    """131009: a parameter's value is not valid."""
    return Refused(131009, f"{where}: {words}")


def is_web_address(value: object) -> bool:
    """An absolute http(s) address with a host."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme.lower() in _HTTP and bool(parts.hostname)
    except ValueError:
        return False


@dataclass(frozen=True)
class Text:
    """A string of ``least`` to ``most`` characters; ``web`` an http(s) address."""

    most: int = 4096
    least: int = 1
    web: bool = False

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        if not isinstance(value, str):
            raise wrong(where, f"expected a string, got {type(value).__name__}")
        if not self.least <= len(value) <= self.most:
            raise wrong(
                where,
                f"length invalid. Min length: {self.least}, Max length: {self.most}, "
                f"got {len(value)}",
            )
        if self.web and not is_web_address(value):
            raise wrong(where, f"'{value[:80]}' is not a valid URL")


@dataclass(frozen=True)
class Number:
    """A number, or a string that writes one."""

    least: float
    most: float

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        try:
            found = float(value)
        except (TypeError, ValueError):
            raise wrong(where, f"expected a number, got {value!r}") from None
        if not self.least <= found <= self.most:
            raise wrong(where, f"{value} is outside {self.least:g} to {self.most:g}")


@dataclass(frozen=True)
class Flag:
    """A boolean."""

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        if not isinstance(value, bool):
            raise wrong(where, f"expected a boolean, got {value!r}")


@dataclass(frozen=True)
class OneOf:
    """One of a few words; ``fold``: whatever the case."""

    words: tuple[str, ...]
    fold: bool = False

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        got = value.lower() if self.fold and isinstance(value, str) else value
        known = [w.lower() for w in self.words] if self.fold else self.words
        if not isinstance(got, str) or got not in known:
            raise wrong(where, f"must be one of {', '.join(self.words)}, got {value!r}")


@dataclass(frozen=True)
class Anything:
    """A value that is there; nothing more is known of it."""

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""


@dataclass(frozen=True)
class Node:
    """An object.  ``extra`` False: an unknown key is Meta's 100 "Unexpected key"."""

    required: Mapping[str, Shape] = field(default_factory=dict)
    optional: Mapping[str, Shape] = field(default_factory=dict)
    extra: bool = False
    #: Exactly one of these keys.
    exactly_one: tuple[str, ...] = ()
    also: Callable[[dict[str, Any], str], None] | None = None

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        if not isinstance(value, dict):
            raise wrong(where, f"expected an object, got {type(value).__name__}")
        for key, shape in self.required.items():
            if value.get(key) is None or value[key] == "":
                raise absent(f"{where}['{key}']")
            shape.check(value[key], f"{where}['{key}']")
        for key, shape in self.optional.items():
            if value.get(key) is not None:
                shape.check(value[key], f"{where}['{key}']")
        if not self.extra:
            self._unexpected(value, where)
        if self.exactly_one:
            self._count_choice(value, where)
        if self.also is not None:
            self.also(value, where)

    def _unexpected(self, value: dict[str, Any], where: str) -> None:
        for key in value:
            if key not in self.required and key not in self.optional:
                raise Refused(
                    100, message=f"(#100) Unexpected key '{key}' on param '{where}'."
                )

    def _count_choice(self, value: dict[str, Any], where: str) -> None:
        given = [key for key in self.exactly_one if value.get(key)]
        if not given:
            raise absent(f"{where}['{self.exactly_one[0]}']")
        if len(given) > 1:
            raise wrong(where, f"only one of {', '.join(self.exactly_one)} may be set")


@dataclass(frozen=True)
class Rows:
    """An array of ``least`` to ``most`` items of one shape."""

    of: Shape
    least: int = 1
    most: int = 1000
    #: Keys that must not repeat, as paths: ``("reply", "id")``.
    unique: Sequence[tuple[str, ...]] = ()
    also: Callable[[list[Any], str], None] | None = None

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        if not isinstance(value, list):
            raise wrong(where, f"expected an array, got {type(value).__name__}")
        if not self.least <= len(value) <= self.most:
            raise wrong(
                where,
                f"invalid number of items. Min: {self.least}, Max: {self.most}, "
                f"got {len(value)}",
            )
        for index, item in enumerate(value):
            self.of.check(item, f"{where}[{index}]")
        for path in self.unique:
            self._repeated(value, path, where)
        if self.also is not None:
            self.also(value, where)

    @staticmethod
    def _repeated(value: list[Any], path: tuple[str, ...], where: str) -> None:
        seen = set()
        for item in value:
            for key in path:
                item = item.get(key) if isinstance(item, dict) else None
            if item is None:
                continue
            if repr(item) in seen:
                raise wrong(where, f"duplicate {' '.join(path)} '{item}'")
            seen.add(repr(item))
