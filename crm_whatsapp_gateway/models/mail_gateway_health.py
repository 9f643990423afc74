"""Health of a gateway: what an administrator asks first when nothing arrives.

Computed from journal and queue, never counted in a column of the gateway: every
webhook would fight for that row.
"""

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools import const, graph_errors

ASKED = "display_phone_number,verified_name,quality_rating"
WHATSAPP = "whatsapp"


class MailGateway(models.Model):
    _inherit = "mail.gateway"

    whatsapp_health = fields.Text(
        string="Health", compute="_compute_whatsapp_health", groups="base.group_system"
    )
    whatsapp_healthy = fields.Boolean(
        compute="_compute_whatsapp_health", groups="base.group_system"
    )

    def _compute_whatsapp_health(self):
        whatsapp = self.filtered(lambda gateway: gateway.gateway_type == WHATSAPP)
        (self - whatsapp).whatsapp_health = False
        (self - whatsapp).whatsapp_healthy = True
        journal = whatsapp._whatsapp_journal_figures()
        refused = whatsapp._whatsapp_last_refusals()
        for gateway in whatsapp:
            troubles = gateway._whatsapp_troubles(journal, refused)
            last = journal.get(gateway.id, {}).get("last")
            seen = (
                self.env._("Last webhook: %(at)s.", at=format_datetime(self.env, last))
                if last
                else self.env._("No webhook has come yet.")
            )
            gateway.whatsapp_healthy = not troubles
            gateway.whatsapp_health = "\n".join([seen, *troubles])

    def _whatsapp_journal_figures(self):
        """Per gateway id: last webhook, items waiting, items failed."""
        self.env.cr.execute(
            """
            SELECT gateway.id AS gateway_id,
                   (SELECT create_date FROM whatsapp_webhook_event event
                     WHERE event.gateway_id = gateway.id
                     ORDER BY event.id DESC LIMIT 1) AS last,
                   (SELECT count(*) FROM whatsapp_webhook_event event
                     WHERE event.gateway_id = gateway.id AND state = 'failed')
                       AS failed,
                   (SELECT count(*) FROM whatsapp_webhook_event event
                     WHERE event.gateway_id = gateway.id
                       AND state IN ('pending', 'posted')
                       AND create_date < now() AT TIME ZONE 'utc'
                                         - interval '10 minutes') AS late
              FROM unnest(%s) AS gateway (id)
            """,
            (self.ids,),
        )
        return {row["gateway_id"]: row for row in self.env.cr.dictfetchall()}

    def _whatsapp_last_refusals(self):
        """Per gateway id: the reason of a refusal in the last day."""
        day = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        refusals = self.env["whatsapp.webhook.refusal"].search(
            [("gateway_id", "in", self.ids), ("create_date", ">", day)]
        )
        return {refusal.gateway_id.id: refusal for refusal in reversed(refusals)}

    def _whatsapp_troubles(self, journal, refused):
        """What is wrong and what to do, one sentence each. Hook.

        :param journal: see :meth:`_whatsapp_journal_figures`
        :param refused: see :meth:`_whatsapp_last_refusals`
        """
        self.ensure_one()
        figures = journal.get(self.id, {})
        return [
            *self._whatsapp_troubles_of_setup(),
            *self._whatsapp_troubles_of_journal(figures),
            *self._whatsapp_troubles_of_calls(refused.get(self.id)),
        ]

    def _whatsapp_troubles_of_setup(self):
        if not self.webhook_secret:
            yield self.env._(
                "There is no webhook secret: nothing is let in."
                " Write Meta's app secret."
            )
        if self.integrated_webhook_state != "integrated":
            yield self.env._(
                "Meta has not verified the webhook. Press Integrate Webhook and verify."
            )
        if self.whatsapp_double_count or not self._whatsapp_has_unique_index():
            yield self.env._(
                "Some customers have two conversations. Press Merge Double"
                " Conversations."
            )

    def _whatsapp_troubles_of_journal(self, figures):
        if figures.get("failed"):
            yield self.env._(
                "%(count)s items failed: see the journal.", count=figures["failed"]
            )
        if figures.get("late"):
            yield self.env._(
                "%(count)s items wait for over 10 minutes: is the scheduler running?",
                count=figures["late"],
            )

    def _whatsapp_troubles_of_calls(self, refusal):
        if refusal:
            yield self.env._(
                "A call was refused today: %(reason)s.",
                reason=refusal._reason_in_words(),
            )
        if self.whatsapp_hold_until:
            yield self.env._("Messages wait: see the page Sending.")

    @api.model
    def _whatsapp_has_unique_index(self):
        self.env.cr.execute(
            """
            SELECT indisunique FROM pg_index
             WHERE indexrelid = to_regclass('discuss_channel_gateway_token_idx')
            """
        )
        row = self.env.cr.fetchone()
        return bool(row and row[0])

    def action_whatsapp_test_connection(self):
        """Button: ask Meta who this number is, with this token."""
        self.ensure_one()
        self.check_access("write")
        answer = self._whatsapp_ask_number()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("The connection works"),
                "message": self.env._(
                    "%(name)s, %(number)s, quality %(quality)s.",
                    name=answer.get("verified_name") or self.name,
                    number=answer.get("display_phone_number") or "",
                    quality=answer.get("quality_rating") or "-",
                ),
            },
        }

    def _whatsapp_ask_number(self):
        """What Meta tells of the number.

        :raise UserError: why it does not, in words
        """
        service = self.env["mail.gateway.whatsapp"]
        try:
            response = requests.get(
                service._whatsapp_graph_url(self),
                params={"fields": ASKED},
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=(const.CONNECT_TIMEOUT, const.READ_TIMEOUT),
                proxies=service._get_proxies(),
                allow_redirects=False,
            )
            body = response.json()
        except (requests.RequestException, ValueError) as error:
            raise UserError(
                self.env._(
                    "WhatsApp cannot be reached (%(problem)s). Check the server's way"
                    " to the internet.",
                    problem=type(error).__name__,
                )
            ) from error
        if response.ok:
            return body
        problem = graph_errors.read_error(body.get("error"), response.status_code)
        raise UserError(problem.in_words(self.env._))
