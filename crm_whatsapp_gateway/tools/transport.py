"""One call to the Cloud API, and whether it is known what became of it.

After a call that ended badly there are two cases. *Certain*: Meta has not taken the
message, it may be sent again. *Uncertain*: it may have, and sending again could
repeat it. The class of the exception does not tell: behind a proxy a connection
that is closed after the request was sent is a ``ProxyError``, on TLS an
``SSLError``. So only these are certain: an HTTP error status, or as root cause a
connection that never came to be. All else, and a 2xx nobody can read, is uncertain.
"""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from urllib3 import exceptions as urllib3_exceptions

from . import const

# The connection was never made: the request cannot have arrived.
_NEVER_CONNECTED = (
    urllib3_exceptions.NewConnectionError,
    urllib3_exceptions.ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)
# ``requests`` refused to send what it was given.
_NEVER_SENT = (
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
)
_TUNNEL_FAILED = "Tunnel connection failed"


@dataclass(frozen=True)
class Answer:
    """Result of a call, as far as it is known.

    :ivar status: HTTP status, ``None`` when there was no answer
    :ivar body: parsed JSON object, ``{}`` when there was none
    :ivar certain: whether it is known that Meta took the request (a readable 2xx)
        or did not
    :ivar problem: what went wrong in technical words, ``''`` for a readable answer
    :ivar retry_after: seconds that Meta asked us to wait, 0 if it did not ask
    """

    status: int | None
    body: Mapping[str, Any]
    certain: bool
    problem: str = ""
    retry_after: int = 0

    @property
    def accepted(self) -> bool:
        """A 2xx whose body could be read."""
        return (
            self.certain
            and not self.problem
            and self.status is not None
            and 200 <= self.status < 300
        )


def post(
    session: requests.Session,
    url: str,
    token: str,
    timeout: tuple[float, float] = (const.CONNECT_TIMEOUT, const.READ_TIMEOUT),
    **request: Any,
) -> Answer:
    """POST, and tell what is known afterwards. Raises nothing of ``requests``.

    :param request: further arguments of ``requests.Session.post``
    """
    headers = {"Authorization": f"Bearer {token}", **request.pop("headers", {})}
    try:
        response = session.post(
            url,
            headers=headers,
            timeout=timeout,
            # A redirect would carry the token to another host.
            allow_redirects=False,
            # The status counts even where the body is cut off.
            stream=True,
            **request,
        )
    except (requests.RequestException, urllib3_exceptions.HTTPError, OSError) as error:
        return Answer(None, {}, is_certain(error), _name(error))
    with response:
        return _read(response)


def is_certain(error: BaseException) -> bool:
    """Return whether the request has certainly not reached Meta."""
    return any(
        isinstance(cause, _NEVER_CONNECTED + _NEVER_SENT)
        or (isinstance(cause, OSError) and _TUNNEL_FAILED in str(cause))
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything it was made of."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [
            getattr(current, "reason", None),
            getattr(current, "original_error", None),
            current.__cause__,
            current.__context__,
            *current.args,
        ]


def _read(response: requests.Response) -> Answer:
    status = response.status_code
    retry_after = _seconds(response.headers.get("Retry-After"))
    is_error = not 200 <= status < 300
    try:
        body = json.loads(_content(response))
    except (
        requests.RequestException,
        urllib3_exceptions.HTTPError,
        OSError,
        ValueError,
    ) as error:
        return Answer(
            status, {}, is_error, f"HTTP {status}: {_name(error)}", retry_after
        )
    if not isinstance(body, dict):
        return Answer(status, {}, is_error, f"HTTP {status}: no object", retry_after)
    return Answer(status, body, True, "", retry_after)


def _content(response: requests.Response) -> bytes:
    """Body of an answer, within limits of size and time."""
    deadline = time.monotonic() + const.BODY_SECONDS
    content = b""
    for chunk in response.iter_content(65536):
        content += chunk
        if len(content) > const.BODY_BYTES:
            raise ValueError("the answer is too large")
        if time.monotonic() > deadline:
            raise ValueError("the answer takes too long")
    return content


def _seconds(text: str | None) -> int:
    """``Retry-After`` in seconds; Meta gives no date there."""
    try:
        return max(0, int(text or 0))
    except ValueError:
        return 0


def _name(error: BaseException) -> str:
    """Class of an exception and of its root: its text may hold addresses."""
    names = [type(cause).__name__ for cause in _causes(error)]
    return " / ".join(dict.fromkeys((names[0], names[-1])))
