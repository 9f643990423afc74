"""The active faults of a world."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..engine.clock import Clock
from ..engine.errors import BadRequest, NotFound
from .base import AFTER, API, BEFORE, GENTLE, Call, Delay, Effect, Refuse, StatusAnomaly
from .rule import KEYS, Rule, parse_rule

#: Keys of a match that name a number: a scoped reset removes such rules.
NUMBER = "number"
WABA = "waba"


@dataclass(frozen=True)
class Fired:
    """What struck one call: the first decisive effect of each phase, all delays."""

    effects: tuple[tuple[str, str, Effect], ...] = ()

    def delays(self, phase: str) -> float:
        """Seconds to wait in this phase."""
        return sum(
            e.seconds for p, _, e in self.effects if p == phase and isinstance(e, Delay)
        )

    def decisive(self, phase: str) -> Effect | None:
        """What replaces the truth in this phase."""
        for at, _, effect in self.effects:
            if at == phase and not isinstance(effect, GENTLE):
                return effect
        return None

    @property
    def anomaly(self) -> StatusAnomaly | None:
        """The anomaly of an accepted message's statuses, if any."""
        return next(
            (e for _, _, e in self.effects if isinstance(e, StatusAnomaly)), None
        )

    @property
    def names(self) -> list[str]:
        """Ids of the rules that struck, for the journal."""
        return [name for _, name, _ in self.effects]


def _count(record: dict[str, Any], key: str) -> int:
    value = record.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRequest(f"fault: '{key}' expects 0, 1, 2…, got {value!r}")
    return value


class FaultBook:
    """Adds, removes and consults rules.

    :param seed: of rules that bring none.
    """

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._count = 0
        self._rules: dict[str, Rule] = {}

    def add(self, body: dict[str, Any]) -> Rule:
        """Add a rule.  BadRequest."""
        rule = parse_rule(body, f"fault_{self._count + 1}", self._seed)
        self._count += 1
        self._rules[rule.id] = rule
        return rule

    def snapshot(self) -> list[dict[str, Any]]:
        """The rules with their counts, for ``restore``."""
        return [rule.record() for rule in self._rules.values()]

    def restore(self, records: list[dict[str, Any]]) -> None:
        """Rules as a snapshot had them; they strike on as they would have."""
        self.clear()
        for record in records:
            if not isinstance(record, dict):
                raise BadRequest(f"fault: expected an object, got {record!r}")
            body = {k: v for k, v in record.items() if k in KEYS}
            rule = parse_rule(body, str(record.get("id")), self._seed)
            rule.wind(*(_count(record, key) for key in ("seen", "fired", "draws")))
            self._rules[rule.id] = rule
            number = rule.id.rpartition("_")[2]
            self._count = max(self._count, int(number) if number.isdigit() else 0)

    @property
    def idle(self) -> bool:
        """Whether there is no rule at all."""
        return not self._rules

    def rules(self) -> list[Rule]:
        """The active rules in order."""
        return list(self._rules.values())

    def remove(self, rule_id: str | None = None, name: str | None = None) -> int:
        """Remove one, those of a name, or all; NotFound for an unknown id."""
        if rule_id is not None and rule_id not in self._rules:
            raise NotFound(f"fault '{rule_id}': expected one of {list(self._rules)}")
        gone = [
            r.id
            for r in self._rules.values()
            if rule_id in (None, r.id) and name in (None, r.name)
        ]
        for one in gone:
            del self._rules[one]
        return len(gone)

    def clear(
        self, numbers: Iterable[str] | None = None, wabas: Iterable[str] = ()
    ) -> None:
        """Forget all rules, or those that name one of these numbers or accounts."""
        if numbers is None:
            self._rules.clear()
            self._count = 0
            return
        wanted, accounts = set(numbers), set(wabas)
        self._rules = {
            k: r
            for k, r in self._rules.items()
            if r.match.get(NUMBER) not in wanted and r.match.get(WABA) not in accounts
        }

    def consult(self, call: Call, *, connection_judged: bool = False) -> Fired:
        """What strikes this call; counts it.

        :param connection_judged: the connection of this call has already been
            judged by ``refuses``, so refusing rules are not counted twice.
        """
        effects = []
        for rule in self._rules.values():
            if not rule.meets(call):
                continue
            effect = rule.fault.effect(call)
            if connection_judged and isinstance(effect, Refuse):
                continue
            if rule.fires(self._clock.now()):
                if isinstance(effect, Delay) and effect.jitter:
                    more = effect.jitter * rule.draw()
                    effect = replace(effect, seconds=effect.seconds + more)
                effects.append((rule.phase, rule.id, effect))
        return Fired(tuple(effects))

    def refuses(self) -> list[str]:
        """Rules that refuse a connection that comes in now; counts it.

        Only rules without path, number, recipient or type: nothing is read yet.
        """
        call = Call(API)
        return [
            rule.id
            for rule in self._rules.values()
            if isinstance(rule.fault.effect(call), Refuse)
            and not set(rule.match) - {"direction"}
            and rule.fires(self._clock.now())
        ]

    def closed(self) -> bool:
        """Whether every connection is refused now (the port may stop listening)."""
        return any(
            isinstance(rule.fault.effect(Call(API)), Refuse)
            and rule.unconditional
            and rule.in_time(self._clock.now())
            for rule in self._rules.values()
        )


__all__ = ["AFTER", "BEFORE", "FaultBook", "Fired"]
