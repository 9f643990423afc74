"""Faults on request: one small class each, a registry, rules with a seed."""

from .base import (
    Answer,
    Behind,
    Body,
    Call,
    Copies,
    Cut,
    Delay,
    Drop,
    Effect,
    Fault,
    Hang,
    Later,
    Odd,
    Refuse,
    Reset,
    Rewrite,
    Sign,
    Spoil,
)
from .book import FaultBook, Fired
from .registry import REGISTRY, register

__all__ = [
    "REGISTRY",
    "Answer",
    "Behind",
    "Body",
    "Call",
    "Copies",
    "Cut",
    "Delay",
    "Drop",
    "Effect",
    "Fault",
    "FaultBook",
    "Fired",
    "Hang",
    "Later",
    "Odd",
    "Refuse",
    "Reset",
    "Rewrite",
    "Sign",
    "Spoil",
    "register",
]
