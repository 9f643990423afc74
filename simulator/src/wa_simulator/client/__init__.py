"""Typed clients of the control API."""

from .client import AsyncSimulatorClient, SimulatorClient
from .errors import SimulatorError, WaitTimeout

__all__ = ["AsyncSimulatorClient", "SimulatorClient", "SimulatorError", "WaitTimeout"]
