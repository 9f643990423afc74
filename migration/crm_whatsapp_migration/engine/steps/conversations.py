"""A conversation per person and gateway, with the members the bridge would give it."""

from __future__ import annotations

from psycopg2 import sql

from ..context import Context
from ..effects import insert_rows, update_rows
from .base import Batch, Step, span

_PART = "target.seq > %(after)s AND target.seq <= %(to)s"

CHANNEL = {
    "id": "target.new_channel_id",
    "name": "target.name",
    "channel_type": "'gateway'",
    "active": "true",
    "uuid": "secret.value",
    "gateway_id": "target.gateway",
    "gateway_channel_token": "target.wa_id",
    "company_id": "target.company_id",
    "lead_id": "target.lead_id",
    "whatsapp_partner_id": "target.partner_id",
    "whatsapp_unread": "0",
    "allow_public_upload": "false",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_FROM_NEW = f"""
      FROM (SELECT *, row_number() OVER (ORDER BY seq) AS place
              FROM wamig_target target
             WHERE {_PART} AND new_channel_id IS NOT NULL) target
      JOIN unnest(%(secrets)s::text[]) WITH ORDINALITY AS secret (value, place)
     USING (place)
     ORDER BY target.seq
"""

# Lead's adviser, else the gateway's members; the customer too, as OCA has it. A
# conversation that nothing is unread in and that no sidebar shows: unpinned until
# something happens in it.
MEMBER = {
    "channel_id": "member.channel_id",
    "partner_id": "member.partner_id",
    "guest_id": "member.guest_id",
    "new_message_separator": "0",
    "unpin_dt": "%(now)s",
    "last_interest_dt": "%(now)s::timestamp - interval '1 second'",
    "fold_state": "'closed'",
    "create_uid": "%(root)s",
    "create_date": "%(now)s",
    "write_uid": "%(root)s",
    "write_date": "%(now)s",
}
_OPERATORS = """
    SELECT users.partner_id FROM res_users users
     WHERE users.id = target.user_id AND users.active
     UNION
    SELECT users.partner_id
      FROM mail_gateway_res_users_rel rel
      JOIN res_users users ON users.id = rel.res_users_id AND users.active
     WHERE rel.mail_gateway_id = target.gateway
       AND NOT EXISTS (SELECT FROM res_users adviser
                        WHERE adviser.id = target.user_id AND adviser.active)
"""
_FROM_MEMBERS = f"""
      FROM (SELECT target.seq, target.new_channel_id AS channel_id,
                   operator.partner_id, NULL::int AS guest_id
              FROM wamig_target target
        CROSS JOIN LATERAL ({_OPERATORS}) operator
             WHERE {_PART} AND target.new_channel_id IS NOT NULL
             UNION
            SELECT target.seq, target.new_channel_id, target.partner_id,
                   coalesce(target.guest_id, target.new_guest_id)
              FROM wamig_target target
             WHERE {_PART} AND target.new_channel_id IS NOT NULL) member
     ORDER BY member.seq, member.partner_id
"""
# A conversation of before that gets its lead now: the adviser comes in.
_FROM_ADVISERS = f"""
      FROM (SELECT target.channel_id, users.partner_id, NULL::int AS guest_id
              FROM wamig_target target
              JOIN discuss_channel channel ON channel.id = target.channel_id
                                          AND channel.lead_id IS NULL
              JOIN res_users users ON users.id = target.user_id AND users.active
             WHERE {_PART}
               AND NOT EXISTS (SELECT FROM discuss_channel_member own
                                WHERE own.channel_id = channel.id
                                  AND own.partner_id = users.partner_id)) member
"""
_LINKS = f"""
    SELECT channel.id, target.lead_id, target.partner_id AS whatsapp_partner_id
      FROM wamig_target target
      JOIN discuss_channel channel ON channel.id = target.channel_id
     WHERE {_PART}
"""


class Conversations(Step):
    noun = "conversations"

    def prepare(self, context: Context) -> int:
        self._total = int(context.value("SELECT count(*) FROM wamig_target"))
        return self._total

    def work(self, context: Context, position: int) -> Batch | None:
        part = span(context, self._total, position)
        if part is None:
            return None
        after, to = part
        params = context.params(
            after=after,
            to=to,
            secrets=[context.new_id() for _ in range(to - after)],
        )
        self._make(context, params)
        self._link(context, params)
        return Batch(to, to)

    def _make(self, context: Context, params: dict[str, object]) -> None:
        tables, run_id = context.tables, context.run_id
        insert = tables.insert("discuss_channel", CHANNEL, _FROM_NEW)
        insert_rows(context.cr, run_id, "discuss_channel", insert, params)
        # Members of a new conversation go with it: they need no effect.
        members = tables.insert("discuss_channel_member", MEMBER, _FROM_MEMBERS)
        context.cr.execute(members, params)

    def _link(self, context: Context, params: dict[str, object]) -> None:
        """Give conversations of before the lead and contact that they lack."""
        tables, run_id = context.tables, context.run_id
        members = tables.insert("discuss_channel_member", MEMBER, _FROM_ADVISERS)
        table = "discuss_channel_member"
        insert_rows(context.cr, run_id, table, members, params)
        columns = ("lead_id", "whatsapp_partner_id")
        update_rows(
            context.cr, run_id, "discuss_channel", columns, sql.SQL(_LINKS), params
        )
