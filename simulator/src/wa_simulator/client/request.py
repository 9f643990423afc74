"""How a call of the control API is described once and made in two ways.

A description is a method that returns a ``Request``; ``@call`` makes of it a method
that gives the answer on ``SimulatorClient`` and an awaitable of the same answer on
``AsyncSimulatorClient``.  Types follow: no second list of signatures exists.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload
from urllib.parse import quote

from .errors import SimulatorError, WaitTimeout, describe_error

P = ParamSpec("P")
T = TypeVar("T")

Json = dict[str, Any]
PREFIX = "/_sim"


@dataclass(frozen=True)
class Request(Generic[T]):
    """A call: where, with what, and how its answer is read.

    :param timeout: seconds; None takes the client's.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    files: Mapping[str, Any] | None = None
    data: Mapping[str, Any] | None = None
    content: str | None = None

    def arguments(self, timeout: float) -> dict[str, Any]:
        """What httpx takes."""
        return {
            "method": self.method,
            "url": PREFIX + self.path,
            "json": self.body,
            "params": {k: v for k, v in self.query.items() if v is not None},
            "timeout": self.timeout or timeout,
            "files": self.files,
            "data": self.data,
            "content": self.content,
        }

    def answer(self, status: int, kind: str, content: bytes, decoded: Any) -> T:
        """The answer as read, or SimulatorError."""
        got = decoded if kind.startswith("application/json") else content
        if 200 <= status < 300:
            return self.read(got)
        error = WaitTimeout if status == 408 else SimulatorError
        raise error(
            describe_error(self.method, PREFIX + self.path, status, got), status, got
        )


class Sync(Protocol):
    """A client that blocks."""

    def run(self, request: Request[T]) -> T:
        """Make the call."""


class Async(Protocol):
    """A client that is awaited."""

    def start(self, request: Request[T]) -> Awaitable[T]:
        """Make the call."""


class Call(Generic[P, T]):
    """A described call, bound to whichever client it is read from."""

    def __init__(self, build: Callable[Concatenate[Any, P], Request[T]]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> "Call[P, T]": ...
    @overload
    def __get__(self, client: Sync, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Async, owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """The bound call."""
        if client is None:
            return self
        build = self._build
        make = client.run if hasattr(client, "run") else client.start

        def bound(*args: P.args, **kwargs: P.kwargs) -> Any:
            return make(build(client, *args, **kwargs))

        return update_wrapper(bound, build)


def call(build: Callable[Concatenate[Any, P], Request[T]]) -> Call[P, T]:
    """Describe a call."""
    return Call(build)


def given(**values: Any) -> Json:
    """The values that are not None."""
    return {key: value for key, value in values.items() if value is not None}


def segment(text: str) -> str:
    """A path segment."""
    return quote(text, safe="")


def record(answer: Any) -> Json:
    """An object."""
    return dict(answer)


def rows(key: str | None = None) -> Callable[[Any], list[Json]]:
    """A list of objects, under a key or bare."""
    return lambda answer: list(answer if key is None else answer[key])


def number(key: str) -> Callable[[Any], int]:
    """A whole number under a key."""
    return lambda answer: int(answer[key])


def nothing(answer: Any) -> None:
    """The answer says nothing new."""
