"""The two Odoos that are measured, as lab/bench.py wrote them down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Names the file; given by lab/bench.py.
VARIABLE = "WA_BENCH"


@dataclass(frozen=True, repr=False)
class Place:
    """An Odoo with a gateway; no repr since it holds passwords."""

    #: Whether the bridge is installed: then a message makes a lead, too.
    bridge: bool
    url: str
    database: str
    dsn: str
    callback_url: str
    phone_number_id: str
    app_secret: str
    login: str
    user_password: str


@dataclass(frozen=True)
class Places:
    """Both, and what they have in common."""

    series: str
    workers: int
    bridge: Place
    oca: Place


class NoPlaces(Exception):
    """Nothing to measure was given."""


def read_places(env: Mapping[str, str]) -> Places:
    """The places that the environment names.

    :raise NoPlaces: without them
    """
    path = Path(env.get(VARIABLE, ""))
    if not path.is_file():
        raise NoPlaces(
            f"{VARIABLE} no nombra ningún archivo. «make bench» los prepara."
        )
    found = json.loads(path.read_text())
    own = {
        name: Place(bridge=name == "bridge", **values)
        for name, values in found["places"].items()
    }
    return Places(found["series"], found["workers"], own["bridge"], own["oca"])
