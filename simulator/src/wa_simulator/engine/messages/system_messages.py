"""System messages: a person's number, user id or identity has changed.

Source: webhook reference as mirrored 2025-12-11 (``system``), page on
business-scoped user ids of 2026 (``user_changed_user_id``), Meta's changelog of
2026-08-11 (``previous_user_id`` on both).
"""

from collections.abc import Callable

from ..emitter import Emitter
from ..entities import Customer, Json
from ..errors import BadRequest
from ..ids import IdSource
from ..nearest import unknown
from ..phones import digits_of, is_user_id, wa_id_of
from ..world import World
from . import inbound_types


class System:
    """Builds ``system`` nodes and applies them to the world."""

    def __init__(self, world: World, ids: IdSource, emitter: Emitter) -> None:
        self._world = world
        self._ids = ids
        self._emitter = emitter
        #: type -> builder of the node.
        self.kinds: dict[str, Callable[[Json, Customer], Json]] = {
            "user_changed_number": self._number,
            "user_changed_user_id": self._user_id,
            "customer_identity_changed": self._identity,
        }

    def node(self, body: Json, customer: Customer) -> Json:
        """The node.  Without ``type`` a new user id or identity tells which one."""
        given = inbound_types.node_of("system", body)
        implied = next(
            (kind for key, kind in _IMPLIED.items() if key in given),
            "user_changed_number",
        )
        if body.get("type") in self.kinds:
            implied = str(body["type"])
        kind = str(given.get("type", implied))
        if kind not in self.kinds:
            raise BadRequest(unknown("system.type", kind, self.kinds))
        return {**self.kinds[kind](given, customer), "type": kind}

    def _number(self, given: Json, customer: Customer) -> Json:
        new = digits_of(str(given.get("wa_id", "")))
        if new is None:
            raise BadRequest(
                "a system message needs 'wa_id', the new number in digits; got "
                f"{given.get('wa_id')!r}"
            )
        words = f"User {customer.name} changed from {customer.key} to {new}"
        key = "new_wa_id" if self._emitter.holds("system_new_wa_id") else "wa_id"
        rest = {k: v for k, v in given.items() if k != "wa_id"}
        moved = self._world.ensure_customer(new, self._ids)
        ids = self._changed_ids(customer, moved.user_id, moved.parent_user_id)
        return {"body": words, **ids, **rest, key: wa_id_of(new)}

    def _user_id(self, given: Json, customer: Customer) -> Json:
        new = str(given.get("user_id", ""))
        if not is_user_id(new):
            raise BadRequest(
                "user_changed_user_id needs 'user_id', the new one such as "
                f"CO.13491208655302741918; got {given.get('user_id')!r}"
            )
        words = f"User {customer.name} changed from {customer.user_id} to {new}"
        parent = given.get("parent_user_id", customer.parent_user_id)
        return {"body": words, **self._changed_ids(customer, new, parent), **given}

    def _changed_ids(self, customer: Customer, new: str, parent: str | None) -> Json:
        """The new and the previous ids, where the date has them."""
        if not self._emitter.holds("previous_user_id"):
            return {}
        ids: Json = {"user_id": new, "previous_user_id": customer.user_id}
        if parent:
            ids["parent_user_id"] = parent
        if customer.parent_user_id:
            ids["previous_parent_user_id"] = customer.parent_user_id
        return ids

    def _identity(self, given: Json, customer: Customer) -> Json:
        identity = given.get("identity", {})
        if not isinstance(identity, dict):
            raise BadRequest(f"identity: expected an object, got {identity!r}")
        digest = self._ids.hexadecimal("identity", customer.key)
        words = f"The identity of {customer.name} has changed"
        rest = {k: v for k, v in given.items() if k != "identity"}
        return {
            "body": words,
            **rest,
            "identity": {"acknowledged": False, "hash": digest, **identity},
        }

    def apply(self, customer: Customer, node: Json) -> None:
        """Make the world follow: the new person, the new id, the new hash."""
        new = node.get("wa_id") or node.get("new_wa_id")
        if node["type"] == "user_changed_number" and new:
            moved = self._world.ensure_customer(new, self._ids)
            moved.name, moved.presence = customer.name, customer.presence
        elif node["type"] == "user_changed_user_id":
            customer.parent_user_id = node.get(
                "parent_user_id", customer.parent_user_id
            )
            self._rename(customer, node["user_id"])
        elif node["type"] == "customer_identity_changed":
            customer.identity_key_hash = node["identity"]["hash"]

    def _rename(self, customer: Customer, user_id: str) -> None:
        """A person without phone is known by the user id: the key changes too."""
        old, customer.user_id = customer.key, user_id
        if customer.key == old:
            return
        self._world.customers[customer.key] = self._world.customers.pop(old)
        for message in self._world.messages.values():
            if message.customer == old:
                message.customer = customer.key


#: key of the node -> the type it implies.
_IMPLIED = {"user_id": "user_changed_user_id", "identity": "customer_identity_changed"}
