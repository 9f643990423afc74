"""The whole measurement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import calls, errors, webhooks
from .calls import Result
from .errors import Tally
from .examples import (
    Case,
    Example,
    examples_of,
    openapi_cases,
    postman_cases,
    read_openapi,
    webhook_cases,
)
from .expectations import Expectations, read
from .places import Files
from .schemas import Patch, Schemas, patched, patches
from .simulation import Bench


@dataclass
class Validity:
    """How many of Meta's own examples obey Meta's own schemas, by role."""

    all: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


@dataclass
class Measured:
    """What a run found."""

    validity: Validity
    changes: list[Patch]
    results: list[Result]
    errors: Tally
    stale: list[str]


def validity(examples: list[Example], before: Schemas, after: Schemas) -> Validity:
    """Hold Meta's examples against the schemas as published and as patched."""
    found = Validity()
    for example in examples:
        if not example.schema:
            continue
        found.all[example.role] += 1
        if not before.wrong(example.schema, example.value):
            found.before[example.role] += 1
        wrong = after.wrong(example.schema, example.value)
        if wrong:
            name = f"{example.operation} # {example.name}"
            found.broken.append(f"{example.role} {name}: {wrong}")
        else:
            found.after[example.role] += 1
    return found


@dataclass
class Corpus:
    """Meta's files, read."""

    examples: list[Example]
    calls: list[Case]
    webhooks: list[Case]
    before: Schemas
    after: Schemas
    changes: list[Patch]


def load(files: Files) -> Corpus:
    """Read and patch."""
    document = read_openapi(files.openapi)
    changes = patches()
    postman_calls, postman_webhooks = postman_cases(files.postman)
    return Corpus(
        list(examples_of(document)),
        openapi_cases(document) + postman_calls,
        webhook_cases(document) + postman_webhooks,
        Schemas(document),
        Schemas(patched(document, changes)),
        changes,
    )


def run_cases(bench: Bench, corpus: Corpus, expected: Expectations) -> Iterator[Result]:
    """Every call and every webhook."""
    for case in corpus.calls:
        yield calls.run(bench, case, corpus.after, expected)
    for case in corpus.webhooks:
        yield webhooks.run(bench, case, corpus.after, expected)


def measure(files: Files) -> Measured:
    """Everything, on a simulator of this process."""
    corpus, expected = load(files), read()
    with Bench() as bench:
        results = list(run_cases(bench, corpus, expected))
        tally = errors.run(bench, corpus.examples, corpus.after, expected)
    return Measured(
        validity(corpus.examples, corpus.before, corpus.after),
        corpus.changes,
        results,
        tally,
        expected.unknown(corpus.calls + corpus.webhooks),
    )
