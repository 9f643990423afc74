"""People a number has blocked (block users page as mirrored 2025-12-11)."""

from ..clock import Clock
from ..entities import Json, Number
from ..errors import Refused, bad_parameter
from ..ids import IdSource
from ..phones import digits_of, is_user_id, wa_id_of
from ..settings import DAY, Settings
from ..world import World

MAX_BLOCKED = 64_000
FAILED = 139100


class Blocklist:
    """Blocks and unblocks; each person for themselves."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, settings: Settings
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._settings = settings

    def blocked(self, number: Number) -> dict[str, float]:
        """Person -> when."""
        return self._world.business.blocked.setdefault(number.id, {})

    def block(self, number: Number, body: Json) -> Json:
        """The answer.  Refused (139100, both lists beside) when some failed."""
        return self._each(number, body, "added_users")

    def unblock(self, number: Number, body: Json) -> Json:
        """The answer.  Refused (139100) when some failed."""
        return self._each(number, body, "removed_users")

    def _each(self, number: Number, body: Json, done_key: str) -> Json:
        if body.get("messaging_product") != "whatsapp":
            raise bad_parameter("The parameter messaging_product is required.")
        rows = body.get("block_users")
        if not isinstance(rows, list) or not rows:
            raise bad_parameter("The parameter block_users is required.")
        done: list[Json] = []
        failed: list[Json] = []
        for row in rows:
            given = row.get("user") if isinstance(row, dict) else None
            given = given or (row.get("user_id") if isinstance(row, dict) else None)
            if not given:
                raise bad_parameter("The parameter block_users['user'] is required.")
            self._one(number, str(given), done_key, done, failed)
        lists: Json = {done_key: done} if done or not failed else {}
        if not failed:
            return {"messaging_product": "whatsapp", "block_users": lists}
        verb = "block" if done_key == "added_users" else "unblock"
        raise Refused(
            FAILED,
            f"Failed to {verb} some users, see the block_users response list for "
            "details",
            message="(#139100) Failed to block/unblock users",
            beside={
                "messaging_product": "whatsapp",
                "block_users": {**lists, "failed_users": failed},
            },
        )

    def _one(
        self,
        number: Number,
        given: str,
        done_key: str,
        done: list[Json],
        failed: list[Json],
    ) -> None:
        row: Json = {"input": given}
        digits = digits_of(given)
        if digits is None and not is_user_id(given):
            failed.append({**row, "errors": [_error(131009, "not a phone number")]})
            return
        person = wa_id_of(digits) if digits else given
        row["wa_id" if digits else "user_id"] = person
        key = self._key(person)
        if done_key == "removed_users":
            self.blocked(number).pop(key, None)
            done.append(row)
            return
        error = self._why_not(number, key, digits)
        if error:
            failed.append({**row, "errors": [error]})
            return
        self.blocked(number)[key] = self._clock.now()
        done.append(row)

    def _key(self, person: str) -> str:
        known = self._world.customer_of(person)
        return known.key if known else person

    def _why_not(self, number: Number, key: str, digits: str | None) -> Json | None:
        if digits == number.display:
            return _error(131021, "A number cannot block itself")
        last = self._world.last_inbound.get((number.id, key))
        recent = last is not None and last > self._clock.now() - DAY
        if self._settings.block_needs_window and not recent:
            return _error(
                131047, "The user has not messaged the business in the last 24 hours"
            )
        if len(self.blocked(number)) >= MAX_BLOCKED:
            return _error(139101, "The block list is full")
        return None

    def rows(self, number: Number) -> list[Json]:
        """The blocked people, the last one first."""
        found = []
        for key in reversed(list(self.blocked(number))):
            name = "user_id" if is_user_id(key) else "wa_id"
            found.append({"messaging_product": "whatsapp", name: key})
        return found


def _error(code: int, details: str) -> Json:
    """An error inside ``failed_users``."""
    return {
        "message": f"(#{code}) Failed to block/unblock user",
        "code": code,
        "error_data": {"details": details},
    }
