"""Prints a lab's addresses, logins and processes."""

from __future__ import annotations

from lab.console import say
from lab.state import State


def addresses(state: State) -> None:
    """Where everything is, for a person at a terminal."""
    if not state.ready:
        say("El laboratorio quedó a medio arrancar. «make up» lo empieza de nuevo.")
        return
    say()
    say(f"Odoo {state.series}      {state.odoo['url']}   (base {_database(state)})")
    say(f"Simulador      {state.simulator['url']}")
    say(f"Correos        {state.mail['folder']}")
    say(f"PostgreSQL     {state.postgres['host']}:{state.postgres['port']}")
    say()
    say("Usuarios (la clave es igual al usuario):")
    for login in state.logins.values():
        say(f"  {login['login']:<12} {login['name']:<20} {login['role']}")
    say()


def processes(state: State) -> None:
    """Each process and whether it lives."""
    say(f"Laboratorio en {state.home}")
    for process in state.all_processes():
        word = "en marcha" if process.alive else "DETENIDO"
        say(f"  {process.name:<10} pid {process.pid:<8} {word}")


def _database(state: State) -> str:
    return str(state.odoo["database"])
