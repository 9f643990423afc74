"""Calls of the control API: what Meta would decide about templates and numbers."""

from .request import Json, Request, call, given, record, rows, segment


class ManagementCalls:
    """Review, quality and pacing of templates; the state of numbers."""

    @call
    def templates(self) -> Request[list[Json]]:
        """All templates with what review and quality have left on them."""
        return Request("GET", "/templates", rows())

    @call
    def review_template(
        self, key: str, event: str, reason: str | None = None
    ) -> Request[Json]:
        """Something happens to a template (id or name): APPROVED, REJECTED…"""
        body = {"event": event, "reason": reason}
        return Request("POST", f"/templates/{segment(key)}/review", record, body)

    @call
    def template_quality(self, key: str, score: str) -> Request[Json]:
        """A new score: GREEN, YELLOW, RED, UNKNOWN."""
        return Request(
            "POST", f"/templates/{segment(key)}/quality", record, {"score": score}
        )

    @call
    def template_category(self, key: str, category: str) -> Request[Json]:
        """Meta files it elsewhere: AUTHENTICATION, MARKETING, UTILITY."""
        body = {"category": category}
        return Request("POST", f"/templates/{segment(key)}/category", record, body)

    @call
    def template_pacing(self, key: str, state: str) -> Request[Json]:
        """``hold`` what is sent with it; ``release`` or ``drop`` it later."""
        return Request(
            "POST", f"/templates/{segment(key)}/pacing", record, {"state": state}
        )

    @call
    def numbers(self) -> Request[list[Json]]:
        """All numbers with registration, PIN and the code of the last request."""
        return Request("GET", "/numbers", rows())

    @call
    def set_number(
        self,
        number_id: str,
        *,
        status: str | None = None,
        verified: bool | None = None,
        quality: str | None = None,
        limit: str | None = None,
        name_status: str | None = None,
        account_mode: str | None = None,
    ) -> Request[Json]:
        """Change a number's state; what is not named stays."""
        body = given(
            status=status,
            verified=verified,
            quality=quality,
            limit=limit,
            name_status=name_status,
            account_mode=account_mode,
        )
        return Request("PATCH", f"/numbers/{segment(number_id)}", record, body)
