"""The persons behind the messages: guests, and the links of contacts to gateways."""

from __future__ import annotations

import json

from psycopg2.extras import execute_values

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from ..context import Context
from ..effects import insert_rows
from .base import Batch, Step, span

# Contacts and guests that are known already, by the key of their number.
_KNOWN = """
    CREATE TEMPORARY TABLE wamig_known AS
    SELECT gateway_id AS gateway, token.key,
           min(partner_id) AS partner_id, min(guest_id) AS guest_id
      FROM (SELECT gateway_id, gateway_token, partner_id, NULL::int AS guest_id
              FROM res_partner_gateway_channel
             UNION ALL
            SELECT gateway_id, gateway_token, NULL, id FROM mail_guest
             WHERE gateway_id IS NOT NULL) known
      JOIN wamig_token token ON token.token = known.gateway_token
     GROUP BY gateway_id, token.key
"""

# Whom the bridge's index of numbers names: the newest open lead, the oldest contact.
_INDEXED = """
    CREATE TEMPORARY TABLE wamig_indexed AS
    SELECT person.gateway, person.key, max(lead.id) AS lead_id,
           min(partner.id) AS partner_id
      FROM wamig_person person
      JOIN mail_gateway gateway ON gateway.id = person.gateway
      JOIN whatsapp_number number ON number.number = person.key
 LEFT JOIN crm_lead lead ON lead.id = number.lead_id AND lead.active
       AND (lead.company_id IS NULL OR lead.company_id = gateway.company_id)
 LEFT JOIN res_partner partner ON partner.id = number.partner_id AND partner.active
       AND (partner.company_id IS NULL OR partner.company_id = gateway.company_id)
     GROUP BY person.gateway, person.key
"""

# Whose messages these are, asked in the order in which the bridge asks: the
# conversation's contact, a contact or guest known by the number, then what the
# legacy rows, the lead and the index of numbers say. Without any, a new guest.
_TARGETS = """
    CREATE TEMPORARY TABLE wamig_target AS
    SELECT row_number() OVER (ORDER BY gateway, key)::int AS seq, found.*,
           CASE WHEN partner_id IS NULL AND guest_id IS NULL
                THEN nextval('mail_guest_id_seq')::int END AS new_guest_id,
           CASE WHEN channel_id IS NULL
                THEN nextval('discuss_channel_id_seq')::int END AS new_channel_id
      FROM (
        SELECT person.gateway, person.key, person.wa_id, person.channel_id,
               person.last_at, gateway.company_id,
               lead.id AS lead_id, lead.user_id,
               partner.id AS partner_id,
               CASE WHEN partner.id IS NULL THEN known.guest_id END AS guest_id,
               coalesce(nullif(trim(lead.contact_name), ''),
                        nullif(trim(partner.name), ''),
                        nullif(trim(lead.partner_name), ''),
                        '+' || person.wa_id) AS name
          FROM wamig_person person
          JOIN mail_gateway gateway ON gateway.id = person.gateway
     LEFT JOIN discuss_channel channel ON channel.id = person.channel_id
     LEFT JOIN wamig_known known ON known.gateway = person.gateway
                                AND known.key = person.key
     LEFT JOIN wamig_indexed indexed ON indexed.gateway = person.gateway
                                    AND indexed.key = person.key
     LEFT JOIN crm_lead lead
            ON lead.id = coalesce(channel.lead_id, person.lead_id, indexed.lead_id)
     LEFT JOIN res_partner partner
            ON partner.id = coalesce(
                   channel.whatsapp_partner_id, known.partner_id,
                   CASE WHEN known.guest_id IS NULL
                        THEN coalesce(person.partner_id, lead.partner_id,
                                      indexed.partner_id) END)
         ) found
"""

_GUEST = {
    "id": "target.new_guest_id",
    "name": "target.name",
    "access_token": "secret.value",
    "gateway_id": "target.gateway",
    "gateway_token": "target.wa_id",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_GUESTS = """
      FROM (SELECT *, row_number() OVER (ORDER BY seq) AS place
              FROM wamig_target
             WHERE seq > %(after)s AND seq <= %(to)s AND new_guest_id IS NOT NULL
           ) target
      JOIN unnest(%(secrets)s::text[]) WITH ORDINALITY AS secret (value, place)
     USING (place)
     ORDER BY target.seq
"""

_LINK = {
    "partner_id": "target.partner_id",
    "gateway_id": "target.gateway",
    "gateway_token": "target.wa_id",
    "company_id": "target.company_id",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
# OCA allows a contact one number per gateway: the one that was decided, else the
# one last used. The other conversation still has the contact as its author.
_FROM_LINKS = """
      FROM (SELECT DISTINCT ON (partner_id, gateway) *
              FROM wamig_target
             WHERE partner_id IS NOT NULL
             ORDER BY partner_id, gateway,
                      wa_id = coalesce(%(chosen)s::jsonb ->> partner_id::text, '') DESC,
                      last_at DESC NULLS LAST, seq) target
     WHERE target.seq > %(after)s AND target.seq <= %(to)s
       AND NOT EXISTS (SELECT FROM res_partner_gateway_channel link
                        WHERE link.partner_id = target.partner_id
                          AND link.gateway_id = target.gateway)
     ORDER BY target.seq
"""


class People(Step):
    noun = "people"

    def prepare(self, context: Context) -> int:
        cr = context.cr
        cr.execute(
            "DROP TABLE IF EXISTS pg_temp.wamig_token, pg_temp.wamig_known,"
            " pg_temp.wamig_indexed, pg_temp.wamig_target"
        )
        self._fill_tokens(context)
        cr.execute(_KNOWN)
        cr.execute(_INDEXED)
        cr.execute("ANALYZE wamig_known; ANALYZE wamig_indexed")
        cr.execute(_TARGETS)
        cr.execute(
            """
            ALTER TABLE wamig_target ADD PRIMARY KEY (seq);
            CREATE UNIQUE INDEX ON wamig_target (gateway, key);
            ANALYZE wamig_target
            """
        )
        self._total = int(context.value("SELECT count(*) FROM wamig_target"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        part = span(context, self._total, position)
        if part is None:
            return None
        after, to = part
        secrets = [context.new_id() for _ in range(to - after)]
        params = context.params(
            after=after,
            to=to,
            secrets=secrets,
            chosen=json.dumps(dict(context.options.decisions.partner_two_numbers)),
        )
        tables = context.tables
        insert_rows(
            context.cr,
            context.run_id,
            "mail_guest",
            tables.insert("mail_guest", _GUEST, _FROM_GUESTS),
            params,
        )
        insert_rows(
            context.cr,
            context.run_id,
            "res_partner_gateway_channel",
            tables.insert("res_partner_gateway_channel", _LINK, _FROM_LINKS),
            params,
        )
        return Batch(to, to)

    def _fill_tokens(self, context: Context) -> None:
        """Keys of the numbers under which somebody is known."""
        cr = context.cr
        cr.execute("CREATE TEMPORARY TABLE wamig_token (token text, key text)")
        cr.execute(
            """
            SELECT gateway_token FROM res_partner_gateway_channel
             WHERE gateway_token ~ '^[0-9]+$'
             UNION
            SELECT gateway_token FROM mail_guest WHERE gateway_token ~ '^[0-9]+$'
            """
        )
        rows = [(token, key_of(token)) for (token,) in cr.fetchall()]
        execute_values(cr, "INSERT INTO wamig_token VALUES %s", rows, page_size=5000)
        cr.execute("ANALYZE wamig_token")
