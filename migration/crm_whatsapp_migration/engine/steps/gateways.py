"""Legacy gateways become gateways of OCA, or point at one."""

from __future__ import annotations

from ..classify import Gateway, read_gateways
from ..context import Context
from ..ledger import note
from .base import Batch, Step

OLD = "whatsapp_gateway"
NEW = "mail_gateway"

# Meta has switched older versions off by the time this runs; OCA's default is kept
# unless the old address names a newer one.
_VERSION = "23.0"

# Token and secret go from table to table: they never pass through Python, where a
# log line or a traceback could show them.
_VALUES = {
    "name": "old.name",
    # The database allows a token once without number; the gateway is to be completed.
    "token": "coalesce(CASE WHEN %(number_id)s IS NOT NULL OR NOT EXISTS ("
    "SELECT FROM mail_gateway own WHERE own.token = old.api_key"
    " AND coalesce(own.whatsapp_from_phone, '') = '')"
    " THEN nullif(old.api_key, '') END, 'missing-' || old.id)",
    "webhook_secret": "old.api_secret",
    "webhook_key": "%(webhook_key)s",
    "whatsapp_security_key": "%(security_key)s",
    "gateway_type": "'whatsapp'",
    "whatsapp_from_phone": "%(number_id)s",
    "whatsapp_version": "greatest(%(version)s::numeric,"
    " substring(old.api_url from '/v([0-9]+[.][0-9]+)/')::numeric)::text",
    "whatsapp_country_id": "%(country)s",
    "whatsapp_source_id": "%(source)s",
    "webhook_user_id": "%(root)s",
    "company_id": "%(company)s",
    "has_new_channel_security": "false",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}

# A copy of a database for rehearsals must not be able to send.
_NEUTRALIZED = {"token": "'neutralized-' || old.id", "webhook_secret": "NULL"}
_IS_NEUTRALIZED = """
    SELECT lower(value) IN ('true', 't', '1') FROM ir_config_parameter
     WHERE key = 'database.is_neutralized'
"""


class Gateways(Step):
    noun = "gateways"

    def prepare(self, context: Context) -> int:
        found, _origins = read_gateways(context.cr, context.legacy, context.options)
        own = [gateway for gateway in found if gateway.source == OLD]
        self._todo = [gateway for gateway in own if gateway.action != "done"]
        # What earlier runs made: gateways of today by legacy id.
        self._made = {g.id: g.gateway for g in own if g.action == "done" and g.gateway}
        # Those that join another come after it.
        self._todo.sort(key=lambda gateway: (gateway.gateway or 1) < 0)
        self._todo.sort(key=lambda gateway: gateway.action != "create")
        return len(self._todo)

    def work(self, context: Context, position: int) -> Batch | None:
        if position >= len(self._todo):
            return None
        for gateway in self._todo:
            self._move(context, gateway)
        return Batch(len(self._todo), len(self._todo))

    def _move(self, context: Context, gateway: Gateway) -> None:
        target = gateway.gateway
        if gateway.action == "create":
            target = self._create(context, gateway)
        elif target is not None and target < 0:
            target = self._made.get(-target)
        if gateway.state in ("moved", "existing") and target:
            self._made[gateway.id] = target
        note(
            context.cr,
            context.run_id,
            (OLD, gateway.id),
            gateway.state,
            gateway.reason,
            (NEW, target) if target and gateway.state != "skipped" else None,
        )

    def _create(self, context: Context, gateway: Gateway) -> int:
        records = context.refs.records
        values = _VALUES
        if context.value(_IS_NEUTRALIZED):
            values = _VALUES | _NEUTRALIZED
        insert = context.tables.insert(
            NEW, values, "FROM whatsapp_gateway old WHERE old.id = %(id)s"
        )
        context.cr.execute(
            insert.as_string(context.cr) + " RETURNING id",
            context.params(
                id=gateway.id,
                number_id=gateway.number_id or None,
                version=_VERSION,
                webhook_key=context.new_id(),
                security_key=context.new_id(),
                country=context.refs.country,
                company=records["base.main_company"],
                source=records.get("crm_whatsapp_gateway.utm_source_whatsapp"),
            ),
        )
        return int(context.cr.fetchone()[0])
