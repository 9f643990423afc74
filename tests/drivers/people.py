"""Who works with the CRM in a run."""

from __future__ import annotations

from dataclasses import dataclass

ADVISER = "asesor"
SUPERVISOR = "supervisor"
DIRECTOR = "director"


@dataclass(frozen=True)
class Person:
    """A user; `role` is a key of `rol_comercial`, or `admin`."""

    login: str
    password: str
    name: str
    role: str


@dataclass(frozen=True)
class Line:
    """A WhatsApp number of the business with its gateway in Odoo.

    Each scenario has one of its own: turns begin at the first adviser, nobody has
    written yet, no outage is remembered.
    """

    gateway_id: int
    name: str
    phone_number_id: str
    callback_url: str
    #: In the order of their turns.
    advisers: tuple[Person, ...]
