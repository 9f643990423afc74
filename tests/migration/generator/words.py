"""Names and texts, drawn once from Faker and then picked from: it is slow."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from faker import Faker

from .shares import Shares

POOL = 1500
LOCALE = "es_CO"
WAVE, CHART, PARTY = "\U0001f44b\U0001f3fd", "\U0001f4c8", "\U0001f389"
ARABIC = (
    "\u0645\u0631\u062d\u0628\u0627\u060c"
    " \u0623\u0631\u064a\u062f \u0639\u0631\u0636\u0627\u064b"
)
HTML = (
    '<p>Hola <b>{}</b></p><script>alert("x")</script>',
    '<a href="javascript:alert(1)">{}</a> & <img src=x onerror=alert(2)>',
    "a < b & c > d: {}",
    "<div style='position:fixed'>{}",
)
ODD = ("100 % \\ seguro\tya", "l\u00ednea 1\n\nl\u00ednea 2\n", "{{name}}", "'); --")
ERRORS = (
    "(#131047) Re-engagement message",
    "(#131026) Message undeliverable",
    "HTTPSConnectionPool: Read timed out.",
    '{"error": {"message": "Invalid OAuth access token", "code": 190}}',
)
LONG_ERROR_LINES = 120
MAX_TEXT = 4096


@dataclass(frozen=True)
class Words:
    """Pools to pick from."""

    names: list[str]
    companies: list[str]
    subjects: list[str]
    sentences: list[str]
    long_error: str


def draw(seed: int) -> Words:
    """The pools of a seed."""
    fake = Faker(LOCALE)
    fake.seed_instance(seed)
    trace = [f'  File "/odoo/addons/x/{fake.word()}.py", line 1' for _ in range(40)]
    return Words(
        names=[fake.name() for _ in range(POOL)],
        companies=[fake.company() for _ in range(POOL // 5)],
        subjects=[f"WhatsApp: {fake.word()}" for _ in range(POOL // 10)],
        sentences=[fake.sentence(3 + place % 18) for place in range(POOL)],
        long_error="Traceback (most recent call last):\n"
        + "\n".join(trace * (LONG_ERROR_LINES // 40)),
    )


class Texts:
    """Texts of messages, the odd ones in their shares."""

    def __init__(self, words: Words, shares: Shares, rng: Random) -> None:
        self._words, self._rng = words, rng
        edges = (
            ("html", shares.html),
            ("emoji", shares.emoji),
            ("right_to_left", shares.right_to_left),
            ("over_4096", shares.over_4096),
        )
        self._edges, total = [], 0.0
        for kind, share in edges:
            total += share
            self._edges.append((total, kind))
        self._odd = total

    def text(self) -> tuple[str, str]:
        """A text and what is odd about it: `plain` or the name of a share."""
        rng = self._rng
        sentence = self._words.sentences[int(rng.random() * POOL)]
        chance = rng.random()
        if chance >= self._odd:
            return sentence, "plain"
        kind = next(kind for edge, kind in self._edges if chance < edge)
        return self.of_kind(kind, sentence), kind

    def of_kind(self, kind: str, sentence: str) -> str:
        """A sentence turned into an odd text."""
        rng = self._rng
        if kind == "html":
            return rng.choice((*(form.format(sentence) for form in HTML), *ODD))
        if kind == "emoji":
            return f"{WAVE} {sentence}\n\n{rng.choice((CHART, PARTY))}"
        if kind == "right_to_left":
            return f"{ARABIC} {sentence}"
        return (sentence + " ") * (MAX_TEXT // len(sentence) + 2)
