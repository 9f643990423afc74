"""Customers as the tester sets them up, and what is open between them and numbers."""

from collections.abc import Callable
from typing import Any

from . import scripts
from .clock import Clock
from .entities import PRESENCES, Customer, Json
from .errors import BadRequest
from .ids import IdSource
from .messages.statuses import Statuses
from .nearest import unknown
from .phones import is_user_id
from .settings import DAY
from .world import World


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(f"{name}: expected true or false, got {value!r}")
    return value


def _words(name: str, value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{name}: expected words or null, got {value!r}")
    return value or None


def _presence(name: str, value: object) -> str:
    if str(value) not in PRESENCES:
        raise BadRequest(unknown(name, str(value), PRESENCES))
    return str(value)


def _seconds(name: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise BadRequest(f"{name}: expected seconds or null, got {value!r}")
    return float(value)


def _user_id(name: str, value: object) -> str | None:
    if value is not None and not (isinstance(value, str) and is_user_id(value)):
        raise BadRequest(f"{name}: expected a user id or null, got {value!r}")
    return value


def _script(name: str, value: object) -> list[Json]:
    return scripts.parse(value if value is not None else [])


#: key of a change -> what it may be.
KEYS: dict[str, Callable[[str, object], Any]] = {
    "name": _words,
    "presence": _presence,
    "username": _words,
    "parent_user_id": _user_id,
    "identity_key_hash": _words,
    "hides_phone": _flag,
    "blocks": _flag,
    "on_whatsapp": _flag,
    "silent": _flag,
    "read_after": _seconds,
    "script": _script,
    "marketing": _flag,
}


class People:
    """Changes customers; shows their windows."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, statuses: Statuses
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._statuses = statuses

    def change(self, key: str, changes: Json) -> Customer:
        """Make or change a customer.  BadRequest names key, value, nearest.

        Who comes online, or unblocks, gets what waited.
        """
        checked: Json = {}
        for name, value in changes.items():
            if name not in KEYS:
                raise BadRequest(unknown("key of a customer", name, KEYS))
            if name == "presence" and value is None:
                continue
            checked[name] = KEYS[name](name, value)
        customer = self._world.ensure_customer(key, self._ids)
        reach = (customer.presence, customer.blocks)
        for name, value in checked.items():
            setattr(customer, name, value)
        if (customer.presence, customer.blocks) != reach:
            self._statuses.catch_up(customer)
        return customer

    def windows(self, customer: Customer) -> list[Json]:
        """The 24 h window and the free entry point with each number."""
        now = self._clock.now()
        rows = []
        for number in self._world.numbers.values():
            pair = (number.id, customer.key)
            last = self._world.last_inbound.get(pair)
            free = self._world.free_until.get(pair)
            if last is None and free is None:
                continue
            closes = None if last is None else last + DAY
            rows.append(
                {
                    "number": number.id,
                    "last_inbound": last,
                    "open": closes is not None and closes > now,
                    "closes": closes,
                    "free_entry_point": free is not None and free > now,
                    "free_until": free,
                }
            )
        return rows
