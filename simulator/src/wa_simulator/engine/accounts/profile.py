"""Business profile, commerce, automation, keys, QR codes of a number."""

from ..entities import Json, Number
from ..errors import Refused, bad_parameter
from ..ids import IdSource
from ..schema import Anything, Flag, Node, OneOf, Rows, Text
from ..world import World
from .business import NumberState

VERTICALS = (
    "OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE",
    "GROCERY", "GOVT", "HOTEL", "HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL",
    "TRAVEL", "RESTAURANT", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING",
    "OTC_DRUGS", "MATRIMONY_SERVICE", "UNDEFINED", "NOT_A_BIZ", "",
)  # fmt: skip
PROFILE = Node(
    optional={
        "messaging_product": OneOf(("whatsapp",)),
        "about": Text(139),
        "address": Text(256, least=0),
        "description": Text(512, least=0),
        "email": Text(128, least=0),
        "websites": Rows(Text(256, web=True), least=0, most=2),
        "vertical": OneOf(VERTICALS, fold=True),
        "profile_picture_handle": Text(4096),
    }
)
#: What is shown when ``fields`` does not ask for others.
PROFILE_FIELDS = (
    "about", "address", "description", "email", "profile_picture_url", "websites",
    "vertical", "messaging_product",
)  # fmt: skip

AUTOMATION = Node(
    optional={
        "enable_welcome_message": Flag(),
        "prompts": Rows(Text(80), least=0, most=4),
        "commands": Rows(
            Node({"command_name": Text(32), "command_description": Text(256)}),
            least=0,
            most=30,
        ),
        "id": Anything(),
    },
)
COMMERCE_KEYS = ("is_cart_enabled", "is_catalog_visible")
MAX_PREFILLED = 140
MAX_QR_CODES = 2000


class Profiles:
    """Reads and changes what a number shows of itself."""

    def __init__(self, world: World, ids: IdSource) -> None:
        self._world = world
        self._ids = ids

    def change_profile(self, number: Number, body: Json) -> None:
        """Merge into the profile.  Refused."""
        if body.get("messaging_product") != "whatsapp":
            raise bad_parameter("The parameter messaging_product is required.")
        PROFILE.check(body, "profile")
        given = {k: v for k, v in body.items() if k != "messaging_product"}
        handle = given.pop("profile_picture_handle", None)
        if handle is not None:
            given["profile_picture_url"] = self._picture(str(handle))
        self._state(number).profile.update(given)

    def _picture(self, handle: str) -> str:
        return f"https://pps.whatsapp.net/v/{self._ids.signature('picture', handle)}"

    def profile(self, number: Number) -> Json:
        """The columns there are."""
        return {
            "messaging_product": "whatsapp",
            # What an account shows that has chosen none; pywa counts on it.
            "vertical": "UNDEFINED",
            **self._state(number).profile,
        }

    def change_automation(self, number: Number, body: Json) -> None:
        """``POST /conversational_automation``."""
        AUTOMATION.check(body, "conversational_automation")
        self._state(number).automation.update(body)

    def automation(self, number: Number) -> Json:
        """The ``conversational_automation`` field of a number."""
        return {"id": number.id, **self._state(number).automation}

    def change_commerce(self, number: Number, given: Json) -> None:
        """``POST /whatsapp_commerce_settings``; query or body."""
        for key in COMMERCE_KEYS:
            if key in given:
                self._state(number).commerce[key] = str(given[key]).lower() == "true"

    def commerce(self, number: Number) -> Json:
        """The one row of the commerce settings."""
        return {
            "is_cart_enabled": True,
            "is_catalog_visible": False,
            "id": number.id,
            **self._state(number).commerce,
        }

    def set_key(self, number: Number, body: Json) -> None:
        """``POST /whatsapp_business_encryption``."""
        key = str(body.get("business_public_key") or "")
        if "BEGIN PUBLIC KEY" not in key:
            raise bad_parameter("Param business_public_key must be a PEM public key.")
        self._state(number).public_key = key

    def key(self, number: Number) -> Json:
        """The key and whether its signature is good."""
        held = self._state(number).public_key
        status = "VALID" if held else "MISMATCH"
        return {
            "business_public_key": held or " ",
            "business_public_key_signature_status": status,
        }

    # QR codes

    def make_qr(self, number: Number, body: Json) -> Json:
        """Create a short link, or change one that ``code`` names."""
        words = body.get("prefilled_message")
        if not isinstance(words, str) or not words:
            raise bad_parameter("The parameter prefilled_message is required.")
        if len(words) > MAX_PREFILLED:
            raise bad_parameter(
                f"Param prefilled_message must be at most {MAX_PREFILLED} characters "
                "long."
            )
        codes = self._state(number).qr_codes
        code = body.get("code")
        if code is None:
            if len(codes) >= MAX_QR_CODES:
                raise bad_parameter(f"At most {MAX_QR_CODES} QR codes.")
            code = self._ids.hexadecimal("qr", number.id)[:13].upper() + "1"
            codes[code] = self._qr(code, body)
        row = self.qr(number, str(code))
        row["prefilled_message"] = words
        return row

    def _qr(self, code: str, body: Json) -> Json:
        row: Json = {
            "code": code,
            "prefilled_message": "",
            "deep_link_url": f"https://wa.me/message/{code}",
        }
        image = body.get("generate_qr_image")
        if image is not None:
            if str(image).upper() not in ("SVG", "PNG"):
                raise bad_parameter("Param generate_qr_image must be SVG or PNG.")
            row["qr_image_url"] = f"https://scontent.xx.fbcdn.net/{code}.{image}"
        return row

    def qr(self, number: Number, code: str) -> Json:
        """One row.  Refused when unknown."""
        row = self._state(number).qr_codes.get(code)
        if row is None:
            raise Refused(803, message="QR code not found", kind="GraphMethodException")
        return row

    def delete_qr(self, number: Number, code: str) -> None:
        """Forget one.  Refused when unknown."""
        self.qr(number, code)
        del self._state(number).qr_codes[code]

    def _state(self, number: Number) -> NumberState:
        return self._world.business.number(number.id)
