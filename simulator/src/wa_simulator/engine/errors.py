"""Refusals as values of the engine.  ``graph/`` renders them."""


class EngineError(Exception):
    """Base of what the engine raises on purpose."""


class Refused(EngineError):
    """Meta would refuse this call.

    :param code: row of ``codes.CODES``.
    :param details: Meta's ``error_data.details``.
    :param subcode: ``error_subcode``; see ``codes.shows_subcode`` for when it is seen.
    :param message: replaces ``(#code) title``.
    :param kind: Meta's ``error.type``.
    :param user: ``error_user_title`` and ``error_user_msg`` (template operations).
    :param beside: keys that stand beside ``error`` in the answer (block list).
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        subcode: int | None = None,
        message: str | None = None,
        kind: str = "OAuthException",
        user: tuple[str, str] | None = None,
        beside: dict[str, object] | None = None,
    ) -> None:
        super().__init__(f"(#{code}) {message or details}")
        self.code = code
        self.details = details
        self.subcode = subcode
        self.message = message
        self.kind = kind
        self.user = user
        self.beside = beside or {}


class Unsupported(EngineError):
    """Meta knows this, the simulator does not: 501 with words, never a silent 200."""


class BadRequest(EngineError):
    """A control call that makes no sense.  The text says expected, got, nearest."""


class NotFound(EngineError):
    """A control call names a thing that is not in the world."""


def unknown_object(object_id: str, method: str = "get") -> Refused:
    """Meta's answer to an id it does not know (100/33, seen in captured traffic)."""
    return Refused(
        100,
        subcode=33,
        kind="GraphMethodException",
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{object_id}' does "
            "not exist, cannot be loaded due to missing permissions, or does not "
            "support this operation"
        ),
    )


def bad_parameter(words: str) -> Refused:
    """A plain 100 in Meta's words."""
    return Refused(100, message=f"(#100) {words}")
