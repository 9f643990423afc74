"""Which gateway takes the place of which: by number, by decision, or not yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extras import execute_values

from ..legacy import Legacy
from ..options import Options
from .origins import MISSING, NEW, OLD, OPEN, Origin, read_origins

# Questions to which 'create' is no answer.
NO_NEW_GATEWAY = ("twilio", "custom", "number")

# State, reason and gateway of one that an earlier run or batch has accounted for.
Done = tuple[str, str, int]

# Meta's messages endpoint, as legacy gateways of type whatsapp_business hold it.
_ENDPOINT = re.compile(r"graph\.facebook\.com/(?:v[\d.]+/)?(\d+)/messages/?$")


@dataclass(frozen=True)
class Gateway:
    """A gateway that legacy rows name, and what becomes of it.

    :param source: ``whatsapp_gateway``, ``mail_gateway`` or ``missing``
    :param number_id: Meta's phone number id, ``''`` when it is none of Meta's
    :param messages: rows of ``whatsapp_message`` that name it
    :param gateway: see ``tables.py``; ``None`` when nothing takes its place
    :param why: for ``open``, code of the question: ``twilio``, ``custom``,
        ``address``, ``archived``, ``token``, ``number``
    :param problem: why an answer cannot be used: ``target``, ``join``, ``action``
    """

    source: str
    id: int
    name: str = ""
    provider: str = ""
    number_id: str = ""
    phone: str = ""
    active: bool = True
    token_of: int | None = None
    number_of: int | None = None
    messages: int = 0
    action: str = "open"
    gateway: int | None = None
    state: str = "open"
    reason: str = ""
    why: str = ""
    problem: str = ""


def read_gateways(
    cr: Any, legacy: Legacy, options: Options
) -> tuple[list[Gateway], list[Origin]]:
    """Every gateway with its fate, and how messages name them.

    ``wamig_origin`` must be filled.
    """
    done = _done(cr, legacy)
    origins = read_origins(cr, legacy, options)
    counted: Counter[tuple[str, int]] = Counter()
    for origin in origins:
        for source, rows in origin.counts.items():
            counted[source, origin.gateway_id] = rows
    known = _existing_gateways(cr, legacy)
    found = []
    for gateway in _legacy_gateways(cr, legacy):
        gateway = replace(gateway, messages=counted[OLD, gateway.id])
        found.append(_fate(gateway, options, known, done))
    for (source, id_), rows in counted.items():
        if source == NEW:
            found.append(_kept(id_, known.get(id_, {}).get("name", ""), rows))
        elif source == MISSING:
            found.append(_missing(id_, options, known, rows))
        elif source == OPEN:
            found.append(Gateway(OPEN, id_, messages=rows, why="mixed"))
    return _follow(found), origins


def fill(cr: Any, gateways: list[Gateway]) -> None:
    execute_values(
        cr,
        "INSERT INTO wamig_gateway VALUES %s",
        [(g.source, g.id, g.gateway, g.action, g.state, g.reason) for g in gateways],
    )


# ------------------------------------------------------------------ what is there
def _legacy_gateways(cr: Any, legacy: Legacy) -> list[Gateway]:
    """Rows of ``whatsapp_gateway``; of a shared token or number the first is named.

    The token itself is compared by the database and never leaves it.
    """
    if not legacy.has(OLD):
        return []
    cr.execute(
        """
        SELECT id, name, provider, coalesce(api_url, ''), coalesce(phone_number, ''),
               coalesce(active, true),
               first_value(id) OVER (PARTITION BY provider, coalesce(api_key, id::text)
                   ORDER BY coalesce(active, true) DESC, id)
          FROM whatsapp_gateway ORDER BY coalesce(active, true) DESC, id
        """
    )
    found, first = [], {}
    for id_, name, provider, url, phone, active, token_of in cr.fetchall():
        match = _ENDPOINT.search(url) if provider == "whatsapp_business" else None
        number_id = match.group(1) if match else ""
        number_of = first.setdefault(number_id, id_) if number_id else id_
        found.append(
            Gateway(
                OLD, id_, name, provider, number_id, phone, active, token_of, number_of
            )
        )
    return found


def _existing_gateways(cr: Any, legacy: Legacy) -> dict[int, dict[str, Any]]:
    """Gateways of OCA, ``{id: {"name", "number_id", "type"}}``."""
    if not legacy.has(NEW, "gateway_type"):
        return {}
    number = "whatsapp_from_phone" if legacy.has(NEW, "whatsapp_from_phone") else "''"
    cr.execute(f"SELECT id, name, gateway_type, coalesce({number}, '') FROM {NEW}")
    return {
        id_: {"name": name, "type": type_, "number_id": number_id}
        for id_, name, type_, number_id in cr.fetchall()
    }


def _done(cr: Any, legacy: Legacy) -> dict[int, Done]:
    if not legacy.has("whatsapp_migration_item"):
        return {}
    cr.execute(
        """
        SELECT source_id, state, coalesce(reason, ''), target_id
          FROM whatsapp_migration_item
         WHERE source_table = 'whatsapp_gateway' AND state IN ('moved', 'existing')
        """
    )
    return {row[0]: row[1:] for row in cr.fetchall()}


# ------------------------------------------------------------------ fates
def _fate(
    gateway: Gateway,
    options: Options,
    known: Mapping[int, Mapping[str, Any]],
    done: Mapping[int, Done],
) -> Gateway:
    if gateway.id in done:
        state, reason, target = done[gateway.id]
        return replace(
            gateway, action="done", state=state, reason=reason, gateway=target
        )
    answer = _answer(gateway.id, options)
    if answer:
        return _decided(gateway, answer, known)
    for id_, values in known.items():
        if gateway.number_id and values["number_id"] == gateway.number_id:
            return replace(
                gateway,
                action="same",
                state="existing",
                reason="gateway_same_number",
                gateway=id_,
            )
    why = _why_asked(gateway)
    if why and not gateway.messages:
        return replace(gateway, action="skip", state="skipped", reason="gateway_unused")
    if why:
        return replace(gateway, why=why, gateway=-gateway.id)
    return replace(gateway, action="create", state="moved", gateway=-gateway.id)


def _answer(gateway_id: int, options: Options) -> Mapping[str, Any] | None:
    if gateway_id in options.gateway_map:
        return {"action": "map", "gateway": options.gateway_map[gateway_id]}
    answer = options.decisions.gateways.get(str(gateway_id)) or {}
    return answer if answer.get("action") else None


def _why_asked(gateway: Gateway) -> str:
    """Code of the reason why somebody must decide, ``''`` when nobody needs to."""
    if gateway.provider != "whatsapp_business":
        return "twilio" if gateway.provider == "twilio" else "custom"
    if not gateway.number_id:
        return "address"
    if gateway.number_of != gateway.id:
        return "number"
    if gateway.token_of != gateway.id:
        return "token"
    return "" if gateway.active else "archived"


def _decided(
    gateway: Gateway, answer: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]
) -> Gateway:
    action = answer["action"]
    if action == "skip":
        return replace(
            gateway, action="skip", state="skipped", reason="gateway_decided_skip"
        )
    if action == "create" and _why_asked(gateway) in NO_NEW_GATEWAY:
        # Of Meta's numbers each has one gateway, and others' have none.
        return _unusable(gateway, "action")
    if action == "create":
        return replace(gateway, action="create", state="moved", gateway=-gateway.id)
    target = answer.get("gateway")
    if action == "join":
        target = -int(answer.get("legacy") or 0)
    elif target not in known or known[target]["type"] != "whatsapp":
        return _unusable(gateway, "target")
    return replace(
        gateway,
        action=action,
        state="existing",
        reason="gateway_mapped",
        gateway=target,
    )


def _unusable(gateway: Gateway, problem: str) -> Gateway:
    return replace(
        gateway,
        why=_why_asked(gateway) or "custom",
        gateway=-gateway.id,
        problem=problem,
    )


def _kept(id_: int, name: str, messages: int) -> Gateway:
    return Gateway(
        NEW,
        id_,
        name,
        messages=messages,
        action="keep",
        gateway=id_,
        state="existing",
    )


def _missing(
    id_: int,
    options: Options,
    known: Mapping[int, Mapping[str, Any]],
    messages: int,
) -> Gateway:
    gateway = Gateway(MISSING, id_, messages=messages, gateway=None)
    answer = _answer(id_, options)
    if answer and answer["action"] == "map":
        return _decided(gateway, answer, known)
    return replace(
        gateway, action="missing", state="rejected", reason="gateway_missing"
    )


def _follow(gateways: list[Gateway]) -> list[Gateway]:
    """A gateway that joins another goes where that one goes."""
    old = {gateway.id: gateway for gateway in gateways if gateway.source == OLD}
    found = []
    for gateway in gateways:
        if gateway.action == "join":
            other = old.get(-(gateway.gateway or 0))
            if other and other.id != gateway.id and other.gateway:
                gateway = replace(gateway, gateway=other.gateway)
            else:
                gateway = replace(
                    gateway,
                    action="open",
                    state="open",
                    reason="",
                    why=_why_asked(gateway) or "custom",
                    problem="join",
                )
        found.append(gateway)
    return found
