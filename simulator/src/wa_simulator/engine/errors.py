"""Refusals as values of the engine.  ``graph/`` renders them."""


class EngineError(Exception):
    """Base of what the engine raises on purpose."""


class Refused(EngineError):
    """Meta would refuse this call.

    :param code: row of ``codes.CODES``.
    :param details: Meta's ``error_data.details``.
    :param subcode: ``error_subcode``; only 190/463 and 100/33 are seen in traffic.
    :param message: replaces ``(#code) title``.
    :param kind: Meta's ``error.type``.
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        subcode: int | None = None,
        message: str | None = None,
        kind: str = "OAuthException",
    ) -> None:
        super().__init__(f"(#{code}) {message or details}")
        self.code = code
        self.details = details
        self.subcode = subcode
        self.message = message
        self.kind = kind


class Unsupported(EngineError):
    """Meta knows this, the simulator does not: 501 with words, never a silent 200."""


class BadRequest(EngineError):
    """A control call that makes no sense.  The text says expected, got, nearest."""


class NotFound(EngineError):
    """A control call names a thing that is not in the world."""


def unknown_object(object_id: str) -> Refused:
    """Meta's answer to an id it does not know (100/33, seen in captured traffic)."""
    return Refused(
        100,
        subcode=33,
        kind="GraphMethodException",
        message=(
            f"Unsupported get request. Object with ID '{object_id}' does not exist, "
            "cannot be loaded due to missing permissions, or does not support this "
            "operation"
        ),
    )
