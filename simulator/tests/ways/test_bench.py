"""The bench counts what really arrived."""

import json
from argparse import Namespace
from collections.abc import Iterator

import pytest

from wa_simulator.bench import load, run
from wa_simulator.bench.run import Plan, Result
from wa_simulator.cli import bench as bench_command

SMALL = Plan(messages=60, people=20, connections=4, empty=100, warm_up=10)


def test_a_small_run() -> None:
    result = run.bench(SMALL)
    assert result.webhooks == 3 * SMALL.messages
    assert result.checked >= 3
    assert 0 < result.delivered <= result.accepted
    assert result.empty > 0
    assert json.loads(json.dumps(result.record()))["share"] == result.share
    assert "of the empty route" in "\n".join(result.lines())


def test_wrong_answers_end_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(
        host: str, port: int, requests: Iterator[bytes], connections: int
    ) -> load.Load:
        return load.Load(1.0, {400: 1})

    monkeypatch.setattr(load, "run", refused)
    monkeypatch.setattr(bench_command, "Plan", lambda **kw: SMALL)
    args = Namespace(messages=1, connections=1, json=False)
    assert bench_command.run(args, {}) == 1
    assert "unexpected answers: {400: 1}" in capsys.readouterr().err


def test_words_of_a_result() -> None:
    fast = Result(1500.4, 2000, 2500, 15_000, 6000, 18_000, 360)
    slow = Result(900, 2000, 2500, 15_000, 6000, 18_000, 360)
    assert "10.0% of the empty route" in fast.lines()[0]
    assert "6.0% of the empty route" in slow.lines()[0]
    assert "1,500/s" in fast.lines()[1]
    for result in (fast, slow):
        assert not {"goal", "missed"} & set("\n".join(result.lines()).split())
        assert set(result.record()) >= {"share", "delivered", "empty"}
