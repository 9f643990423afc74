"""In-app sign-ups: links by which people opt in (RS, PYWA of 2026-06)."""

import re
from dataclasses import dataclass

from ..codes import CODES
from ..entities import Json
from ..errors import Refused, bad_parameter
from ..ids import IdSource
from ..world import World

TOS = "https://www.facebook.com/legal/ads-manager-marketing-messages-terms"
STATUSES = ("ACTIVE", "DISABLED")
#: Field -> most characters.
TEXTS = {
    "signup_message": 300, "confirmation_message": 300, "display_name": 256,
}  # fmt: skip
CHANGEABLE = (*TEXTS, "website_url", "promo_code", "status")
_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_CODE = re.compile(r"[A-Za-z0-9]{1,50}")


@dataclass
class Signups:
    """Sign-ups of accounts; they are an integrator's set-up."""

    world: World
    ids: IdSource

    def of(self, waba_id: str) -> list[Json]:
        """The sign-ups of an account."""
        held = self.world.business.setup.signups.values()
        return [row for row in held if row["waba_id"] == waba_id]

    def get(self, signup_id: str) -> Json:
        """A sign-up.  Refused (2494164)."""
        held = self.world.business.setup.signups
        if signup_id not in held:
            raise _refused(2494164)
        return held[signup_id]

    def create(self, waba_id: str, body: Json) -> Json:
        """``POST /{waba}/signups``; the first one accepts the terms.  Refused."""
        self._check_terms(waba_id, body.get("policy"))
        for name in ("signup_message", "confirmation_message", "privacy_policy_url"):
            if not body.get(name):
                raise bad_parameter(f"The parameter {name} is required.")
        privacy = str(body["privacy_policy_url"])
        if not privacy.startswith(("http://", "https://")):
            raise bad_parameter("Param privacy_policy_url must be an address.")
        row: Json = {
            "id": self.ids.digits("signup", waba_id),
            "waba_id": waba_id,
            "privacy_policy_url": privacy,
            "status": STATUSES[0],
        }
        self._apply(row, {k: v for k, v in body.items() if k != "status"})
        setup = self.world.business.setup
        setup.signups[row["id"]] = row
        setup.signup_terms.add(waba_id)
        return row

    def change(self, signup_id: str, body: Json) -> Json:
        """``POST /signups/{id}``: all but the privacy policy.  Refused."""
        row = self.get(signup_id)
        if "privacy_policy_url" in body:
            raise bad_parameter("Param privacy_policy_url cannot be changed.")
        self._apply(row, body)
        return row

    def _apply(self, row: Json, body: Json) -> None:
        """Check all, then set.  Refused, and nothing is set."""
        new = {name: body[name] for name in CHANGEABLE if body.get(name) is not None}
        for name, most in TEXTS.items():
            text = new.get(name, "x")
            if not isinstance(text, str) or not 1 <= len(text) <= most:
                raise bad_parameter(f"Param {name} must have 1 to {most} characters.")
        if not str(new.get("website_url", "https://")).startswith("https://"):
            raise _refused(2494179)
        if not _CODE.fullmatch(str(new.get("promo_code", "x"))):
            raise bad_parameter("Param promo_code must have 1 to 50 letters or digits.")
        if new.get("status", STATUSES[0]) not in STATUSES:
            raise bad_parameter(f"Param status must be one of {', '.join(STATUSES)}.")
        whole = {**row, **new}
        for name in _PLACEHOLDER.findall(whole["confirmation_message"]):
            if name != "promo_code":
                raise _refused(2494166)
            if not whole.get("promo_code"):
                raise _refused(2494167)
        row.update(new)

    def _check_terms(self, waba_id: str, policy: object) -> None:
        accepted = waba_id in self.world.business.setup.signup_terms
        if policy is None:
            if not accepted:
                raise _refused(2494168)
            return
        if accepted:
            raise _refused(2494176)
        if not isinstance(policy, dict) or policy.get("accepted") is not True:
            raise _refused(2494168)
        if policy.get("tos") != TOS:
            raise _refused(2494177)


def _refused(code: int) -> Refused:
    return Refused(code, CODES[code].title)
