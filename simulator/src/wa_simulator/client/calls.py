"""Calls of the control API: people who call and are called."""

from .request import Json, Request, call, given, record, rows, segment


class PhoneCalls:
    """A customer calls, misses, takes, rejects; permission to be called."""

    @call
    def customer_call(
        self,
        key: str,
        *,
        to: str | None = None,
        sdp: str | None = None,
        missed: bool = False,
        voicemail: bool = False,
    ) -> Request[Json]:
        """A customer calls; ``missed`` rings and ends, ``voicemail`` leaves an audio
        besides.  Calls must be on at the number (``enable_calling``)."""
        body = given(to=to, sdp=sdp, missed=missed or None, voicemail=voicemail or None)
        return Request("POST", f"/customers/{segment(key)}/calls", record, body)

    @call
    def call_action(self, call_id: str, action: str) -> Request[Json]:
        """The customer does ``accept``, ``reject`` or ``hang_up``."""
        path = f"/calls/{segment(call_id)}/action"
        return Request("POST", path, record, {"action": action})

    @call
    def calls(self) -> Request[list[Json]]:
        """All calls, oldest first."""
        return Request("GET", "/calls", rows())

    @call
    def allow_calls(
        self,
        key: str,
        response: str = "accept",
        *,
        permanent: bool = False,
        to: str | None = None,
    ) -> Request[Json]:
        """The customer allows calls of the business, or refuses (``reject``)."""
        body = given(response=response, permanent=permanent, to=to)
        path = f"/customers/{segment(key)}/call-permission"
        return Request("POST", path, record, body)

    @call
    def enable_calling(self, number_id: str, status: str = "ENABLED") -> Request[Json]:
        """Switch calls of a number on (or ``DISABLED``)."""
        path = f"/numbers/{segment(number_id)}/calling"
        return Request("PUT", path, record, {"status": status})
