"""The lines of progress, and what the first and the second Ctrl-C do."""

from __future__ import annotations

import io
import os
import signal

import pytest

from odoo.addons.crm_whatsapp_migration.engine.runner import Progress
from odoo.addons.crm_whatsapp_migration.engine.steps import STEPS
from odoo.addons.crm_whatsapp_migration.engine.undo.remove import LAST
from odoo.addons.crm_whatsapp_migration.engine.words import say
from odoo.addons.crm_whatsapp_migration.terminal.interrupt import StopOnRequest
from odoo.addons.crm_whatsapp_migration.terminal.progress import NOUNS, ProgressLine
from odoo.addons.crm_whatsapp_migration.terminal.screen import Screen


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_in_a_log_a_line_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    line = ProgressLine(stream, "es", clock, bar=False)
    for done in range(0, 1000, 100):
        line(Progress("messages", done, 1000, 50.0, (1000 - done) / 50))
        clock.now += 4
    line(Progress("messages", 1000, 1000, 50.0, 0.0))
    line.end()

    assert stream.getvalue().splitlines() == [
        "mensajes:   0%  0/1000  50/s  faltan 0:20",
        "mensajes:  30%  300/1000  50/s  faltan 0:14",
        "mensajes:  60%  600/1000  50/s  faltan 0:08",
        "mensajes:  90%  900/1000  50/s  faltan 0:02",
        "mensajes: 100%  1000/1000  50/s",
    ]


def test_on_a_terminal_one_line_that_is_drawn_over() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream, "es", Clock(), bar=True)
    line(Progress("messages", 0, 200))
    line(Progress("messages", 100, 200, 10.0, 130.0))
    line(Progress("messages", 200, 200, 10.0, 0.0))
    line(Progress("leads", 0, 0))

    drawn = stream.getvalue()
    assert drawn.count("\n") == 2
    lines = [part.strip() for part in drawn.replace("\n", "\r").split("\r") if part]
    assert lines == [
        f"[{'.' * 24}] mensajes:   0%  0/200",
        f"[{'#' * 12}{'.' * 12}] mensajes:  50%  100/200  10/s  faltan 2:10",
        f"[{'#' * 24}] mensajes: 100%  200/200  10/s",
        f"[{'#' * 24}] leads: 100%  0/0",
    ]


def test_every_step_has_a_name_in_spanish() -> None:
    nouns = [step.noun for step in STEPS] + list(LAST)

    assert [noun for noun in nouns if noun not in NOUNS] == []
    # The bridge's Spanish says "lead" as well.
    same = [noun for noun in NOUNS.values() if say(noun, {}, "es") == noun]
    assert same == ["leads"]


def test_the_first_interrupt_asks_and_the_second_ends() -> None:
    err = io.StringIO()
    before = signal.getsignal(signal.SIGINT)
    with StopOnRequest(Screen(io.StringIO(), err)) as stop:
        assert not stop.wanted()
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.wanted()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)

    assert signal.getsignal(signal.SIGINT) is before
    assert "en ningún caso se pierde nada" in err.getvalue()
