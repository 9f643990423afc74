import hmac

from odoo import api, fields, models, tools
from odoo.exceptions import MissingError


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
        return res

    def _whatsapp_reading(self):
        """What a gateway says about how numbers without prefix are read."""
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
        """Whether this is the key now, False for a gateway that is gone."""
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
            .with_context(no_gateway_notification=True, lang=self._whatsapp_lang())
        )

    def _whatsapp_lang(self, user=None):
        """Language of records made for people: the adviser's, else the company's."""
        return (user and user.lang) or self.company_id.partner_id.lang or self.env.lang

    def action_whatsapp_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.whatsapp_webhook_event_action"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})

    def action_whatsapp_queue(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.whatsapp_message_queue_action"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})

    def action_whatsapp_inbox(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.discuss_channel_action_whatsapp_inbox"
        )
        return dict(action, domain=[("gateway_id", "=", self.id)], context={})
