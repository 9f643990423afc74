from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

from ..compat import returns_message
from ..tools.phone import key_of, readable, wa_id_to_e164
from .discuss_channel_state import INBOUND, OUTBOUND, WINDOW
from .indexes import create_indexes
from .mail_gateway_abstract import CHANNELS
from .memory import forget, without_lead

PREVIEW_LENGTH = 120
# Nobody answers a customer's message by e-mail, and Odoo would search an address for
# each.
NO_MAIL = {"reply_to": False, "record_alias_domain_id": False}
# What a conversation is found by.
IDENTITY = {"active", "channel_type", "gateway_id", "gateway_channel_token"}


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    # Through it every user of the gateway could read the API token.
    gateway_token = fields.Char(groups="base.group_system")

    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="set null")
    whatsapp_adviser_id = fields.Many2one(
        "res.users", string="Adviser", related="lead_id.user_id"
    )
    whatsapp_last_inbound_at = fields.Datetime(
        string="Last Message of the Customer", readonly=True, copy=False
    )
    whatsapp_last_outbound_at = fields.Datetime(
        string="Last Answer", readonly=True, copy=False
    )
    whatsapp_last_at = fields.Datetime(
        string="Last Message at",
        compute="_compute_whatsapp_last_at",
        store=True,
    )
    whatsapp_preview = fields.Char(string="Last Message", readonly=True, copy=False)
    whatsapp_unread = fields.Integer(
        string="Unread",
        readonly=True,
        copy=False,
        help="Messages of the customer since our last answer.",
    )
    whatsapp_window_end = fields.Datetime(
        string="Window Open Until", compute="_compute_whatsapp_window"
    )
    whatsapp_window_open = fields.Boolean(compute="_compute_whatsapp_window")
    whatsapp_shown_number = fields.Char(
        string="Number", compute="_compute_whatsapp_shown_number"
    )

    def init(self):
        self._whatsapp_index_people()
        create_indexes(self)

    @api.model
    def _whatsapp_index_people(self):
        """One conversation per person and gateway, kept by the database.

        A database that holds doubles gets an index that is not unique, until they are
        merged; the worker's lock still keeps new ones out.
        """
        self.env.cr.execute(
            """
            SELECT 1 FROM discuss_channel
             WHERE channel_type = 'gateway' AND gateway_id IS NOT NULL
               AND gateway_channel_token IS NOT NULL
             GROUP BY gateway_id, gateway_channel_token HAVING count(*) > 1
             LIMIT 1
            """
        )
        unique = SQL() if self.env.cr.fetchone() else SQL("UNIQUE")
        if unique and not self.env["mail.gateway"]._whatsapp_has_unique_index():
            self.env.cr.execute(
                "DROP INDEX IF EXISTS discuss_channel_gateway_token_idx"
            )
        self.env.cr.execute(
            SQL(
                """
                CREATE %s INDEX IF NOT EXISTS discuss_channel_gateway_token_idx
                    ON discuss_channel (gateway_id, gateway_channel_token)
                 WHERE channel_type = 'gateway'
                """,
                unique,
            )
        )

    @api.depends("whatsapp_last_inbound_at", "whatsapp_last_outbound_at")
    def _compute_whatsapp_last_at(self):
        for channel in self:
            times = (
                channel.whatsapp_last_inbound_at,
                channel.whatsapp_last_outbound_at,
            )
            channel.whatsapp_last_at = max(filter(None, times), default=False)

    @api.depends("whatsapp_last_inbound_at")
    def _compute_whatsapp_window(self):
        now = fields.Datetime.now()
        for channel in self:
            last = channel.whatsapp_last_inbound_at
            channel.whatsapp_window_end = last and last + WINDOW
            channel.whatsapp_window_open = bool(last) and now < last + WINDOW

    @api.depends("gateway_channel_token")
    @api.depends_context("lang")
    def _compute_whatsapp_shown_number(self):
        for channel in self:
            number = channel.sudo()._whatsapp_number()
            channel.whatsapp_shown_number = (
                readable(number) if number else self.env._("Number hidden")
            )

    @api.model_create_multi
    def create(self, vals_list):
        # Odoo adds whoever creates, and tells their browsers; the webhook's user is
        # no participant.
        quiet = self.with_context(install_mode=True)
        maker = quiet if self._whatsapp_is_made_by_webhook(vals_list) else self
        channels = super(DiscussChannel, maker).create(vals_list).with_env(self.env)
        for channel in channels.filtered("gateway_id").sudo():
            token = channel.gateway_channel_token or ""
            forget(self.env, CHANNELS, (channel.gateway_id.id, key_of(token)))
        return channels

    @api.model
    def _whatsapp_is_made_by_webhook(self, vals_list):
        gateways = self.env["mail.gateway"].sudo()
        gateways = [gateways.browse(vals.get("gateway_id")) for vals in vals_list]
        root = self.env.ref("base.user_root")
        return all(
            gateway and self.env.user in (gateway.webhook_user_id, root)
            for gateway in gateways
        )

    def write(self, vals):
        if not IDENTITY.isdisjoint(vals):
            forget(self.env, CHANNELS)
        return super().write(vals)

    # -------------------------------------------------------------- the lead
    def _whatsapp_number(self):
        """Number of the customer in E.164, ``''`` for one who hides it."""
        self.ensure_one()
        token = self.gateway_channel_token or ""
        return wa_id_to_e164(token) if token.isdigit() else ""

    def _whatsapp_ensure_lead(self, profile):
        """Link the conversation to its lead; make one for an unknown person.

        In a transaction that makes no leads, a conversation that never had one is
        noted, see :func:`memory.without_lead`.

        :param profile: name of the WhatsApp profile, or ``''``
        """
        self.ensure_one()
        lead = self._whatsapp_lead_model()._whatsapp_find_lead(self)
        waiting = without_lead(self.env)
        if lead:
            lead._whatsapp_reopen()
            if not self._whatsapp_is_settled(lead):
                self._whatsapp_link_lead(lead)
        elif waiting is None or self.lead_id:
            self._whatsapp_make_leads({self: profile})
        else:
            waiting.add(self.id)

    def _whatsapp_is_settled(self, lead):
        """Whether conversation, lead and adviser are bound already, the usual case."""
        linked = self.lead_id == lead and lead.sudo().gateway_channel_id == self
        adviser = lead.sudo().user_id.partner_id
        return linked and bool(adviser & self.sudo().channel_member_ids.partner_id)

    def _whatsapp_lead_model(self):
        """``crm.lead`` as it is used for these conversations, all of one company."""
        return self.env["crm.lead"].sudo().with_company(self.gateway_id.company_id)

    def _whatsapp_make_leads(self, profiles):
        """Make the leads of unknown persons, in one go.

        :param profiles: name of the WhatsApp profile, or ``''``, by conversation
        """
        Lead = self._whatsapp_lead_model()
        leads = Lead.with_context(mail_create_nosubscribe=True).create(
            [
                Lead._whatsapp_prepare_lead_vals(channel, profile)
                for channel, profile in profiles.items()
            ]
        )
        for channel, lead in zip(profiles, leads, strict=True):
            # Who takes a new lead is decided next, and comes in then: those who stand
            # in for an adviser would come and go at once.
            channel._whatsapp_link_lead(lead, members=bool(lead.user_id))
            channel._whatsapp_tell_ambiguity()

    def _whatsapp_link_lead(self, lead, members=True):
        """Bind conversation and lead to each other; the adviser comes in.

        :param members: False when an assignment follows, which brings them in
        """
        self.ensure_one()
        if self.lead_id != lead:
            self.sudo().lead_id = lead
        if lead.gateway_channel_id != self and not self.whatsapp_history_of_id:
            lead.sudo().gateway_channel_id = self
        if lead.sudo().partner_id and not self.whatsapp_partner_id:
            self._whatsapp_become_partner(lead.sudo().partner_id)
        if members:
            self._whatsapp_sync_members()

    def _whatsapp_sync_members(self, former=None):
        """The lead's adviser is member; the former one leaves.

        Without adviser the gateway's members are, so that somebody sees it.

        :param former: users that have just lost the lead
        """
        for channel in self.sudo().filtered("gateway_id"):
            adviser = channel.lead_id.user_id
            fallback = channel.gateway_id.member_ids
            wanted = adviser.partner_id or fallback.partner_id
            gone = (former or self.env["res.users"]).partner_id
            if adviser:
                gone |= fallback.partner_id
            leaving = channel.channel_member_ids.filtered(
                lambda member, gone=gone - wanted: member.partner_id in gone
            )
            leaving.unlink()
            missing = wanted - channel.channel_member_ids.partner_id
            if missing:
                channel._whatsapp_add_partners(missing)

    def _whatsapp_add_partners(self, partners):
        """Make partners members without a line "… joined" in the conversation."""
        self.env["discuss.channel.member"].create(
            [{"channel_id": self.id, "partner_id": partner.id} for partner in partners]
        )
        self._broadcast(partners.ids)

    # ------------------------------------------------------------- messages
    def _whatsapp_after_inbound(self, message):
        """Hook, called once for each message of a customer, after it is posted.

        :param message: ``mail.message`` in this channel, in sudo
        """
        self.ensure_one()
        self._whatsapp_move(
            INBOUND,
            {
                "whatsapp_last_inbound_at": message.date,
                "whatsapp_preview": self._whatsapp_preview_of(message),
                "whatsapp_unread": self.whatsapp_unread + 1,
            },
        )
        self._whatsapp_wake_at_window_end()
        if self.id not in (without_lead(self.env) or ()):
            self._whatsapp_tell_lead(message)

    def _whatsapp_tell_lead(self, message):
        """What a message of a customer does to the lead, which is there by now."""
        self.ensure_one()
        self.lead_id._whatsapp_mirror(message)
        self._whatsapp_note_wish(message)

    def _whatsapp_after_outbound(self, message):
        """Hook, called once for each message we write to a customer."""
        self.ensure_one()
        self._whatsapp_move(
            OUTBOUND,
            {
                "whatsapp_last_outbound_at": message.date,
                "whatsapp_preview": self._whatsapp_preview_of(message),
                "whatsapp_unread": 0,
            },
        )
        mirror = self.lead_id._whatsapp_mirror(message)
        if mirror:
            mirror._whatsapp_mirror_notification(message)

    def _whatsapp_message_of(self, wamid):
        """Message of this conversation that Meta calls ``wamid``, either direction."""
        self.ensure_one()
        if not wamid:
            return self.env["mail.message"]
        theirs = self.env["mail.message"].search(
            [
                ("whatsapp_wamid", "=", wamid),
                ("model", "=", self._name),
                ("res_id", "=", self.id),
            ],
            limit=1,
        )
        return theirs or self.env["whatsapp.message.queue"]._find_message(
            self.gateway_id, wamid
        )

    def _whatsapp_preview_of(self, message):
        text = html2plaintext(message.body or "").strip()
        names = ", ".join(message.attachment_ids.mapped("name"))
        text = " ".join((text or names).split())
        return text[:PREVIEW_LENGTH]

    @returns_message
    def message_post(self, **kwargs):
        if self.env.context.get("whatsapp_inbound") is not None:
            kwargs = NO_MAIL | kwargs
        message = super().message_post(**kwargs)
        if (
            len(self) == 1
            and self.gateway_id.gateway_type == "whatsapp"
            # The same condition under which OCA sends.
            and message.message_type != "notification"
            and not self.env.context.get("no_gateway_notification")
        ):
            self.sudo()._whatsapp_after_outbound(message.sudo())
        return message

    def action_whatsapp_open(self):
        """Open the conversation in Discuss."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": f"discuss.channel_{self.id}"},
            "context": {"active_id": f"discuss.channel_{self.id}"},
        }

    def action_whatsapp_open_lead(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
