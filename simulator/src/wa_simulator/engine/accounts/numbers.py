"""Registration, verification, PIN and settings of business phone numbers.

Sources: registration, two-step verification and phone number pages as mirrored
2025-12-11, Meta's OpenAPI file v23.0, the error code page.
"""

import re
from typing import Any

from ..clock import Clock
from ..entities import Json, Number
from ..errors import Refused, bad_parameter
from ..ids import IdSource
from ..phones import digits_of
from ..settings import HOUR, Settings
from ..world import World
from .business import NumberState

REGISTRATION_SPAN = 72 * HOUR
MAX_REGISTRATIONS = 10
#: Wrong PINs in an hour, and seconds between two guesses.
MAX_PINS = 10
PIN_PAUSE = 5.0
CODE_METHODS = ("SMS", "VOICE")
CONNECTED, DISCONNECTED, UNVERIFIED = "CONNECTED", "DISCONNECTED", "UNVERIFIED"
_PIN = re.compile(r"\d{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
#: At least one letter, no dot at an end, not like a web address.
_USERNAME = re.compile(r"(?!www)(?=.*[a-z])(?!\.)[a-z0-9._]{3,35}(?<!\.)")
_DOMAIN = re.compile(r"\.(com|org|net|int|edu|gov|mil|us|in|html)$")
#: Parts of ``/settings`` -> keys.
SETTINGS_KEYS = (
    "calling", "user_identity_change", "storage_configuration", "payload_encryption",
)  # fmt: skip


class Numbers:
    """What Graph operations change on a number."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, settings: Settings
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._settings = settings

    def state(self, number: Number) -> NumberState:
        """What the operations have left."""
        return self._world.business.number(number.id)

    def add(self, waba_id: str, body: Json) -> Number:
        """``POST /{waba}/phone_numbers``: an unverified number."""
        given = body.get("phone_number")
        if not given:
            raise bad_parameter("The parameter phone_number is required.")
        code = str(body.get("cc") or "")
        digits = digits_of(str(given))
        if digits is not None and code and not digits.startswith(code):
            digits = digits_of(code + digits)
        if digits is None:
            raise bad_parameter("Invalid phone number")
        if any(n.display == digits for n in self._world.numbers.values()):
            raise bad_parameter(f"The phone number {digits} is already in use.")
        number = Number(
            self._ids.digits("number", waba_id, digits),
            waba_id,
            digits,
            str(body.get("verified_name") or "Negocio Simulado"),
        )
        self._world.add_number(number)
        state = self.state(number)
        state.status, state.verified = UNVERIFIED, False
        state.name_status = "PENDING_REVIEW"
        return number

    def request_code(self, number: Number, body: Json) -> str:
        """Draw a code; the tester reads it in the world."""
        method = str(body.get("code_method") or "")
        if method.upper() not in CODE_METHODS:
            raise bad_parameter(
                f"Param code_method must be one of {{{', '.join(CODE_METHODS)}}} - got "
                f'"{method}".'
            )
        language = str(body.get("language") or body.get("locale") or "")
        if not _LANGUAGE.fullmatch(language):
            raise bad_parameter("The parameter language is required.")
        state = self.state(number)
        if state.verified:
            raise Refused(
                136024,
                "Request code error: the phone number is already verified.",
            )
        state.code = self._ids.digits("code", number.id)[-6:]
        state.code_requests.append(self._clock.now())
        return state.code

    def verify_code(self, number: Number, body: Json) -> None:
        """Refused unless it is the last code."""
        code = str(body.get("code") or "").replace("-", "")
        if not code:
            raise bad_parameter("The parameter code is required.")
        state = self.state(number)
        if state.code is None or code != state.code:
            raise Refused(136025, "Verify code error: the code is not valid.")
        state.code, state.verified = None, True
        if state.status == UNVERIFIED:
            state.status = DISCONNECTED

    def register(self, number: Number, body: Json) -> None:
        """Refused: 133005 PIN, 133006 unverified, 133016 too often."""
        if body.get("messaging_product") != "whatsapp":
            raise bad_parameter("The parameter messaging_product is required.")
        pin = self._pin_of(body)
        state = self.state(number)
        self._count_registration(state)
        if not state.verified:
            raise Refused(133006, "The phone number must be verified first.")
        self._check_pin(state, pin)
        state.pin, state.status = pin, CONNECTED
        state.last_onboarded = self._clock.now()

    def deregister(self, number: Number) -> None:
        """Refused: 133010 when it is not registered, 133016 too often."""
        state = self.state(number)
        self._count_registration(state)
        if state.status != CONNECTED:
            raise Refused(133010, "The phone number is not registered.")
        state.status = DISCONNECTED

    def _count_registration(self, state: NumberState) -> None:
        now = self._clock.now()
        recent = [at for at in state.registrations if at > now - REGISTRATION_SPAN]
        if self._settings.registration_limits and len(recent) >= MAX_REGISTRATIONS:
            state.registrations = recent
            raise Refused(
                133016,
                "Registration or deregistration was attempted more than 10 times in "
                "72 hours.",
            )
        state.registrations = [*recent, now]

    @staticmethod
    def _pin_of(body: Json) -> str:
        pin = str(body.get("pin") or "")
        if not _PIN.fullmatch(pin):
            raise bad_parameter("Param pin must be a string of 6 digits.")
        return pin

    def _check_pin(self, state: NumberState, pin: str) -> None:
        """The PIN of an earlier registration must be given again."""
        if state.pin is None or state.pin == pin:
            return
        now = self._clock.now()
        limited = self._settings.registration_limits
        recent = [at for at in state.bad_pins if at > now - HOUR]
        if limited and len(recent) >= MAX_PINS:
            raise Refused(133008, "Too many PIN guesses, wait before trying again.")
        if limited and recent and recent[-1] > now - PIN_PAUSE:
            raise Refused(133009, "PIN guesses came too fast, wait a few seconds.")
        state.bad_pins = [*recent, now]
        raise Refused(133005, "Two-step verification PIN mismatch.")

    def change(self, number: Number, body: Json) -> None:
        """``POST /{phone_number_id}`` but for webhook_configuration."""
        state = self.state(number)
        if "pin" in body:
            state.pin = self._pin_of(body)
        if body.get("new_display_name"):
            state.new_name = str(body["new_display_name"])
            state.name_status = "PENDING_REVIEW"
        if body.get("username"):
            self.claim_username(number, body)
        if body.get("connection_status"):
            status = str(body["connection_status"]).upper()
            if status not in (CONNECTED, DISCONNECTED):
                raise bad_parameter("Param connection_status is not valid.")
            state.status = status

    def claim_username(self, number: Number, body: Json) -> None:
        """Give a number a username.

        :raises Refused: 100 for one that is not well formed, 147005 for one of another
            number unless ``transfer_action`` is ``force_transfer``.
        """
        name = str(body.get("username") or "").lower()
        if not _USERNAME.fullmatch(name) or _DOMAIN.search(name) or ".." in name:
            raise Refused(
                100,
                "username: 3 to 35 letters, digits, dots or _, with a letter, no dot "
                "at an end or doubled, and nothing that reads like an address",
            )
        for other in self._world.numbers.values():
            if other.id == number.id or self.state(other).username != name:
                continue
            if body.get("transfer_action") != "force_transfer":
                raise Refused(
                    147005,
                    f"'{name}' is in use on {other.id}; transfer_action force_transfer "
                    "moves it",
                )
            self.state(other).username = None
        self.state(number).username = name

    def set_settings(self, number: Number, body: Json) -> None:
        """Merge parts of the settings; an unknown part is refused."""
        given = {k: v for k, v in body.items() if k != "messaging_product"}
        if not given:
            raise bad_parameter("At least one setting is required.")
        for key, value in given.items():
            if key not in SETTINGS_KEYS:
                raise bad_parameter(f"Unexpected key '{key}' on param 'settings'.")
            if not isinstance(value, dict):
                raise bad_parameter(f"Param {key} must be an object.")
        state = self.state(number)
        for key, value in given.items():
            state.settings[key] = {**state.settings.get(key, {}), **value}

    def settings_of(self, number: Number) -> Json:
        """``GET /settings``."""
        defaults: dict[str, Any] = {
            "storage_configuration": {"status": "DEFAULT"},
            "calling": {"status": "DISABLED"},
            "user_identity_change": {"enable_identity_key_check": False},
            "payload_encryption": {"status": "DISABLED"},
        }
        return {**defaults, **self.state(number).settings}
