"""Any error of Meta's table."""

from typing import Any, ClassVar

from ..engine.codes import CODES
from ..engine.errors import BadRequest
from .base import API, Answer, Call, Effect


class GraphError:
    """``code`` (required), ``details``, ``http`` (default: the table's),
    ``retry_after`` seconds."""

    NAME: ClassVar[str] = "error"
    PARAMS: ClassVar[dict[str, Any]] = {
        "code": None,
        "details": "",
        "http": None,
        "retry_after": None,
    }
    DIRECTIONS: ClassVar[tuple[str, ...]] = (API,)

    def __init__(self, **params: Any) -> None:
        code = params.get("code")
        if code not in CODES:
            raise BadRequest(
                f"error: 'code' expects one of Meta's codes, got {code!r}; known: "
                f"{', '.join(map(str, CODES))}"
            )
        http, retry = params.get("http"), params.get("retry_after")
        if http is not None and http not in range(400, 600):
            raise BadRequest(f"error: 'http' expects 400 to 599, got {http!r}")
        headers = () if retry is None else (("retry-after", str(retry)),)
        self._answer = Answer(int(code), str(params.get("details", "")), http, headers)

    def effect(self, call: Call) -> Effect:
        """The error."""
        return self._answer
