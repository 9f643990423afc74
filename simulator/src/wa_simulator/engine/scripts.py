"""Customers that answer by themselves: rules as data, timers on the engine's clock.

A rule: ``{"match": "precio|costo", "reply": "¿cuánto vale?", "after": 5}``.

``match``  regular expression, searched in the message's words (default: any)
``type``   only messages of this type
``reply``  words, or a body as of ``POST /_sim/customers/{key}/messages``, or an
           array of them; ``\\1`` in words stands for a group
``after``  seconds from delivery (default 0)
``times``  how often at most
``quote``  the reply quotes the message
``stop``   no later rule is tried (default true)
"""

import json
import re
from typing import Any

from .clock import Clock
from .entities import Customer, Json, Message
from .errors import BadRequest
from .nearest import unknown
from .timers import Timers
from .world import World

BY_SCRIPT = "script"
READ = "status"

#: key of a rule -> types it may have.
RULE: dict[str, tuple[type, ...]] = {
    "match": (str,),
    "type": (str,),
    "reply": (str, dict, list),
    "after": (int, float),
    "times": (int,),
    "quote": (bool,),
    "stop": (bool,),
    "used": (int,),
}


def parse(given: object) -> list[Json]:
    """A customer's rules.  BadRequest says what is wrong with which one."""
    if not isinstance(given, list):
        raise BadRequest(f"script: expected an array of rules, got {given!r}")
    return [_rule(index, rule) for index, rule in enumerate(given)]


def _rule(index: int, rule: object) -> Json:
    where = f"script[{index}]"
    if not isinstance(rule, dict):
        raise BadRequest(f"{where}: expected an object, got {rule!r}")
    for key, value in rule.items():
        if key not in RULE:
            raise BadRequest(unknown(f"key of {where}", str(key), RULE))
        wrong_bool = isinstance(value, bool) and bool not in RULE[key]
        if not isinstance(value, RULE[key]) or wrong_bool:
            expected = " or ".join(t.__name__ for t in RULE[key])
            raise BadRequest(f"{where}.{key}: expected {expected}, got {value!r}")
    try:
        re.compile(rule.get("match", ""))
    except re.error as exc:
        raise BadRequest(f"{where}.match: not a regular expression: {exc}") from exc
    if rule.get("after", 0) < 0:
        raise BadRequest(f"{where}.after: expected 0 or more, got {rule['after']!r}")
    for reply in _replies(rule):
        if not isinstance(reply, (str, dict)):
            raise BadRequest(f"{where}.reply: expected words or bodies, got {reply!r}")
    return {**rule, "used": int(rule.get("used", 0))}


def _replies(rule: Json) -> list[Any]:
    given = rule.get("reply", [])
    return given if isinstance(given, list) else [given]


class Scripts:
    """Plans what a customer does once a message is delivered."""

    def __init__(self, world: World, clock: Clock, timers: Timers) -> None:
        self._world = world
        self._clock = clock
        self._timers = timers

    def delivered(self, message: Message) -> None:
        """The message reached the phone: plan reading and answers."""
        customer = self._world.customers[message.customer]
        now = self._clock.now()
        if customer.read_after is not None and message.type != "reaction":
            self._timers.plan(now + customer.read_after, READ, message.wamid, "read")
        if customer.silent:
            return
        for rule in customer.script:
            if self._answer(customer, message, rule) and rule.get("stop", True):
                return

    def _answer(self, customer: Customer, message: Message, rule: Json) -> bool:
        """Plan the answers of a rule; whether it met the message."""
        if rule.get("type") not in (None, message.type):
            return False
        found = re.search(rule.get("match", ""), message.text or "")
        if not found or rule["used"] >= rule.get("times", rule["used"] + 1):
            return False
        rule["used"] += 1
        due = self._clock.now() + rule.get("after", 0)
        for reply in _replies(rule):
            body = _body(reply, found)
            if rule.get("quote"):
                body["context"] = message.wamid
            body.setdefault("to", message.number_id)
            self._timers.plan(due, BY_SCRIPT, customer.key, json.dumps(body))
        return True


def _body(reply: str | Json, found: re.Match[str]) -> Json:
    if not isinstance(reply, str):
        return dict(reply)
    words = re.sub(r"\\(\d)", lambda m: _group(found, int(m[1])), reply)
    return {"type": "text", "body": words}


def _group(found: re.Match[str], index: int) -> str:
    return found[index] or "" if index <= (found.re.groups or 0) else ""
