"""How the addon works in a lab: by its workers, or at once in each request.

Stdlib only, as the settings that use it.
"""

from __future__ import annotations

from collections.abc import Mapping

from lab.console import LabError

BACKGROUND = "background"
DIRECT = "direct"
VARIABLE = "WA_MODES"

#: System parameters of the addon, as its page of settings writes them.
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    BACKGROUND: {
        "crm_whatsapp_gateway.inbound_mode": "worker",
        "crm_whatsapp_gateway.outbound_mode": "queue",
    },
    DIRECT: {
        "crm_whatsapp_gateway.inbound_mode": "request",
        "crm_whatsapp_gateway.outbound_mode": "immediate",
    },
}


def read(env: Mapping[str, str]) -> str:
    """The modes that the environment asks for."""
    found = env.get(VARIABLE, "").strip() or BACKGROUND
    if found not in PARAMETERS:
        raise LabError(
            f"{VARIABLE}={found} no sirve: se espera {' o '.join(PARAMETERS)}."
        )
    return found
