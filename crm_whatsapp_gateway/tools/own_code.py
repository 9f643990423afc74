"""Mark of calls that begin in the addon's own code and go on as a user.

Compared by identity: a context that comes over RPC holds JSON, never this object.
"""

from collections.abc import Mapping
from typing import Any

OWN_CODE = object()
OWN_CODE_KEY = "whatsapp_own_code"


def is_marked(context: Mapping[str, Any]) -> bool:
    """Return whether a context was made by the addon's own code."""
    return context.get(OWN_CODE_KEY) is OWN_CODE
