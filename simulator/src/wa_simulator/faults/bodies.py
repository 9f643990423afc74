"""An answer that cannot be read.  Phase ``after`` (default): it was accepted."""

from typing import Any, ClassVar

from .base import AFTER, BEFORE, Body, Call, Cut, Effect, Fault


class MalformedBody(Fault):
    """The answer is no JSON: ``content`` (default a torn object), ``http`` (default
    200), ``content_type``."""

    NAME: ClassVar[str] = "malformed_body"
    PARAMS: ClassVar[dict[str, Any]] = {
        "content": '{"messaging_product":"whatsapp","messages":[{"id":',
        "http": 200,
        "content_type": "application/json; charset=UTF-8",
    }
    PHASES: ClassVar[tuple[str, ...]] = (AFTER, BEFORE)

    def check(self) -> None:
        """Words and an HTTP status."""
        self.text("content")
        self.text("content_type").encode("latin-1")
        self.number("http", 200, 599, whole=True)

    def effect(self, call: Call) -> Effect:
        """The bytes."""
        p = self.params
        return Body(p["content"].encode(), int(p["http"]), p["content_type"])


class EmptyBody(Fault):
    """The answer has no body: ``http`` (default 200)."""

    NAME: ClassVar[str] = "empty_body"
    PARAMS: ClassVar[dict[str, Any]] = {"http": 200}
    PHASES: ClassVar[tuple[str, ...]] = (AFTER, BEFORE)

    def check(self) -> None:
        """An HTTP status."""
        self.number("http", 200, 599, whole=True)

    def effect(self, call: Call) -> Effect:
        """Nothing."""
        return Body(b"", int(self.params["http"]))


class TruncatedBody(Fault):
    """The answer announces its whole length, ``share`` of it comes (default half),
    then the connection is closed."""

    NAME: ClassVar[str] = "truncated_body"
    PARAMS: ClassVar[dict[str, Any]] = {"share": 0.5}
    PHASES: ClassVar[tuple[str, ...]] = (AFTER, BEFORE)

    def check(self) -> None:
        """A share of the body."""
        self.number("share", 0, 0.99)

    def effect(self, call: Call) -> Effect:
        """The cut."""
        return Cut(float(self.params["share"]))
