"""Calls of the control API: who answers on a number, threads handed over."""

from .request import Json, Request, call, given, record, rows, segment


class RoutingCalls:
    """Responders of a number and owners of threads."""

    @call
    def set_routing(self, number_id: str, responders: list[Json]) -> Request[Json]:
        """Set the responders: ``{"app", "roles", "standby"}`` each; two or more
        make a number routed, an empty list ends it."""
        path = f"/numbers/{segment(number_id)}/routing"
        return Request("PUT", path, record, {"responders": responders})

    @call
    def routing(self, number_id: str) -> Request[Json]:
        """Responders of a number, and whether it is routed."""
        return Request("GET", f"/numbers/{segment(number_id)}/routing", record)

    @call
    def threads(self) -> Request[list[Json]]:
        """Owners of threads as they are now."""
        return Request("GET", "/threads", rows())

    @call
    def thread_action(
        self,
        customer: str,
        action: str,
        *,
        number: str | None = None,
        app: str | None = None,
        target_role: str | None = None,
        metadata: str | None = None,
        summary: str | None = None,
        text: str | None = None,
    ) -> Request[Json]:
        """A responder does ``pass``, ``take``, ``release`` or ``send`` (``text``);
        ``app`` defaults to the thread's owner."""
        body = given(
            customer=customer, action=action, number=number, app=app,
            target_role=target_role, metadata=metadata, summary=summary, text=text,
        )  # fmt: skip
        return Request("POST", "/threads", record, body)
