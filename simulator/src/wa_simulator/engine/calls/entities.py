"""A call and the permission to make one, as values."""

from dataclasses import dataclass, field

from ..entities import Json

USER_INITIATED = "USER_INITIATED"
BUSINESS_INITIATED = "BUSINESS_INITIATED"
RINGING, PRE_ACCEPTED, ACCEPTED, ENDED = "ringing", "pre_accepted", "accepted", "ended"


@dataclass
class PhoneCall:
    """One call.  Times are seconds since 1970.

    :param sdp: of who called; an opaque text, no media flow here.
    :param answered: when it was picked up; None for a missed call.
    :param ended_by: ``user``, ``business``, ``timeout``.
    """

    id: str
    number_id: str
    customer: str
    direction: str
    created: float
    sdp: str
    state: str = RINGING
    answer_sdp: str = ""
    answered: float | None = None
    ended: float | None = None
    ended_by: str = ""
    opaque: str | None = None

    @property
    def open(self) -> bool:
        """Whether it rings or is talked on."""
        return self.state != ENDED

    def record(self) -> Json:
        """What the control API shows."""
        return {**vars(self), "missed": not self.open and self.answered is None}


@dataclass
class CallPermission:
    """What a person has allowed a number.

    :param expires: end of a temporary permission; None: permanent, or none given.
    :param requests: times of permission requests since the last connected call.
    :param connected: times of business-initiated calls that were picked up.
    :param unanswered: business-initiated calls in a row that were not picked up.
    """

    granted: bool = False
    permanent: bool = False
    expires: float | None = None
    requests: list[float] = field(default_factory=list)
    connected: list[float] = field(default_factory=list)
    unanswered: int = 0

    def holds(self, now: float) -> bool:
        """Whether the number may call now."""
        return self.granted and (
            self.permanent or (self.expires is not None and self.expires > now)
        )
