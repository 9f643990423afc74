from urllib.parse import parse_qs, urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...compat import lead_number_field, stage_team_domain
from ...processing.transaction_cache import search_once
from ...tools import const
from ...tools.conversation_state import CLOSING
from ...tools.phone import key_of
from ..indexes import create_indexes

NEW_STAGE_NAMES = ("Nuevo", "New")
PARAM = "crm_whatsapp_gateway."

# What the lead's panel in Discuss shows.
SHOWN = {"name", "stage_id", "user_id", "team_id", "active", "type", "partner_id"}


class CrmLead(models.Model):
    _inherit = "crm.lead"

    source_id = fields.Many2one(tracking=True)
    gateway_channel_ids = fields.One2many(
        "discuss.channel", "lead_id", string="WhatsApp Conversations"
    )
    gateway_channel_id = fields.Many2one(
        "discuss.channel",
        string="WhatsApp Conversation",
        help="Conversation that was used last.",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    whatsapp_source_locked = fields.Boolean(
        string="Source Locked",
        readonly=True,
        copy=False,
        help="This lead was born of a WhatsApp message:"
        " only a director may change its source.",
    )
    whatsapp_can_edit_source = fields.Boolean(
        compute="_compute_whatsapp_can_edit_source"
    )
    whatsapp_message_count = fields.Integer(
        string="WhatsApp Messages", compute="_compute_whatsapp_message_count"
    )
    whatsapp_state = fields.Selection(related="gateway_channel_id.whatsapp_state")

    def init(self):
        create_indexes(self)

    @api.depends("whatsapp_source_locked")
    @api.depends_context("uid")
    def _compute_whatsapp_can_edit_source(self):
        director = self._whatsapp_is_director()
        for lead in self:
            lead.whatsapp_can_edit_source = director or not lead.whatsapp_source_locked

    @api.depends("gateway_channel_ids")
    def _compute_whatsapp_message_count(self):
        channels = self.sudo().gateway_channel_ids
        groups = (
            self.env["mail.message"]
            .sudo()
            ._read_group(
                [
                    ("model", "=", "discuss.channel"),
                    ("res_id", "in", channels.ids),
                    ("message_type", "=", "comment"),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        counts = dict(groups)
        for lead in self:
            lead.whatsapp_message_count = sum(
                counts.get(channel.id, 0) for channel in lead.sudo().gateway_channel_ids
            )

    # ------------------------------------------------------------------ CRUD
    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        self.env["whatsapp.number"]._refresh(leads, new=True)
        return leads

    def write(self, vals):
        if "source_id" in vals:
            self._whatsapp_check_source(vals["source_id"])
        if "whatsapp_source_locked" in vals:
            self._whatsapp_check_lock(vals["whatsapp_source_locked"])
        former = self.grouped("user_id") if "user_id" in vals else {}
        res = super().write(vals)
        if self.env["whatsapp.number"]._concerns(vals):
            self.env["whatsapp.number"]._refresh(self)
        if vals.get("partner_id"):
            self._whatsapp_after_partner()
        for user, leads in former.items():
            moved = leads.filtered(lambda lead, user=user: lead.user_id != user)
            moved._whatsapp_after_reassign(user)
        if not SHOWN.isdisjoint(vals):
            self.sudo().gateway_channel_ids._whatsapp_notify_browsers()
        if "stage_id" in vals or vals.get("active") is False:
            self._whatsapp_close_with_lead()
        return res

    def _merge_dependences(self, opportunities):
        # The merged leads are deleted next: their conversations come along.
        channels = (self | opportunities).sudo().gateway_channel_ids
        res = super()._merge_dependences(opportunities)
        # The one that was used last is the lead's own.
        for channel in channels.sorted(lambda one: str(one.whatsapp_last_at or "")):
            channel._whatsapp_link_lead(self)
        return res

    # ----------------------------------------------------------- source lock
    @api.model
    def _whatsapp_is_director(self):
        return self.env.su or self.env.user.has_group(
            "crm_whatsapp_gateway.crm_whatsapp_gateway_group_director"
        )

    def _whatsapp_check_source(self, source_id):
        if self._whatsapp_is_director():
            return
        for lead in self:
            if lead.whatsapp_source_locked and lead.source_id.id != (
                source_id or False
            ):
                self._whatsapp_refuse_source(lead)

    def _whatsapp_check_lock(self, locked):
        """Refuse to open the lock, since that would free the source.

        Read only in the form, which an RPC call does not ask.
        """
        if self._whatsapp_is_director():
            return
        for lead in self:
            if lead.whatsapp_source_locked and not locked:
                self._whatsapp_refuse_source(lead)

    def _whatsapp_refuse_source(self, lead):
        raise AccessError(
            self.env._(
                "The source of “%(lead)s” is locked, since the lead was born of"
                " a WhatsApp message. Ask a director to change it.",
                lead=lead.display_name,
            )
        )

    # ----------------------------------------------------- find and make one
    @api.model
    def _whatsapp_find_lead(self, channel):
        """Hook: lead that a conversation belongs to.

        The conversation's own lead first, then open leads with the number, the
        newest wins; then, if lost leads are reopened, the newest lost one.

        :param channel: ``discuss.channel`` of the person
        :return: a lead, or an empty recordset: a new one will be made
        """
        own = channel.lead_id
        if own.active and not own._whatsapp_is_won():
            return own
        candidates = own | self._whatsapp_leads_of(channel)
        usable = candidates.filtered(lambda lead: not lead._whatsapp_is_won())
        reopen = self._whatsapp_param("reopen_lost", "True") == "True"
        opened = usable.filtered("active")
        if opened:
            return channel.lead_id if channel.lead_id in opened else opened[:1]
        return usable[:1] if reopen else self.browse()

    @api.model
    def _whatsapp_leads_of(self, channel):
        """Leads with the number of a conversation, lost ones too, newest first."""
        token = channel.gateway_channel_token or ""
        if not token.isdigit():
            return self.browse()
        numbers = (
            self.env["whatsapp.number"]
            .sudo()
            .search([("number", "=", key_of(token)), ("lead_id", "!=", False)])
        )
        company = channel.gateway_id.company_id
        return self.with_context(active_test=False).search(
            [
                ("id", "in", numbers.lead_id.ids),
                ("company_id", "in", [False, company.id]),
            ],
            order="id desc",
        )

    def _whatsapp_is_won(self):
        self.ensure_one()
        won = self.active and self.stage_id.is_won
        return won and self._whatsapp_param("reuse_won", "False") != "True"

    def _whatsapp_reopen(self):
        """Make lost leads open again: the customer has written."""
        self.filtered(lambda lead: not lead.active).action_unarchive()

    @api.model
    def _whatsapp_prepare_lead_vals(self, channel, profile):
        """Hook: values of the lead that the first message of a person makes.

        :param profile: name of the WhatsApp profile, or ``''``
        """
        gateway = channel.gateway_id
        number = channel._whatsapp_number()
        team = search_once(self.env["crm.team"], gateway, self._whatsapp_team_of)
        partner = channel.whatsapp_partner_id or self.env[
            "whatsapp.number"
        ]._partner_of(channel.gateway_channel_token, gateway.company_id)
        vals = {
            "type": "lead",
            "name": profile
            or self.env._("WhatsApp - %(number)s", number=number or channel.name),
            "contact_name": profile,
            "partner_id": partner.id,
            "user_id": False,
            "team_id": team.id,
            "company_id": gateway.company_id.id,
            "stage_id": self._whatsapp_new_stage(team).id,
            "source_id": gateway.whatsapp_source_id.id,
            "whatsapp_source_locked": True,
            "gateway_channel_id": channel.id,
        }
        if number:
            vals[lead_number_field(self)] = number
        return vals

    @api.model
    def _whatsapp_new_stage(self, team):
        """Stage "Nuevo" in any language, else the first one of the team."""
        return search_once(self.env["crm.stage"], team, self._whatsapp_search_new_stage)

    @api.model
    def _whatsapp_search_new_stage(self, team):
        stages = self.env["crm.stage"].search(stage_team_domain(team))
        self.env.cr.execute(
            """
            SELECT id FROM crm_stage
             WHERE id IN %s AND EXISTS (
                   SELECT 1 FROM jsonb_each_text(name) WHERE value IN %s)
            """,
            (tuple(stages.ids) or (0,), NEW_STAGE_NAMES),
        )
        named = {row[0] for row in self.env.cr.fetchall()}
        return stages.filtered(lambda stage: stage.id in named)[:1] or stages[:1]

    @api.model
    def _whatsapp_param(self, name, default):
        return self.env["ir.config_parameter"].sudo().get_param(PARAM + name, default)

    # ---------------------------------------------------------------- mirror
    def _whatsapp_copy_to_chatter(self, message):
        """Show a message of the conversation in the lead's chatter.

        Written without ``message_post``: that would e-mail the adviser for each
        message that comes in, and a following customer for each that goes out.

        :param message: ``mail.message`` of the conversation
        :return: the new message on the lead; empty when there is nothing to add
        """
        document = message.gateway_message_id
        if not self or (document.model == self._name and document.res_id == self.id):
            # Written on the lead itself: it stands there already.
            return self.env["mail.message"]
        self.ensure_one()
        mirror = (
            self.env["mail.message"]
            .sudo()
            .create(
                {
                    "model": self._name,
                    "res_id": self.id,
                    "message_type": "comment",
                    "subtype_id": message.subtype_id.id,
                    "author_id": message.author_id.id,
                    "author_guest_id": message.author_guest_id.id,
                    "email_from": message.email_from,
                    **const.NO_MAIL,
                    "date": message.date,
                    "body": message.body,
                    "attachment_ids": [(6, 0, message.attachment_ids.ids)],
                    "gateway_type": message.gateway_type,
                }
            )
        )
        if not document:
            message.gateway_message_id = mirror
        return mirror

    # ------------------------------------------------------------ conversation

    @api.model
    def _whatsapp_team_of(self, gateway):
        """Hook: team of a new lead: the gateway's, else the settings', else Odoo's."""
        setting = self._whatsapp_param("team_id", "")
        team = gateway.whatsapp_team_id
        if not team and setting.isdigit():
            team = self.env["crm.team"].browse(int(setting)).exists()
            if team.company_id and team.company_id != gateway.company_id:
                team = team.browse()
        return team or self.env["crm.team"]._get_default_team_id(
            user_id=False, domain=[("use_leads", "=", True)]
        )

    def _whatsapp_close_with_lead(self):
        """Close the conversations of leads that are won or lost (setting)."""
        if self._whatsapp_param("close_with_lead", "True") != "True":
            return
        ended = self.filtered(lambda lead: not lead.active or lead.stage_id.is_won)
        channels = ended.sudo().gateway_channel_ids
        if channels:
            channels._whatsapp_apply_event(CLOSING, {"whatsapp_unread": 0})

    def action_whatsapp_open_channel(self):
        """Button: the conversation in Discuss; the list when there are several."""
        self.ensure_one()
        if len(self.gateway_channel_ids) < 2:
            return self.action_whatsapp_chat()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_gateway.discuss_channel_action_whatsapp_inbox"
        )
        return dict(action, domain=[("lead_id", "=", self.id)], context={})

    def action_whatsapp_chat(self):
        """Button: the conversation that was used last."""
        self.ensure_one()
        return self.gateway_channel_id.action_whatsapp_open()

    # ---------------------------------------------------------------- referral

    whatsapp_ad_headline = fields.Char(string="Advertisement", readonly=True)
    whatsapp_ad_url = fields.Char(string="Link of the Advertisement", readonly=True)
    whatsapp_ad_id = fields.Char(string="Advertisement Id", readonly=True)
    whatsapp_ctwa_clid = fields.Char(
        string="Click Id",
        readonly=True,
        help="ctwa_clid, which tells Meta which click this lead came from.",
    )

    def _whatsapp_keep_referral(self, referral):
        """Keep the first advertisement; campaign and medium where they have names.

        :param referral: :class:`webhook_events.Referral`
        """
        for lead in self.sudo().filtered(lambda one: not one._whatsapp_has_referral()):
            vals = {
                "whatsapp_ad_headline": referral.headline,
                "whatsapp_ad_url": referral.source_url,
                "whatsapp_ad_id": referral.source_id,
                "whatsapp_ctwa_clid": referral.ctwa_clid,
            }
            told = self._whatsapp_utm_of(referral.source_url)
            names = (told.get("utm_campaign"), referral.headline, referral.source_id)
            campaign = self._whatsapp_utm("utm.campaign", names)
            medium = self._whatsapp_utm(
                "utm.medium", (told.get("utm_medium"), referral.source_type)
            )
            if campaign and not lead.campaign_id:
                vals["campaign_id"] = campaign.id
            if medium and not lead.medium_id:
                vals["medium_id"] = medium.id
            lead.write(vals)

    def _whatsapp_has_referral(self):
        return bool(
            self.whatsapp_ctwa_clid or self.whatsapp_ad_id or self.whatsapp_ad_headline
        )

    def _whatsapp_utm_of(self, url):
        try:
            query = parse_qs(urlsplit(url).query)
        except ValueError:
            return {}
        return {name: values[0] for name, values in query.items()}

    def _whatsapp_utm(self, model, names):
        """Record of a utm model with one of these names; none is made."""
        Model = self.env[model].sudo()
        for name in filter(None, names):
            found = Model.search([("name", "=ilike", self._like(name))], limit=1)
            if found:
                return found
        return Model

    def _like(self, name):
        for char in "\\%_":
            name = name.replace(char, f"\\{char}")
        return name
