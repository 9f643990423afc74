"""Status anomalies: what statuses of a message may look like when Meta stumbles.

Source: status reference and support pages as mirrored 2025-12-11 (``delivered``
may be missing, both ``delivered`` and ``failed`` may come); the others are seen
in public issue threads.  Nothing of this happens unless a fault asks for it.
"""

from dataclasses import dataclass

#: Pseudo status: ``value.errors`` with neither messages nor statuses.
ERRORS = "errors"

#: oddity -> the statuses that come, in this order, whoever the customer is.
PLANS: dict[str, tuple[str, ...]] = {
    "read_without_delivered": ("sent", "read"),
    "delivered_and_failed": ("sent", "delivered", "failed"),
    "sent_after_failed": ("failed", "sent"),
    "errors_alone": (ERRORS,),
}


@dataclass(frozen=True)
class AnomalousStatuses:
    """What comes instead of the usual statuses.

    :param code: of ``failed`` and of ``value.errors``.
    """

    statuses: tuple[str, ...]
    code: int = 131026
    details: str = ""
