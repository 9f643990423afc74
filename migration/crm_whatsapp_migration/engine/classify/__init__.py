"""What becomes of each legacy row: the one place that decides, for plan and run.

`prepare` fills temporary tables; the plan counts them, the run joins them, so that
the two agree by construction. The tables live as long as the connection. A run
prepares again after its step "gateways" and whenever it opens a new connection:
what earlier batches did is read from the ledger, and the rest comes out the same.

The tables and their columns are described in ``tables.py``.
"""

from .gateways import Gateway, read_gateways
from .prepare import create_tables, fill_tables, prepare
from .templates import field_of, read_templates

__all__ = [
    "Gateway",
    "create_tables",
    "field_of",
    "fill_tables",
    "prepare",
    "read_gateways",
    "read_templates",
]
