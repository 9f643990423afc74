"""Who works in the lab's company; the password of each is the login."""

from __future__ import annotations

from dataclasses import dataclass

ADMIN = "admin"
LANGUAGE = "es_CO"
TIME_ZONE = "America/Bogota"
SELLER = "asesor"
COMPANY = "Comercial Andina (laboratorio)"


@dataclass(frozen=True)
class Person:
    """A user with an employee; `role` is a key of `rol_comercial` and of a group."""

    login: str
    name: str
    role: str
    #: Key of the role in the addon's group names.
    group: str
    manager: str = ""


PEOPLE = (
    Person("director", "Diana Directora", "director", "director"),
    Person("supervisor", "Samuel Supervisor", "supervisor", "supervisor", "director"),
    Person("asesor_a", "Asesor A", SELLER, "adviser", "supervisor"),
    Person("asesor_b", "Asesor B", SELLER, "adviser", "supervisor"),
    Person("asesor_c", "Asesor C", SELLER, "adviser", "supervisor"),
)


def logins() -> dict[str, dict[str, str]]:
    """Logins as state.json shows them."""
    found = {
        ADMIN: {"login": ADMIN, "password": ADMIN, "name": "Admin", "role": "admin"}
    }
    for one in PEOPLE:
        found[one.login] = {
            "login": one.login,
            "password": one.login,
            "name": one.name,
            "role": one.role,
        }
    return found
