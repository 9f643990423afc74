"""What a real Meta would dislike about a call or an answer, though it passes.

Sources: Meta's pages on versions, access tokens, phone number formats, opt-outs of
marketing templates and webhooks as mirrored 2025-12-11; how late is too late for an
answer is not published, integrators advise five seconds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .entities import Json
from .phones import is_user_id
from .versions import alive, day_of, known

#: A version's end is announced from so many days before.
ENDS_SOON = timedelta(days=90)
#: Milliseconds that a webhook's answer may take.
PROMPT = 5000
_OPT_OUT = re.compile(
    r"stop|unsubscribe|opt[ -]?out|baja|cancelar|no recibir|desuscrib|salir", re.I
)

#: code -> (English, Spanish).
TEXTS: dict[str, tuple[str, str]] = {
    "version_missing": (
        "name a Graph version in the path: without one Meta chooses it",
        "nombre una versión de Graph en la ruta: sin ella la elige Meta",
    ),
    "version_ended": (
        "this Graph version has ended: Meta answers as the oldest one alive",
        "esta versión de Graph terminó: Meta responde como la más antigua vigente",
    ),
    "version_ends_soon": (
        "this Graph version ends within 90 days",
        "esta versión de Graph termina en menos de 90 días",
    ),
    "token_in_query": (
        "send the token in the Authorization header: addresses end in logs",
        "envíe el token en la cabecera Authorization: las direcciones quedan en logs",
    ),
    "recipient_type_missing": (
        "name recipient_type (individual), as Meta's samples do",
        "indique recipient_type (individual), como los ejemplos de Meta",
    ),
    "recipient_without_plus": (
        "write the recipient with a plus: Meta may take other digits for local ones",
        "escriba el destinatario con «+»: Meta puede tomar otros dígitos por locales",
    ),
    "opt_out_missing": (
        "give a marketing template a way to opt out, a button or the footer",
        "dé a la plantilla de marketing cómo darse de baja, un botón o el pie",
    ),
    "webhook_late": (
        "answer webhooks within five seconds and work later",
        "responda los webhooks en menos de cinco segundos y trabaje después",
    ),
}


@dataclass(frozen=True)
class AnsweredCall:
    """A call that Meta would have answered with 200.

    :param version: as the path named it.
    :param edge: the last segments of the path, after the object's id.
    """

    method: str
    edge: str
    version: float | None
    query: Json = field(default_factory=dict)
    body: Json = field(default_factory=dict)


def of_call(call: AnsweredCall, now: float) -> list[str]:
    """Codes of ``TEXTS`` that concern a call."""
    found = [*_version(call.version, now)]
    # The addresses of pages, which Meta writes itself, bear the token.
    if "access_token" in call.query and not {"after", "before"} & call.query.keys():
        found.append("token_in_query")
    if call.method == "POST" and call.edge == "messages":
        found += _message(call.body)
    if call.method == "POST" and call.edge == "message_templates":
        found += _template(call.body)
    return found


def of_webhook(status: int | None, duration_ms: int) -> list[str]:
    """Codes that concern the answer of a webhook."""
    return ["webhook_late"] if status == 200 and duration_ms > PROMPT else []


def _version(number: float | None, now: float) -> Iterator[str]:
    if number is None:
        yield "version_missing"
        return
    row = known(number)
    if number < alive(now)[-1].number:
        yield "version_ended"
    elif row is not None and row.ends and row.ends - day_of(now) <= ENDS_SOON:
        yield "version_ends_soon"


def _message(body: Json) -> Iterator[str]:
    if "status" in body:
        return
    if not body.get("recipient_type"):
        yield "recipient_type_missing"
    to = str(body.get("to") or "").strip()
    if to and not to.startswith("+") and not is_user_id(to):
        yield "recipient_without_plus"


def _template(body: Json) -> Iterator[str]:
    if str(body.get("category", "")).upper() != "MARKETING":
        return
    components = body.get("components")
    rows = components if isinstance(components, list) else []
    if not any(_OPT_OUT.search(text) for text in _labels(rows)):
        yield "opt_out_missing"


def _labels(components: list[Any]) -> Iterator[str]:
    """Texts of the footer and of the quick replies."""
    for part in components:
        if not isinstance(part, dict):
            continue
        kind = str(part.get("type", "")).upper()
        if kind == "FOOTER":
            yield str(part.get("text", ""))
        buttons = part.get("buttons") if kind == "BUTTONS" else None
        for button in buttons if isinstance(buttons, list) else ():
            if isinstance(button, dict):
                yield str(button.get("text", ""))
