"""The faults by name.  A new fault is a class and a line here."""

from .base import Fault
from .bodies import EmptyBody, MalformedBody, TruncatedBody
from .graph_error import ExpiredToken, GraphError, RateLimit
from .latency import ConnectionReset, Latency, Timeout
from .media_faults import MediaCorrupt, MediaGone
from .outage import Outage
from .signature_faults import BadSignature, Reserialised, WrongSecret
from .status_anomalies import (
    DeliveredAndFailed,
    ErrorsAlone,
    ReadWithoutDelivered,
    SentAfterFailed,
    StatusBeforeAnswer,
)
from .webhook_faults import WebhookDelay, WebhookDrop, WebhookDuplicate, WebhookReorder

FAULTS: tuple[type[Fault], ...] = (
    Outage,
    GraphError,
    RateLimit,
    ExpiredToken,
    Latency,
    Timeout,
    ConnectionReset,
    MalformedBody,
    TruncatedBody,
    EmptyBody,
    MediaGone,
    MediaCorrupt,
    WebhookDrop,
    WebhookDuplicate,
    WebhookDelay,
    WebhookReorder,
    BadSignature,
    WrongSecret,
    Reserialised,
    StatusBeforeAnswer,
    ReadWithoutDelivered,
    DeliveredAndFailed,
    SentAfterFailed,
    ErrorsAlone,
)

REGISTRY: dict[str, type[Fault]] = {fault.NAME: fault for fault in FAULTS}


def register(fault: type[Fault]) -> type[Fault]:
    """Class decorator: make a fault known, e.g. one of a test suite.

    :raises ValueError: the name is taken.
    """
    if fault.NAME in REGISTRY:
        raise ValueError(f"a fault named '{fault.NAME}' exists already")
    REGISTRY[fault.NAME] = fault
    return fault
