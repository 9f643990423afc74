"""What becomes of each legacy row: the one place that decides, for plan and run.

`fill_tables` fills temporary tables; the plan counts them, the run joins them, so
that the two agree by construction. The tables live as long as the connection: a run
that goes on in a new one plans again, what earlier batches did is read from the
ledger, and the rest comes out the same. After its step "gateways" it puts the new
gateways' ids in.

The tables and their columns are described in ``tables.py``.
"""

from .gateways import Gateway, read_gateways
from .prepare import create_tables, fill_tables, name_gateways
from .templates import field_of, read_templates

__all__ = [
    "Gateway",
    "create_tables",
    "field_of",
    "fill_tables",
    "name_gateways",
    "read_gateways",
    "read_templates",
]
