"""`python3 -m lab <command>`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lab import (
    bench,
    breaks,
    demo,
    explain,
    lifecycle,
    messages,
    migrations,
    report,
    suites,
    testing,
    venvs,
)
from lab.console import LabError, say, tail
from lab.settings import Settings
from lab.state import State
from lab.venvs import Venv

LOGS = ("odoo", "simulator", "postgres", "mail")
LOG_LINES = 60


def run(settings: Settings, argv: list[str]) -> int:
    """Run a command; its exit status."""
    options, extra = _parser().parse_known_args(argv)
    if extra and options.command not in (_scenarios, _bench):
        _parser().error(f"no se entiende: {' '.join(extra)}")
    options.extra = extra
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    # A polite end from outside is undone like Ctrl-C, which a shell's background
    # job ignores unless told otherwise.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return command(settings, options)
    except LabError as error:
        sys.stdout.flush()
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrumpido; lo que se había arrancado se detuvo.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m lab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="orden")

    start = commands.add_parser("up", help="levanta el laboratorio")
    start.add_argument("--workers", type=int, help="procesos de Odoo (0: hilos)")
    start.add_argument("--fresh", action="store_true", help="siempre uno nuevo")
    start.set_defaults(command=_up)

    end = commands.add_parser("down", help="lo detiene")
    end.add_argument("--purge", action="store_true", help="borra también sus datos")
    end.set_defaults(command=_down)

    status = commands.add_parser("status", help="qué corre y dónde")
    status.set_defaults(command=_status)

    demo_ = commands.add_parser("demo", help="las cinco pruebas del plan, en vivo")
    demo_.add_argument("--fresh", action="store_true", help="siempre uno nuevo")
    demo_.set_defaults(command=_demo)

    scenarios = commands.add_parser(
        "scenarios", help="todos los escenarios; lo demás se le pasa a pytest"
    )
    scenarios.add_argument("--fresh", action="store_true", help="siempre uno nuevo")
    scenarios.set_defaults(command=_scenarios)

    test = commands.add_parser("test", help="todas las pruebas")
    test.add_argument("suites", nargs="*", help="solo estas")
    test.set_defaults(command=_test)

    breaks_ = commands.add_parser(
        "breaks", help="rompe el módulo a propósito: ¿lo ven las pruebas?"
    )
    breaks_.add_argument("words", nargs="*", help="solo estas, por requisito o nombre")
    breaks_.set_defaults(command=_breaks)

    bench_ = commands.add_parser(
        "bench", help="mide el puente y la OCA sola, lado a lado (--help dice qué)"
    )
    bench_.set_defaults(command=_bench)

    speed = commands.add_parser(
        "bench-migration", help="rapidez de la migración, al lado de otras maneras"
    )
    speed.add_argument("--rows", type=int, default=100_000, help="mensajes antiguos")
    speed.add_argument("--generation", choices=("1", "2", "mixed"), default="1")
    speed.set_defaults(command=_bench_migration)

    explain_ = commands.add_parser(
        "explain", help="planes de las búsquedas en una base de un millón de mensajes"
    )
    explain_.add_argument("words", nargs="*", help="solo estas, por su título")
    explain_.add_argument("--channels", type=int, default=explain.CHANNELS)
    explain_.set_defaults(command=_explain)

    lint = commands.add_parser("lint", help="formato, reglas y tipos")
    lint.set_defaults(command=_lint)

    words = commands.add_parser(
        "messages", help="escribe de nuevo los mensajes del módulo (i18n)"
    )
    words.set_defaults(command=_messages)

    pictures = commands.add_parser(
        "pictures", help="toma de nuevo las imágenes de las guías del módulo"
    )
    pictures.add_argument("--fresh", action="store_true", help="siempre uno nuevo")
    pictures.set_defaults(command=_pictures)

    logs = commands.add_parser("logs", help="bitácoras")
    logs.add_argument("which", nargs="?", choices=LOGS, default="odoo")
    logs.add_argument("-f", "--follow", action="store_true")
    logs.set_defaults(command=_logs)
    return parser


def _up(settings: Settings, options: argparse.Namespace) -> int:
    if options.workers is not None:
        settings = settings.with_workers(options.workers)
    say("Laboratorio de WhatsApp para Odoo")
    state = lifecycle.up(settings, fresh=_fresh(options))
    report.addresses(state)
    return 0


def _fresh(options: argparse.Namespace) -> bool:
    return bool(options.fresh or os.environ.get("FRESH"))


def _demo(settings: Settings, options: argparse.Namespace) -> int:
    return demo.demo(settings, fresh=_fresh(options))


def _scenarios(settings: Settings, options: argparse.Namespace) -> int:
    return demo.scenarios(settings, fresh=_fresh(options), extra=options.extra)


def _test(settings: Settings, options: argparse.Namespace) -> int:
    names = " ".join(options.suites) or os.environ.get("SUITES", "")
    found = testing.run_suites(settings, suites.chosen(names))
    say(found.line())
    return 0 if found.good else 1


def _breaks(settings: Settings, options: argparse.Namespace) -> int:
    return breaks.run(settings, options.words)


def _bench(settings: Settings, options: argparse.Namespace) -> int:
    return bench.run(settings, options.extra)


def _bench_migration(settings: Settings, options: argparse.Namespace) -> int:
    if options.rows < 1:
        raise LabError(f"ROWS={options.rows} no sirve: se espera un número desde 1.")
    home = settings.in_folder(settings.repository / ".lab-test" / "bench-migration")
    return migrations.speed(home, options.rows, options.generation)


def _explain(settings: Settings, options: argparse.Namespace) -> int:
    return explain.run(settings, options.channels, options.words)


def _lint(settings: Settings, options: argparse.Namespace) -> int:
    venv = Venv("lint", settings.constraints / "lint.txt")
    program = venvs.ensure(venv, settings).with_name("pre-commit")
    env = {**os.environ, "PRE_COMMIT_HOME": str(settings.cache / "pre-commit")}
    argv = [str(program), "run", "--all-files", "--show-diff-on-failure"]
    return subprocess.run(
        argv, env=env, cwd=settings.repository, check=False
    ).returncode


def _down(settings: Settings, options: argparse.Namespace) -> int:
    if not lifecycle.down(settings, purge=options.purge):
        say("No hay ningún laboratorio en marcha.")
    else:
        say("Laboratorio detenido y borrado." if options.purge else "Detenido.")
    return 0


def _status(settings: Settings, options: argparse.Namespace) -> int:
    state = State.load(settings.home)
    if state is None:
        say("No hay ningún laboratorio en marcha. «make up» levanta uno.")
        return 3
    report.processes(state)
    report.addresses(state)
    return 0 if state.healthy else 3


def _messages(settings: Settings, options: argparse.Namespace) -> int:
    return messages.report(messages.write(settings))


def _pictures(settings: Settings, options: argparse.Namespace) -> int:
    state = lifecycle.up(settings, fresh=_fresh(options))
    argv = [sys.executable, "-m", "tests.browser.pictures"]
    return subprocess.run(
        argv,
        cwd=settings.repository,
        env=testing.lab_environment(state),
        check=False,
    ).returncode


def _logs(settings: Settings, options: argparse.Namespace) -> int:
    path: Path = settings.home / f"{options.which}.log"
    if not path.is_file():
        raise LabError(f"Todavía no hay bitácora en {path}. «make up» la empieza.")
    if options.follow:
        command = ["tail", "-n", str(LOG_LINES), "-F", str(path)]
        return subprocess.run(command, check=False).returncode
    for line in tail(path, LOG_LINES):
        say(line)
    return 0
