"""A fault with its scope: whom it meets, when it fires, before or after."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..engine.errors import BadRequest
from ..engine.nearest import unknown
from .base import Call, Fault, choice
from .registry import REGISTRY

KEYS = ("name", "params", "match", "when", "phase", "seed")
MATCH_KEYS = ("direction", "path", "waba", "number", "to", "type")
WHEN_KEYS = ("nth", "every", "probability", "times", "from", "until")


@dataclass
class Rule:
    """One active fault.  ``seen`` counts matching calls, ``fired`` effects."""

    id: str
    name: str
    fault: Fault
    params: dict[str, Any]
    match: dict[str, Any]
    when: dict[str, Any]
    phase: str
    seed: int
    chance: random.Random = field(repr=False)
    seen: int = 0
    fired: int = 0
    draws: int = 0

    def meets(self, call: Call) -> bool:
        """Whether the call is in scope.  ``path`` is a regular expression."""
        if call.direction != self.match.get("direction", self.fault.DIRECTIONS[0]):
            return False
        if call.stage != self.fault.STAGE or not self.fault.meets(call):
            return False
        path = self.match.get("path")
        if path is not None and not re.search(path, call.path):
            return False
        kind = self.match.get("type")
        if kind is not None and kind != call.type and kind not in call.types:
            return False
        return all(
            self.match[key] == getattr(call, key)
            for key in ("waba", "number", "to")
            if self.match.get(key) is not None
        )

    def in_time(self, now: float) -> bool:
        """Whether the clock stands between ``from`` and ``until``."""
        start, end = self.when.get("from", now), self.when.get("until", now)
        return bool(_moment(start) <= now <= _moment(end))

    def fires(self, now: float) -> bool:
        """Count one matching call and say whether the fault strikes."""
        if not self.in_time(now):
            return False
        self.seen += 1
        when = self.when
        if when.get("times") is not None and self.fired >= when["times"]:
            return False
        if when.get("nth") is not None and self.seen != when["nth"]:
            return False
        if when.get("every") is not None and self.seen % when["every"]:
            return False
        probability = when.get("probability")
        if probability is not None and self.draw() >= probability:
            return False
        self.fired += 1
        return True

    def draw(self) -> float:
        """A number from 0 to 1 by the rule's seed; counted for snapshots."""
        self.draws += 1
        return self.chance.random()

    def wind(self, seen: int, fired: int, draws: int) -> None:
        """Put a fresh rule where a snapshot left it."""
        self.seen, self.fired = seen, fired
        for _ in range(draws):
            self.draw()

    @property
    def unconditional(self) -> bool:
        """Whether it meets everything at any count (only the time may bound it)."""
        counting = set(self.when) - {"from", "until"}
        return not counting and not set(self.match) - {"direction"}

    def record(self) -> dict[str, Any]:
        """What the control API shows."""
        return {
            "id": self.id,
            "name": self.name,
            "params": self.params,
            "match": self.match,
            "when": self.when,
            "phase": self.phase,
            "seed": self.seed,
            "seen": self.seen,
            "fired": self.fired,
            "draws": self.draws,
        }


def _section(body: dict[str, Any], key: str, known: tuple[str, ...]) -> dict[str, Any]:
    value = body.get(key) or {}
    if not isinstance(value, dict):
        raise BadRequest(f"'{key}': expected an object, got {value!r}")
    for name in value:
        if name not in known:
            raise BadRequest(unknown(f"key in '{key}'", str(name), known))
    return {k: v for k, v in value.items() if v is not None}


def _moment(value: Any) -> float:
    """Seconds since 1970 of a number or of ISO 8601 with an offset."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).timestamp()
    return float(value)


def _check_moment(key: str, value: str) -> None:
    try:
        known = datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        raise BadRequest(
            f"when.{key}: expected seconds since 1970, or ISO 8601 with an offset; got "
            f"{value!r}"
        )


def _check_when(when: dict[str, Any]) -> None:
    for key, value in when.items():
        if key in ("from", "until") and isinstance(value, str):
            _check_moment(key, value)
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadRequest(f"when.{key}: expected a number, got {value!r}")
        if key in ("nth", "every", "times") and (value < 1 or value != int(value)):
            raise BadRequest(f"when.{key}: expected 1, 2, 3…, got {value!r}")
        if key == "probability" and not 0 <= value <= 1:
            raise BadRequest(f"when.probability: expected 0 to 1, got {value!r}")


def _check_match(match: dict[str, Any], fault: type[Fault]) -> None:
    for key, value in match.items():
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise BadRequest(f"match.{key}: expected a string, got {value!r}")
        match[key] = str(value)
    direction = match.get("direction")
    if direction is not None:
        choice(fault.NAME, "direction", direction, fault.DIRECTIONS)
    try:
        re.compile(match.get("path", ""))
    except re.error as exc:
        raise BadRequest(f"match.path: not a regular expression: {exc}") from exc
    if "to" in match:
        match["to"] = match["to"].removeprefix("+")


def parse_rule(body: dict[str, Any], rule_id: str, seed: int) -> Rule:
    """A rule out of the body of ``POST /_sim/faults``.

    :raises BadRequest: names an unknown key and the nearest one.
    """
    for key in body:
        if key not in KEYS:
            raise BadRequest(unknown("key", str(key), KEYS))
    name = str(body.get("name"))
    if name not in REGISTRY:
        raise BadRequest(unknown("fault", name, REGISTRY))
    kind = REGISTRY[name]
    params = _section(body, "params", tuple(kind.PARAMS))
    match = _section(body, "match", MATCH_KEYS)
    when = _section(body, "when", WHEN_KEYS)
    _check_match(match, kind)
    _check_when(when)
    phase = choice(name, "phase", body.get("phase") or kind.PHASES[0], kind.PHASES)
    own_seed = body.get("seed")
    if own_seed is None:
        own_seed = seed
    if isinstance(own_seed, bool) or not isinstance(own_seed, int):
        raise BadRequest(f"seed: expected a whole number, got {own_seed!r}")
    fault = kind(**params)
    fault.check_phase(phase)
    return Rule(
        id=rule_id,
        name=name,
        fault=fault,
        params=fault.params,
        match=match,
        when=when,
        phase=phase,
        seed=own_seed,
        chance=random.Random(f"{own_seed}/{rule_id}"),
    )
