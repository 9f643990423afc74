"""Faults on request: one small class each, a registry, rules with a seed."""

from .base import (
    Answer,
    Body,
    Call,
    CorruptBody,
    Cut,
    Delay,
    DelayDelivery,
    Drop,
    DuplicateDelivery,
    Effect,
    Fault,
    Hang,
    Refuse,
    ReorderDelivery,
    Reset,
    Rewrite,
    Sign,
    StatusAnomaly,
)
from .book import FaultBook, Fired
from .registry import REGISTRY, register

__all__ = [
    "REGISTRY",
    "Answer",
    "Body",
    "Call",
    "CorruptBody",
    "Cut",
    "Delay",
    "DelayDelivery",
    "Drop",
    "DuplicateDelivery",
    "Effect",
    "Fault",
    "FaultBook",
    "Fired",
    "Hang",
    "Refuse",
    "ReorderDelivery",
    "Reset",
    "Rewrite",
    "Sign",
    "StatusAnomaly",
    "register",
]
