"""Words with which a customer stops messages, or allows them again."""

import unicodedata

OPT_OUT_WORDS = "STOP,BAJA,CANCELAR,NO MOLESTAR,UNSUBSCRIBE"
OPT_IN_WORDS = "START,ALTA"
# Label of the button that Meta adds to marketing templates, in the template's language,
# as :func:`plain_word` gives it.
MARKETING_OPT_OUT_WORDS = frozenset(
    ("STOP PROMOTIONS", "DETENER PROMOCIONES", "PARAR PROMOCOES")
)


def plain_word(text: str | None) -> str:
    """Text as it is compared: no accents, no marks around it, capitals."""
    flat = unicodedata.normalize("NFKD", text or "")
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    return " ".join(flat.upper().split()).strip(" .,;:!¡?¿\"'")


MARKETING = "marketing"
