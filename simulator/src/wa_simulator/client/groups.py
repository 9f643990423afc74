"""Calls of the control API: people in groups."""

from .request import Json, Request, call, record, rows, segment


class GroupCalls:
    """Members that join, leave and write; suspension by Meta."""

    @call
    def groups(self) -> Request[list[Json]]:
        """All groups with what the business wrote in them."""
        return Request("GET", "/groups", rows())

    @call
    def join_group(self, group_id: str, customer: str) -> Request[Json]:
        """A customer opens the invite link; ``join_request_id`` when it is asked."""
        path = f"/groups/{segment(group_id)}/join"
        return Request("POST", path, record, {"customer": customer})

    @call
    def leave_group(self, group_id: str, customer: str) -> Request[Json]:
        """A customer leaves, or takes a join request back."""
        path = f"/groups/{segment(group_id)}/leave"
        return Request("POST", path, record, {"customer": customer})

    @call
    def suspend_group(self, group_id: str, *, suspended: bool = True) -> Request[Json]:
        """Meta suspends a group, or lets it go on."""
        path = f"/groups/{segment(group_id)}/suspension"
        return Request("POST", path, record, {"suspended": suspended})
