"""What only a person can decide, kept in a file.

The file is JSON, version 1. ``plan`` writes a skeleton of it in which every open
question is a ``null`` to fill in; keys that begin with ``_`` are remarks for the
reader and mean nothing. ``docs/GUIA.md`` explains each key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .words import say

VERSION = 1

ATTACH, DROP = "attach", "drop"
HISTORY = "history"
SKIP, NOTE = "skip", "note"
FIRST, SECOND, REJECT = "first", "second", "reject"
NEAREST = "nearest"
GATEWAY_ACTIONS = ("create", "map", "join", "skip")
TEMPLATE_ACTIONS = ("draft", "skip")
CATEGORIES = ("authentication", "marketing", "utility")
# Stands for every template that is not named.
ALL = "*"


class Problem(str):
    """What is wrong with one answer: English as it is, any language by ``say``."""

    words: str
    values: Mapping[str, Any]

    def __new__(cls, words: str, **values: Any) -> Problem:
        made = super().__new__(cls, say(words, values, "en"))
        made.words, made.values = words, values
        return made

    def say(self, lang: str) -> str:
        return say(self.words, self.values, lang)


class DecisionsError(ValueError):
    """The file cannot be used; ``problems`` says why, one by one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Decisions:
    """Answers, by question. A missing or ``null`` answer is an open question.

    Legacy ids are text, because JSON has no other keys.

    :param gateways: legacy gateway: ``{"action": "create" | "skip"}``,
        ``{"action": "map", "gateway": <id of mail.gateway>}`` or
        ``{"action": "join", "legacy": <id of another legacy gateway>}``
    :param mixed_gateways: an id that both tables have: ``whatsapp_gateway``,
        ``mail_gateway``, ``reject``, or a date before which it means the first
    :param templates: legacy template or ``*``: ``{"action": "draft" | "skip",
        "gateway": <id of mail.gateway> | "old:<legacy id>", "category": …,
        "language": …}``
    :param variables: variable of a template: field of a lead, as a path
    :param phones: a text that is no number, as it is: the number it means
    :param two_numbers: a field with two numbers: ``first``, ``second``, ``reject``
    :param partner_two_numbers: contact with two numbers on one gateway: the wa_id
        that stays bound to the contact
    :param odd_dates: a message whose date is missing or impossible: ``nearest`` (its
        other dates, else that of the message before it) or ``reject``
    :param chatter: chatter, followers, activities of the old messages: ``attach``
        to the conversation as a file, ``drop``
    :param live_channels: ``history``, the only way (RULINGS 41)
    :param drafts: ``skip`` (also when missing) or ``note``
    """

    gateways: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    mixed_gateways: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    phones: Mapping[str, str] = field(default_factory=dict)
    two_numbers: str | None = None
    partner_two_numbers: Mapping[str, str] = field(default_factory=dict)
    odd_dates: str | None = None
    chatter: str | None = None
    live_channels: str | None = None
    drafts: str | None = None

    @classmethod
    def empty(cls) -> Decisions:
        return cls()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Decisions:
        """:raise DecisionsError: naming every key or value that is not known"""
        cleaned = _without_remarks(values)
        problems = list(_problems(cleaned))
        if problems:
            raise DecisionsError(problems)
        cleaned.pop("version", None)
        return cls(**cleaned)

    def as_dict(self) -> dict[str, Any]:
        """As in the file."""
        return {"version": VERSION, **self.__dict__}

    def template(self, template_id: int) -> Mapping[str, Any]:
        """What was decided of a template, empty when nothing was."""
        return {
            **self.templates.get(ALL, {}),
            **self.templates.get(str(template_id), {}),
        }


def load(path: str | Path) -> Decisions:
    """Read a decisions file.

    :raise DecisionsError: the file is missing, is not JSON, or holds answers that
        no question has
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        problem = Problem("%(path)s: there is no such file", path=path)
        raise DecisionsError([problem]) from error
    except OSError as error:
        problem = Problem(
            "%(path)s: cannot be read (%(error)s)", path=path, error=error.strerror
        )
        raise DecisionsError([problem]) from error
    except json.JSONDecodeError as error:
        problem = Problem(
            "%(path)s: is not JSON, line %(line)s, column %(column)s: %(error)s",
            path=path,
            line=error.lineno,
            column=error.colno,
            error=error.msg,
        )
        raise DecisionsError([problem]) from error
    except UnicodeDecodeError as error:
        problem = Problem("%(path)s: is not text in UTF-8", path=path)
        raise DecisionsError([problem]) from error
    if not isinstance(values, dict):
        problem = Problem("%(path)s: must be a JSON object, {…}", path=path)
        raise DecisionsError([problem])
    return Decisions.from_dict(values)


def _without_remarks(value: Any) -> Any:
    """Drop keys that begin with ``_`` and what is still open."""
    if not isinstance(value, Mapping):
        return value
    cleaned = {
        key: _without_remarks(part)
        for key, part in value.items()
        if not str(key).startswith("_") and part is not None
    }
    return {key: part for key, part in cleaned.items() if part != {}}


# ------------------------------------------------------------------ validation
_ID = re.compile(r"^[1-9]\d*$")
_PATH = re.compile(r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(_[A-Z]{2})?$")
_OLD = re.compile(r"^old:[1-9]\d*$")
_OBJECT = "%(where)s: must be an object, as {'action': 'skip'}"
_NO_FIELD = "%(where)s: %(value)r is not a field as partner_id.name"
_NO_NUMBER = "%(where)s: %(value)r is not a number as 573012345678"

Problems = Iterator[Problem]


def _problems(values: Mapping[str, Any]) -> Problems:
    version = values.get("version", VERSION)
    if version != VERSION:
        yield Problem(
            "version: %(value)r is not known, this program reads %(known)s",
            value=version,
            known=VERSION,
        )
    for key in values:
        if key != "version" and key not in _CHECKS:
            yield Problem(
                "%(where)s: no question has this name; known are %(known)s",
                where=key,
                known=", ".join(_CHECKS),
            )
    for key, check in _CHECKS.items():
        if key in values:
            yield from check(key, values[key])


def _one_of(*allowed: str) -> Callable[[str, Any], Problems]:
    def check(where: str, value: Any) -> Problems:
        if value not in allowed:
            yield Problem(
                "%(where)s: %(value)r is no answer; answers are %(known)s",
                where=where,
                value=value,
                known=", ".join(allowed),
            )

    return check


def _matches(pattern: re.Pattern[str], words: str) -> Callable[[str, Any], Problems]:
    def check(where: str, value: Any) -> Problems:
        if not isinstance(value, str) or not pattern.match(value):
            yield Problem(words, where=where, value=value)

    return check


def _each(
    check: Callable[[str, Any], Problems],
    keys: re.Pattern[str] | None = _ID,
) -> Callable[[str, Any], Problems]:
    def check_each(where: str, value: Any) -> Problems:
        if not isinstance(value, Mapping):
            yield Problem("%(where)s: must be an object, {…}", where=where)
            return
        for key, part in value.items():
            if keys and not keys.match(key) and key != ALL:
                yield Problem("%(where)s: this is not an id", where=f"{where}.{key}")
            yield from check(f"{where}.{key}", part)

    return check_each


def _gateway(where: str, value: Any) -> Problems:
    if not isinstance(value, Mapping):
        yield Problem(_OBJECT, where=where)
        return
    yield from _one_of(*GATEWAY_ACTIONS)(f"{where}.action", value.get("action"))
    for action, key in (("map", "gateway"), ("join", "legacy")):
        if value.get("action") == action and not _is_id(value.get(key)):
            yield Problem(
                "%(where)s: '%(action)s' needs an id here",
                where=f"{where}.{key}",
                action=action,
            )
    yield from _unknown(where, value, ("action", "gateway", "legacy"))


def _template(where: str, value: Any) -> Problems:
    if not isinstance(value, Mapping):
        yield Problem(_OBJECT, where=where)
        return
    if "action" in value:
        yield from _one_of(*TEMPLATE_ACTIONS)(f"{where}.action", value["action"])
    if "category" in value:
        yield from _one_of(*CATEGORIES)(f"{where}.category", value["category"])
    if "language" in value:
        words = "%(where)s: %(value)r is not a language as 'es' or 'es_AR'"
        yield from _matches(_LANGUAGE, words)(f"{where}.language", value["language"])
    gateway = value.get("gateway")
    if gateway is not None and not _is_id(gateway) and not _is_old(gateway):
        yield Problem(
            "%(where)s: %(value)r is neither an id nor 'old:<id>'",
            where=f"{where}.gateway",
            value=gateway,
        )
    yield from _unknown(where, value, ("action", "gateway", "category", "language"))


def _unknown(where: str, value: Mapping[str, Any], known: tuple[str, ...]) -> Problems:
    for key in value:
        if key not in known:
            yield Problem(
                "%(where)s: is not known; known are %(known)s",
                where=f"{where}.{key}",
                known=", ".join(known),
            )


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_old(value: Any) -> bool:
    return isinstance(value, str) and bool(_OLD.match(value))


def _mixed(where: str, value: Any) -> Problems:
    if value in ("whatsapp_gateway", "mail_gateway", REJECT):
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        yield Problem(
            "%(where)s: %(value)r is no answer; answers are whatsapp_gateway,"
            " mail_gateway, reject, or a date as 2026-01-23",
            where=where,
            value=value,
        )


def _text(where: str, value: Any) -> Problems:
    if not isinstance(value, str):
        yield Problem("%(where)s: %(value)r is not text", where=where, value=value)


_CHECKS: dict[str, Callable[[str, Any], Problems]] = {
    "gateways": _each(_gateway),
    "mixed_gateways": _each(_mixed),
    "templates": _each(_template),
    "variables": _each(_matches(_PATH, _NO_FIELD), keys=None),
    "phones": _each(_text, keys=None),
    "two_numbers": _one_of(FIRST, SECOND, REJECT),
    "partner_two_numbers": _each(_matches(re.compile(r"^[1-9]\d{6,14}$"), _NO_NUMBER)),
    "odd_dates": _one_of(NEAREST, REJECT),
    "chatter": _one_of(ATTACH, DROP),
    "live_channels": _one_of(HISTORY),
    "drafts": _one_of(SKIP, NOTE),
}
