"""Spanish for the English texts inside a fact of the diagnosis.

Facts come from the journal, which is written in English: reasons, presences, what a
handshake got.  Anything else (an error of the machine, an address) stays as it is.
"""

import re
from typing import Any

from ..delivery.queue import DISABLED, FAULT, NOBODY, REASONS, UNSUBSCRIBED
from ..engine.entities import MANUAL, OFFLINE, ONLINE, READS

EXACT: dict[str, str] = {
    REASONS[NOBODY]: "no hay suscripción de webhook para este número",
    REASONS[UNSUBSCRIBED]: "la cuenta no está suscrita",
    REASONS[DISABLED]: "la suscripción está inhabilitada tras demasiados fallos",
    REASONS[FAULT]: "una falla lo perdió",
    ONLINE: "en línea",
    READS: "lee enseguida",
    OFFLINE: "sin conexión",
    MANUAL: "a mano",
}
#: A part of a sentence and its Spanish; several may stand in one fact.
PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), spanish)
    for pattern, spanish in (
        (
            r"handshake with (\S+): expected 200 with the body '(\d+)', got ",
            r"verificación con \1: se esperaba 200 con el cuerpo «\2», llegó ",
        ),
        (r"(?<=llegó )(\d+) with '(.*)'$", r"\1 con «\2»"),
        (r"(callback|media) host '(.+?)' does not resolve: ", r"«\2» no se resuelve: "),
        (
            r"(callback|media) host '(.+?)' is public \((.+?)\): a fake must not go "
            r"there; start with (\S+) (\S+) if it is yours",
            r"«\2» es pública (\3): un simulador no debe ir allí; arranque con \4 \5 "
            r"si es suya",
        ),
    )
)


def translated(fact: Any, language: str) -> Any:
    """A fact in a language; what is no sentence of ours comes back unchanged."""
    if language != "es" or not isinstance(fact, str):
        return fact
    if fact in EXACT:
        return EXACT[fact]
    for pattern, spanish in PARTS:
        fact = pattern.sub(spanish, fact)
    return fact
