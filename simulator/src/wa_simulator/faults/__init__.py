"""Faults on request: one small class each, a registry, rules with a seed."""

from .base import Answer, Call, Delay, Effect, Fault, Hang, Refuse, Reset
from .book import FaultBook, Fired
from .registry import REGISTRY

__all__ = [
    "REGISTRY",
    "Answer",
    "Call",
    "Delay",
    "Effect",
    "Fault",
    "FaultBook",
    "Fired",
    "Hang",
    "Refuse",
    "Reset",
]
