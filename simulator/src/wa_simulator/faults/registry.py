"""The faults by name.  A new fault is a class and a line here."""

from .base import Fault
from .graph_error import GraphError
from .latency import Latency
from .outage import Outage

REGISTRY: dict[str, type[Fault]] = {
    fault.NAME: fault for fault in (Outage, GraphError, Latency)
}
