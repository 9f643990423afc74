"""How items come into the journal, once and in the order in which they came."""

import json

from odoo import api, models

from ..tools.phone import key_of

# First key of the advisory locks under which a person's items are stored.
ARRIVAL_SPACE = 0x574141  # "WAA"
# PostgreSQL's setting, of one transaction, that holds what is to be stored.
ARRIVALS = "crm_whatsapp_gateway.arrivals"


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _store(self, gateway, items):
        """Put items into the journal; one that is known already is left alone.

        :param gateway: whose key was called; each item goes to the gateway of the
            number that it names
        :param items: list of :class:`tools.events.Item`
        :return: number of items that were new
        """
        rows = [self._row_of(gateway, item) for item in items]
        # Apart from the statement: PostgreSQL writes one that it refuses into its log,
        # and with it what people wrote. It refuses this one, and Odoo repeats the
        # request, when the same webhook comes twice at once.
        self.env.cr.execute(
            "SELECT set_config(%s, %s, true)", (ARRIVALS, json.dumps(rows))
        )
        self._lock_arrivals(gateway, items)
        self.env.cr.execute(
            """
            INSERT INTO whatsapp_webhook_event
                (gateway_id, company_id, kind, external_id, status, person,
                 phone_number_id, payload, state, attempts,
                 create_uid, create_date, write_uid, write_date)
            SELECT (item->>'gateway')::int, (item->>'company')::int, item->>'kind',
                   item->>'external_id', item->>'status', item->>'person',
                   item->>'phone_number_id', item->'body', 'pending', 0,
                   %(user)s, now() AT TIME ZONE 'utc',
                   %(user)s, now() AT TIME ZONE 'utc'
              FROM jsonb_array_elements(current_setting(%(items)s)::jsonb)
                   WITH ORDINALITY AS given (item, number)
             ORDER BY number
            ON CONFLICT (gateway_id, kind, external_id, status) DO NOTHING
            """,
            {"items": ARRIVALS, "user": self.env.uid},
            log_exceptions=False,
        )
        stored = self.env.cr.rowcount
        if stored:
            self._after_store()
        return stored

    @api.model
    def _row_of(self, gateway, item):
        owner = gateway._whatsapp_of_number(item.phone_number_id) or gateway
        return {
            "gateway": owner.id,
            "company": owner.company_id.id or None,
            "kind": item.kind,
            "external_id": item.external_id,
            "status": item.status,
            "person": item.person,
            "phone_number_id": item.phone_number_id,
            "body": item.body,
        }

    @api.model
    def _lock_arrivals(self, gateway, items):
        """What a person wrote is stored one after the other.

        Ids are given before the commit: of two webhooks that come at once the later
        one could be seen, and worked, first.
        """
        keys = {f"{gateway.id}:{key_of(item.person)}" for item in items if item.person}
        if keys:
            # In one order, or two webhooks could wait for each other.
            self.env.cr.execute(
                """
                SELECT pg_advisory_xact_lock(%s, hash)
                  FROM (SELECT DISTINCT hashtext(key) AS hash
                          FROM unnest(%s) key ORDER BY 1) sorted
                """,
                (ARRIVAL_SPACE, list(keys)),
                log_exceptions=False,
            )

    @api.model
    def _after_store(self):
        """Have what was stored worked: after the answer, else by the worker."""
        if self._lanes():
            self._arm_worker()
        else:
            self._wake_worker()
