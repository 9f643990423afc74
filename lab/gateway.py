"""The WhatsApp gateway in Odoo, made and connected as an administrator would."""

from __future__ import annotations

import secrets
from typing import Any

from lab import people, simulator
from lab.console import LabError
from lab.rpc import OdooClient
from lab.simulator import World

NAME = "WhatsApp Principal"


def connect(odoo_url: str, database: str, world: World) -> dict[str, Any]:
    """Create the gateway unless it is there, subscribe it; what state.json shows."""
    client = OdooClient(odoo_url, database, people.ADMIN, people.ADMIN)
    found = client.call(
        "mail.gateway",
        "search",
        [["whatsapp_from_phone", "=", world.phone_number_id]],
    )
    key = secrets.token_urlsafe(16)
    if found:
        gateway = int(found[0])
        client.call("mail.gateway", "write", [gateway], {"webhook_key": key})
    else:
        gateway = int(
            client.call("mail.gateway", "create", [_values(client, key, world)])[0]
        )
    callback = f"{odoo_url}/gateway/whatsapp/{key}/update"
    # The handshake turns a pending gateway into an integrated one.
    client.call("mail.gateway", "update_webhook", [gateway])
    simulator.subscribe(world, callback)
    _require_integrated(client, gateway)
    return {"id": gateway, "name": NAME, "webhook_key": key, "callback_url": callback}


def _values(client: OdooClient, key: str, world: World) -> dict[str, Any]:
    # Who is told of a conversation that has no adviser.
    logins = [one.login for one in people.PEOPLE if one.role != people.SELLER]
    members = client.call("res.users", "search", [["login", "in", logins]])
    return {
        "name": NAME,
        "gateway_type": "whatsapp",
        "token": world.token,
        "whatsapp_from_phone": world.phone_number_id,
        "whatsapp_account_id": world.waba_id,
        "whatsapp_version": "23.0",
        "whatsapp_security_key": world.verify_token,
        "webhook_key": key,
        "webhook_secret": world.app_secret,
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
