import hmac

import requests

from odoo import api, fields, models, tools
from odoo.exceptions import MissingError, UserError
from odoo.tools import format_datetime

from ...tools import const, graph_errors
from ...tools.own_code import OWN_CODE, OWN_CODE_KEY

ASKED = "display_phone_number,verified_name,quality_rating"
WHATSAPP = "whatsapp"


class MailGateway(models.Model):
    _inherit = "mail.gateway"

    # Read by advisers since OCA's composer needs the gateway; secrets are not.
    token = fields.Char(groups="base.group_system")
    webhook_key = fields.Char(groups="base.group_system")
    webhook_secret = fields.Char(groups="base.group_system")
    whatsapp_security_key = fields.Char(groups="base.group_system")
    webhook_url = fields.Char(groups="base.group_system")
    can_set_webhook = fields.Boolean(groups="base.group_system")

    whatsapp_team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        check_company=True,
        help="Team of the leads that begin here. Empty: the one of the settings.",
    )
    whatsapp_source_id = fields.Many2one(
        "utm.source",
        string="Source of New Leads",
        default=lambda self: self.env.ref(
            "crm_whatsapp_gateway.utm_source_whatsapp", raise_if_not_found=False
        ),
    )
    whatsapp_country_id = fields.Many2one(
        "res.country",
        string="Country of Numbers",
        help="Country in which numbers without prefix are read. Empty: the company's.",
    )
    whatsapp_adviser_ids = fields.Many2many(
        "hr.employee",
        "mail_gateway_whatsapp_adviser_rel",
        "gateway_id",
        "employee_id",
        string="Advisers",
        domain=[("rol_comercial", "=", "asesor")],
        help="Advisers that take turns on new leads. Empty: every adviser.",
    )

    def init(self):
        # OCA's unique(token) forbids two numbers of one system user; Meta gives
        # one token to many numbers.
        self.env.cr.execute(
            """
            ALTER TABLE mail_gateway
                DROP CONSTRAINT IF EXISTS mail_gateway_mail_gateway_token;
            CREATE UNIQUE INDEX IF NOT EXISTS mail_gateway_token_number_uniq
                ON mail_gateway (token, COALESCE(whatsapp_from_phone, ''))
            """
        )

    @api.model_create_multi
    def create(self, vals_list):
        gateways = super().create(vals_list)
        if any(gateway.whatsapp_country_id for gateway in gateways):
            self.env["whatsapp.number"]._rebuild()
        return gateways

    def write(self, vals):
        reading = {gateway: gateway._whatsapp_reading() for gateway in self}
        res = super().write(vals)
        if any(gateway._whatsapp_reading() != was for gateway, was in reading.items()):
            # Every number that was written without prefix is read anew.
            self.env["whatsapp.number"]._rebuild()
        if {"token", "whatsapp_from_phone", "whatsapp_version"} & set(vals):
            self._whatsapp_release_refused()
        return res

    def _whatsapp_reading(self):
        """Return what decides how numbers without prefix are read on this gateway."""
        own = self.sudo()
        country = own.whatsapp_country_id
        return (country.id, own.company_id.id) if country else None

    # OCA 18.0 caches this without its arguments: one GET on the webhook poisons
    # the map for every POST that follows, and messages are answered 200 and lost.
    @api.model
    @tools.ormcache("state", "gateway_type")
    def _get_gateway_map(self, state="integrated", gateway_type=False):
        gateways = self.sudo().search(
            [
                ("integrated_webhook_state", "=", state),
                ("gateway_type", "=", gateway_type),
            ]
        )
        return {
            gateway.webhook_key: gateway._get_gateway_data() for gateway in gateways
        }

    @api.model
    def _whatsapp_gateway_of_key(self, key):
        """Gateway that owns a webhook key, empty when there is none.

        Found whatever its state: Meta verifies the address again whenever
        somebody edits it, and events may come before the answer is stored.
        """
        states = ("integrated", "pending")
        for state in states:
            data = self._get_gateway(key, state=state, gateway_type="whatsapp")
            gateway = self.browse(data["id"] if data else [])
            if gateway and gateway._whatsapp_has_key(key):
                return gateway
        # The cache may be old: who reads the gateways while somebody writes one puts
        # what was there before into it, after it was emptied for the writer.
        return self.search(
            [
                ("webhook_key", "=", key),
                ("gateway_type", "=", "whatsapp"),
                ("integrated_webhook_state", "in", states),
            ],
            limit=1,
        )

    def _whatsapp_has_key(self, key):
        """Return whether this is the key now; False for a gateway that is gone."""
        try:
            return self.webhook_key == key
        except MissingError:
            return False

    def _whatsapp_is_verify_token(self, word):
        """Tell in constant time whether ``word`` is our verify token."""
        self.ensure_one()
        expected = self.whatsapp_security_key
        return bool(expected and word) and hmac.compare_digest(
            expected.encode(), str(word).encode()
        )

    def _whatsapp_of_number(self, phone_number_id):
        """Gateway a webhook item belongs to (numbers of one app share a callback).

        :return: ``self`` when the item names no number, and for a number that no
            gateway has when ``self`` has none yet; else empty for such a number
        """
        self.ensure_one()
        if not phone_number_id or self.whatsapp_from_phone == phone_number_id:
            return self
        owner = self.search(
            [
                ("gateway_type", "=", "whatsapp"),
                ("whatsapp_from_phone", "=", phone_number_id),
            ],
            limit=1,
        )
        return owner if owner or self.whatsapp_from_phone else self

    def _whatsapp_countries(self):
        """ISO codes in which a number without prefix is read, best first."""
        self.ensure_one()
        countries = self.whatsapp_country_id + self.company_id.country_id
        countries += self._whatsapp_country_of_settings()
        return [country.code for country in countries]

    @api.model
    def _whatsapp_country_of_settings(self):
        """Country that holds where neither gateway nor company has one, if set."""
        setting = self.env["crm.lead"]._whatsapp_param("country_id", "")
        found = self.env["res.country"].browse(int(setting) if setting.isdigit() else 0)
        return found.sudo().exists()

    def _whatsapp_env(self):
        """Service that works inbound items, as this gateway's user and company.

        The user signs what is made and need not be a member of any conversation:
        record rules are not asked.
        Without ``no_gateway_notification`` every message that comes in would be
        sent back to the customer.
        """
        self.ensure_one()
        user = self.webhook_user_id or self.env.ref("base.user_root")
        return (
            self.env["mail.gateway.whatsapp"]
            .with_user(user)
            .sudo()
            .with_company(self.company_id or self.env.company)
            .with_context(
                no_gateway_notification=True,
                lang=self._whatsapp_lang(),
                **{OWN_CODE_KEY: OWN_CODE},
            )
        )

    def _whatsapp_lang(self, user=None):
        """Language of records made for people: the adviser's, else the company's."""
        return (user and user.lang) or self.company_id.partner_id.lang or self.env.lang

    def action_whatsapp_events(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.whatsapp_webhook_event_action"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})

    def action_whatsapp_queue(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.whatsapp_message_queue_action"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})

    def action_whatsapp_inbox(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.discuss_channel_action_whatsapp_inbox"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})

    # ------------------------------------------------------------------ health

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
        """Return what is wrong and what to do, one sentence each. Hook.

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
        if self.whatsapp_duplicate_count or not self._whatsapp_has_unique_index():
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
                reason=refusal._get_reason_text(),
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
        """Return Meta's description of the number.

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
        raise UserError(problem.get_text(self.env._))
