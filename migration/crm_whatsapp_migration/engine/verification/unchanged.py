"""The figures before a run beside those after it."""

from .. import invariants
from .check import Check

WORDS = (
    "A migration leaves this as it was. People who worked meanwhile change it as well:"
    " compare on a copy where nobody works."
)
FALLS_WORDS = "A migration never adds to this."
GROWS_WORDS = "A migration never takes from this."


def check_unchanged(before, after) -> list[Check]:
    """One check per figure that both moments have.

    :param before, after: as ``invariants.measure`` gave them
    """
    return [
        _compare(measure, before[measure.name], after[measure.name])
        for measure in invariants.MEASURES
        if measure.law != invariants.TOLD
        and measure.name in before
        and measure.name in after
    ]


def _compare(measure, before, after):
    name = f"unchanged.{measure.name}"
    if isinstance(before, dict):
        # Per user: only those for whom it differs are of interest.
        users = sorted(set(before) | set(after), key=int)
        old = {user: before.get(user, 0) for user in users}
        new = {user: after.get(user, 0) for user in users}
        worse = [
            user for user in users if not _holds(measure.law, old[user], new[user])
        ]
        expected = {user: old[user] for user in worse} or sum(old.values())
        got = {user: new[user] for user in worse} or sum(new.values())
        return Check(name, not worse, expected, got, _words(measure.law))
    ok = _holds(measure.law, before, after)
    return Check(name, ok, before, after, _words(measure.law))


def _holds(law, before, after):
    if law == invariants.EQUAL:
        return before == after
    return after <= before if law == invariants.FALLS else after >= before


def _words(law):
    if law == invariants.EQUAL:
        return WORDS
    return FALLS_WORDS if law == invariants.FALLS else GROWS_WORDS
