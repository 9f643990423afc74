"""What a look at the database gives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    :param name: stable, as "sums.whatsapp_message"
    :param ok: whether expected and got agree
    :param expected: figure or short text, JSON-able
    :param got: the same, as found
    :param words: what was looked at and, when it failed, what to do; English
    """

    name: str
    ok: bool
    expected: object
    got: object
    words: str

    def as_dict(self) -> dict[str, object]:
        return dict(self.__dict__)


def none_of(name, count, words, examples=()) -> Check:
    """Check that something does not happen.

    :param examples: some of the rows where it does
    """
    got = count
    if count and examples:
        got = f"{count}: " + ", ".join(str(example) for example in examples)
    return Check(name, not count, 0, got, words)
