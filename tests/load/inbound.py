"""Inbound: the same signed webhooks at both places, in turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tests.load.busy import busy_job
from tests.load.places import Place, Places
from tests.load.traffic import Letter, Post, Posted, as_fast_as_answered, at_a_pace
from tests.load.watching import Watcher


@dataclass(frozen=True)
class Plan:
    """How much is sent."""

    rounds: int = 3
    #: New customers in a round; each then writes so many more messages.
    people: int = 60
    each: int = 4
    connections: int = 4
    #: Paced letters, of new customers, and how many in a second.
    paced: int = 60
    per_second: float = 2.0


@dataclass(frozen=True)
class Burst:
    """As fast as answered: messages per second, seconds."""

    acknowledged: float
    answer: float
    visible: float


@dataclass(frozen=True)
class Pace:
    """At a pace at which nothing piles up: median seconds from the webhook on."""

    answer: float
    message: float
    worst_message: float
    #: None where no leads are made.
    lead: float | None
    assigned: float | None
    worst_assigned: float | None


def turns(places: Places, rounds: int) -> Iterator[tuple[Place, ...]]:
    """Who goes first changes: what the machine does besides hits both."""
    both = (places.bridge, places.oca)
    for number in range(rounds):
        yield both if number % 2 else both[::-1]


def bursts(places: Places, office: Post, plan: Plan) -> dict[str, dict[str, Burst]]:
    """By kind (new, known) and place (bridge, oca): the median of the rounds."""
    found: dict[str, dict[str, list[Burst]]] = {
        kind: {"bridge": [], "oca": []} for kind in ("new", "known")
    }
    for order in turns(places, plan.rounds):
        people = office.people(plan.people)
        first = office.letters(people)
        more = office.letters(people * plan.each)
        for place in order:
            name = "bridge" if place.bridge else "oca"
            found["new"][name].append(_burst(place, office, first, plan))
            found["known"][name].append(_burst(place, office, more, plan))
    return {
        kind: {name: _middle(rounds) for name, rounds in own.items()}
        for kind, own in found.items()
    }


def introduce(places: Places, office: Post, people: list[str]) -> None:
    """Each of these people has written once, at both places."""
    letters = office.letters(people)
    for place in (places.bridge, places.oca):
        with Watcher(place) as watcher:
            as_fast_as_answered(place, office, letters, 1)
            wanted = people if place.bridge else []
            watcher.wait_for([one.mark for one in letters], wanted)


def introduce_to_bridge(places: Places, office: Post, people: list[str]) -> None:
    """Each of these people has written once, at the bridge."""
    letters = office.letters(people)
    with Watcher(places.bridge) as watcher:
        as_fast_as_answered(places.bridge, office, letters, 2)
        watcher.wait_for([one.mark for one in letters], people)


def _burst(place: Place, office: Post, letters: list[Letter], plan: Plan) -> Burst:
    with Watcher(place) as watcher:
        posted = as_fast_as_answered(place, office, letters, plan.connections)
        watcher.wait_for([one.mark for one in letters], [])
        if place.bridge:
            # Leads are assigned after their messages: not into the next round.
            watcher.wait_for([], _new(letters, watcher))
    start = min(one.sent for one in posted)
    seen = max(watcher.messages[one.mark] for one in posted)
    return Burst(
        acknowledged=len(posted) / (max(one.answered for one in posted) - start),
        answer=median(one.answered - one.sent for one in posted),
        visible=len(posted) / (seen - start),
    )


def _new(letters: list[Letter], watcher: Watcher) -> set[str]:
    return {one.wa_id for one in letters} & set(watcher.leads)


def _middle(rounds: list[Burst]) -> Burst:
    return Burst(
        median(one.acknowledged for one in rounds),
        median(one.answer for one in rounds),
        median(one.visible for one in rounds),
    )


def paces(places: Places, office: Post, plan: Plan) -> dict[str, Pace]:
    """New customers at a pace, while another scheduled action is busy."""
    found = {}
    letters = office.letters(office.people(plan.paced))
    seconds = int(plan.paced / plan.per_second) + 2
    for place in (places.oca, places.bridge):
        with ExitStack() as ends:
            ends.enter_context(busy_job(place, seconds))
            watcher = ends.enter_context(Watcher(place))
            posted = at_a_pace(place, office, letters, plan.per_second)
            people = [one.wa_id for one in letters] if place.bridge else []
            watcher.wait_for([one.mark for one in letters], people)
        found["bridge" if place.bridge else "oca"] = _pace(
            place, posted, letters, watcher
        )
    return found


def _pace(
    place: Place, posted: list[Posted], letters: list[Letter], watcher: Watcher
) -> Pace:
    sent = {one.mark: one.sent for one in posted}
    people = {one.wa_id: sent[one.mark] for one in letters}
    messages = [watcher.messages[mark] - at for mark, at in sent.items()]

    def since(when: dict[str, float]) -> float | None:
        if not place.bridge:
            return None
        return median(when[who] - at for who, at in people.items())

    worst = [watcher.assigned[who] - at for who, at in people.items() if place.bridge]

    return Pace(
        answer=median(one.answered - one.sent for one in posted),
        message=median(messages),
        worst_message=max(messages),
        lead=since(watcher.leads),
        assigned=since(watcher.assigned),
        worst_assigned=max(worst, default=None),
    )
