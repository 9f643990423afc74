"""The world as JSON and back: dataclasses by name, bytes, tuples, sets.

Only classes that the roots reach by their type hints can be built, so a snapshot
from a stranger makes nothing but values.
"""

import base64
import binascii
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from .errors import BadRequest

CLASS = "$"


def _reached(hint: Any, found: dict[str, type]) -> None:
    """Collect the dataclasses in a type hint, and in their fields."""
    for part in get_args(hint):
        _reached(part, found)
    if not isinstance(hint, type) or not is_dataclass(hint) or hint.__name__ in found:
        return
    found[hint.__name__] = hint
    for inner in get_type_hints(hint).values():
        _reached(inner, found)


def fits(value: Any, hint: Any) -> bool:
    """Whether a value has the type of a hint, as far as snapshots need hints."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, one) for one in args)
    if origin in (list, set, frozenset, deque):
        return isinstance(value, origin) and all(fits(v, args[0]) for v in value)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        inner = args[:1] * len(value) if Ellipsis in args else args
        return all(map(fits, value, inner))
    if origin in (dict, Counter):
        kinds = args if len(args) == 2 else (args[0], int)
        return isinstance(value, origin) and all(
            fits(k, kinds[0]) and fits(v, kinds[1]) for k, v in value.items()
        )
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int and isinstance(value, bool):
        return False
    return isinstance(value, hint or type(None))


class Codec:
    """Encodes and decodes.

    :param roots: classes that may stand in a snapshot, with all they hold.
    """

    def __init__(self, roots: Iterable[type]) -> None:
        self.known: dict[str, type] = {}
        for root in roots:
            _reached(root, self.known)

    def encode(self, value: Any) -> Any:
        """JSON of a value.  TypeError for what is no value."""
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, bytes):
            return {"$bytes": base64.b64encode(value).decode()}
        if is_dataclass(value) and type(value).__name__ in self.known:
            told = {f.name: self.encode(getattr(value, f.name)) for f in fields(value)}
            return {CLASS: type(value).__name__, **told}
        if isinstance(value, dict):
            return self._map(value)
        if isinstance(value, (list, tuple, frozenset, set, deque)):
            items = [self.encode(item) for item in value]
            mark = _MARKS.get(type(value))
            return {mark: items} if mark else items
        raise TypeError(f"not a value: {type(value).__name__}")

    def _map(self, value: dict[Any, Any]) -> Any:
        plain = all(isinstance(k, str) and not k.startswith(CLASS) for k in value)
        if plain and not isinstance(value, Counter):
            return {k: self.encode(v) for k, v in value.items()}
        mark = "$counter" if isinstance(value, Counter) else "$map"
        return {mark: [[self.encode(k), self.encode(v)] for k, v in value.items()]}

    def decode(self, value: Any) -> Any:
        """The value.  BadRequest when it is not what ``encode`` gives."""
        try:
            return self._decode(value)
        except (TypeError, ValueError, KeyError, binascii.Error) as exc:
            raise BadRequest(f"snapshot: {exc}") from exc

    def _decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        if CLASS in value:
            return self._object(value)
        for mark, build in _BUILD.items():
            if mark in value and len(value) == 1:
                return build(self._decode(value[mark]))
        return {k: self._decode(v) for k, v in value.items()}

    def _object(self, value: dict[str, Any]) -> Any:
        name = value[CLASS]
        if name not in self.known:
            raise BadRequest(f"snapshot: '{name}' is nothing a world is made of")
        kind = self.known[name]
        given = {k: self._decode(v) for k, v in value.items() if k != CLASS}
        for key, hint in get_type_hints(kind).items():
            if key in given and not fits(given[key], hint):
                raise BadRequest(f"snapshot: {name}.{key}: got {given[key]!r:.80}")
        return kind(**given)


_MARKS: dict[type, str] = {
    tuple: "$tuple",
    frozenset: "$frozenset",
    set: "$set",
    deque: "$deque",
}
_BUILD: dict[str, Callable[[Any], Any]] = {
    "$bytes": lambda text: base64.b64decode(text, validate=True),
    "$tuple": tuple,
    "$frozenset": frozenset,
    "$set": set,
    "$deque": deque,
    "$map": dict,
    "$counter": lambda pairs: Counter(dict(pairs)),
}
