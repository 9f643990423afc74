"""The WhatsApp gateway in Odoo, made and connected as an administrator would."""

from __future__ import annotations

import secrets
from typing import Any

from lab import people, simulator
from lab.console import LabError
from lab.rpc import OdooClient

NAME = "WhatsApp Principal"


def connect(odoo_url: str, database: str, simulator_url: str) -> dict[str, Any]:
    """Create the gateway unless it is there, subscribe it; what state.json shows."""
    client = OdooClient(odoo_url, database, people.ADMIN, people.ADMIN)
    found = client.call(
        "mail.gateway",
        "search",
        [["whatsapp_from_phone", "=", simulator.PHONE_NUMBER_ID]],
    )
    key = secrets.token_urlsafe(16)
    if found:
        gateway = int(found[0])
        client.call("mail.gateway", "write", [gateway], {"webhook_key": key})
    else:
        gateway = int(client.call("mail.gateway", "create", [_values(client, key)])[0])
    callback = f"{odoo_url}/gateway/whatsapp/{key}/update"
    # The handshake turns a pending gateway into an integrated one.
    client.call("mail.gateway", "update_webhook", [gateway])
    simulator.subscribe(simulator_url, callback)
    _require_integrated(client, gateway)
    return {"id": gateway, "name": NAME, "webhook_key": key, "callback_url": callback}


def _values(client: OdooClient, key: str) -> dict[str, Any]:
    logins = [person.login for person in people.PEOPLE]
    members = client.call("res.users", "search", [["login", "in", logins]])
    return {
        "name": NAME,
        "gateway_type": "whatsapp",
        "token": simulator.TOKEN,
        "whatsapp_from_phone": simulator.PHONE_NUMBER_ID,
        "whatsapp_account_id": simulator.WABA,
        "whatsapp_version": "23.0",
        "whatsapp_security_key": simulator.VERIFY_TOKEN,
        "webhook_key": key,
        "webhook_secret": simulator.APP_SECRET,
        "member_ids": [[6, 0, members]],
    }


def _require_integrated(client: OdooClient, gateway: int) -> None:
    field = "integrated_webhook_state"
    state = client.call("mail.gateway", "read", [gateway], [field])[0][field]
    if state != "integrated":
        raise LabError(
            f"La conexión «{NAME}» quedó en el estado «{state}» después de la"
            " verificación del webhook. Vea «make logs»."
        )
