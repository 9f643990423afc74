from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ...compat import returns_message
from ...processing.transaction_cache import (
    CHANNELS,
    TransactionCache,
    deferred_leads,
)
from ...tools import const
from ...tools.conversation_state import (
    ANY,
    CLOSING,
    CUSTOMER,
    EXPIRED,
    INBOUND,
    INBOUND_LATE,
    MOVES,
    OUTBOUND,
    REOPENING,
    RESTING,
    STATES,
    US,
)
from ...tools.opt_out import (
    MARKETING_OPT_OUT_WORDS,
    OPT_IN_WORDS,
    OPT_OUT_WORDS,
    plain_word,
)
from ...tools.phone import key_of, readable, wa_id_to_e164
from ...tools.webhook_events import ButtonReply
from ...tools.whatsapp_text import html_to_plain
from ..indexes import create_indexes

PREVIEW_LENGTH = 120
# Messages among which the last one by date is looked for.
RECENT = 20
MARKETING = "marketing"
# What a conversation is found by.
IDENTITY = {"active", "channel_type", "gateway_id", "gateway_channel_token"}

WINDOW = timedelta(seconds=const.WINDOW_SECONDS)
SIGNAL = "crm_whatsapp_gateway.conversation"
WINDOWS_JOB = "ir_cron_windows"

# Turns and counters of conversations without state, from their messages.
FILL = """
    WITH message AS (
        SELECT message.res_id AS channel_id, message.id, message.date,
               EXISTS (SELECT 1 FROM res_users author
                        WHERE author.partner_id = message.author_id
                          AND NOT author.share) AS ours
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
          JOIN mail_gateway gateway ON gateway.id = channel.gateway_id
         WHERE message.model = 'discuss.channel'
           AND message.message_type = 'comment'
           AND gateway.gateway_type = 'whatsapp'
           AND channel.whatsapp_state IS NULL
    ), turn AS (
        SELECT channel_id,
               max(date) FILTER (WHERE NOT ours) AS inbound,
               max(date) FILTER (WHERE ours) AS outbound,
               max(id) FILTER (WHERE ours) AS answer
          FROM message GROUP BY channel_id
    ), waiting AS (
        SELECT turn.channel_id, count(*) AS unread
          FROM turn
          JOIN message ON message.channel_id = turn.channel_id
         WHERE NOT message.ours AND message.id > COALESCE(turn.answer, 0)
         GROUP BY turn.channel_id
    ), filled AS (
        SELECT turn.*, COALESCE(waiting.unread, 0) AS unread
          FROM turn LEFT JOIN waiting USING (channel_id)
    )
    UPDATE discuss_channel channel
       SET whatsapp_last_inbound_at = COALESCE(
               channel.whatsapp_last_inbound_at, filled.inbound),
           whatsapp_last_outbound_at = COALESCE(
               channel.whatsapp_last_outbound_at, filled.outbound),
           whatsapp_last_at = GREATEST(filled.inbound, filled.outbound),
           whatsapp_unread = filled.unread,
           whatsapp_state = CASE WHEN filled.unread > 0
                                 THEN 'us' ELSE 'customer' END
      FROM filled WHERE filled.channel_id = channel.id
"""

PARAM = "crm_whatsapp_gateway."


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
    # Not stored: many write this row, and PostgreSQL logs the statement of whoever
    # loses a race for it, with what people wrote.
    whatsapp_preview = fields.Char(
        string="Last Message", compute="_compute_whatsapp_preview"
    )
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

    @api.depends("whatsapp_last_at")
    def _compute_whatsapp_preview(self):
        messages = self._whatsapp_last_messages()
        for channel in self:
            message = messages.get(channel.id)
            channel.whatsapp_preview = message and self._whatsapp_preview_of(message)

    def _whatsapp_last_messages(self):
        """Return the last message of each conversation, in sudo, by channel id.

        The last by date: a message may arrive late.
        """
        Message = self.env["mail.message"].sudo()
        Message.flush_model(["date", "message_type", "model", "res_id"])
        self.env.cr.execute(
            """
            SELECT channel.id, last.id
              FROM unnest(%s) AS channel (id)
              JOIN LATERAL (
                   SELECT recent.id FROM (
                          SELECT message.id, message.date FROM mail_message message
                           WHERE message.model = 'discuss.channel'
                             AND message.res_id = channel.id
                             AND message.message_type = 'comment'
                           ORDER BY message.id DESC LIMIT %s) recent
                    ORDER BY recent.date DESC, recent.id DESC LIMIT 1) last ON TRUE
            """,
            (self.ids, RECENT),
        )
        ids = dict(self.env.cr.fetchall())
        messages = Message.browse(ids.values()).grouped("id")
        return {channel_id: messages[last_id] for channel_id, last_id in ids.items()}

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
        cache = TransactionCache(self.env, CHANNELS)
        for channel in channels.filtered("gateway_id").sudo():
            token = channel.gateway_channel_token or ""
            cache.invalidate((channel.gateway_id.id, key_of(token)))
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
            TransactionCache(self.env, CHANNELS).invalidate()
        return super().write(vals)

    # -------------------------------------------------------------- the lead
    def _whatsapp_number(self):
        """Number of the customer in E.164, ``''`` for one who hides it."""
        self.ensure_one()
        token = self.gateway_channel_token or ""
        return wa_id_to_e164(token) if token.isdigit() else ""

    def _whatsapp_link_or_create_lead(self, profile):
        """Link the conversation to its lead; make one for an unknown person.

        In a transaction that defers leads, a conversation that never had one is
        noted, see :func:`transaction_cache.defer_leads`.

        :param profile: name of the WhatsApp profile, or ``''``
        """
        self.ensure_one()
        lead = self._whatsapp_lead_model()._whatsapp_find_lead(self)
        deferred = deferred_leads(self.env)
        if lead:
            lead._whatsapp_reopen()
            if not self._whatsapp_is_settled(lead):
                self._whatsapp_link_lead(lead)
        elif deferred is None or self.lead_id:
            self._whatsapp_create_leads({self: profile})
        else:
            deferred.add(self.id)

    def _whatsapp_is_settled(self, lead):
        """Return whether conversation, lead and adviser are linked already."""
        linked = self.lead_id == lead and lead.sudo().gateway_channel_id == self
        adviser = lead.sudo().user_id.partner_id
        return linked and bool(adviser & self.sudo().channel_member_ids.partner_id)

    def _whatsapp_lead_model(self):
        """``crm.lead`` as it is used for these conversations, all of one company."""
        return self.env["crm.lead"].sudo().with_company(self.gateway_id.company_id)

    def _whatsapp_create_leads(self, profiles):
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
            channel._whatsapp_note_shared_number()

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
        """Make the lead's adviser member; the former one leaves.

        Without adviser the gateway's members are, so that somebody sees it.

        :param former: users that have just lost the lead
        """
        leaving = self.env["discuss.channel.member"].sudo()
        joining = {}
        lost = former.partner_id if former else self.env["res.partner"]
        for channel in self.sudo().filtered("gateway_id"):
            adviser = channel.lead_id.user_id
            fallback = channel.gateway_id.member_ids
            wanted = adviser.partner_id or fallback.partner_id
            gone = (lost | fallback.partner_id if adviser else lost) - wanted
            leaving |= channel.channel_member_ids.filtered(
                lambda member, gone=gone: member.partner_id in gone
            )
            missing = wanted - channel.channel_member_ids.partner_id
            for partner in missing:
                joining.setdefault(partner, self.browse())
                joining[partner] |= channel
        leaving.unlink()
        self._whatsapp_join(joining)

    @api.model
    def _whatsapp_join(self, channels_by_partner):
        """Make partners members, without a line "… joined" in the conversations.

        :param channels_by_partner: ``discuss.channel`` by ``res.partner``
        """
        self.env["discuss.channel.member"].sudo().create(
            [
                {"channel_id": channel.id, "partner_id": partner.id}
                for partner, channels in channels_by_partner.items()
                for channel in channels
            ]
        )
        for partner, channels in channels_by_partner.items():
            channels.sudo()._broadcast(partner.ids)

    # ------------------------------------------------------------- messages
    def _whatsapp_after_inbound(self, message):
        """Hook, called once for each message of a customer, after it is posted.

        :param message: ``mail.message`` in this channel, in sudo
        """
        self.ensure_one()
        last = self.whatsapp_last_inbound_at
        vals = {"whatsapp_unread": self.whatsapp_unread + 1}
        if not last or message.date >= last:
            # A message that arrives late must not close the window or replace what
            # was written after it.
            vals["whatsapp_last_inbound_at"] = message.date
        open_until = max(filter(None, (last, message.date))) + WINDOW
        if open_until > fields.Datetime.now():
            self._whatsapp_apply_event(INBOUND, vals)
            self._whatsapp_trigger_at_window_end()
        else:
            self._whatsapp_apply_event(INBOUND_LATE, vals)
        if self.id not in (deferred_leads(self.env) or ()):
            self._whatsapp_sync_to_lead(message)

    def _whatsapp_sync_to_lead(self, message):
        """Copy a customer's message to the lead, and detect an opt-out."""
        self.ensure_one()
        self.lead_id._whatsapp_copy_to_chatter(message)

    def _whatsapp_after_outbound(self, message):
        """Hook, called once for each message we write to a customer.

        :param message: ``mail.message``; an echo of the phone may arrive late
        """
        self.ensure_one()
        last = self.whatsapp_last_outbound_at
        vals = {"whatsapp_last_outbound_at": max(last or message.date, message.date)}
        if not self.whatsapp_last_at or message.date >= self.whatsapp_last_at:
            vals["whatsapp_unread"] = 0
            self._whatsapp_apply_event(OUTBOUND, vals)
        else:
            # Written before what was read since: it answers nothing.
            self.sudo().write(vals)
        mirror = self.lead_id._whatsapp_copy_to_chatter(message)
        if mirror:
            mirror._whatsapp_copy_notification(message)

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
        text = html_to_plain(message.body)
        names = ", ".join(message.attachment_ids.mapped("name"))
        text = " ".join((text or names).split())
        return text[:PREVIEW_LENGTH]

    @returns_message
    def message_post(self, **kwargs):
        if self.env.context.get("whatsapp_event"):
            kwargs = const.NO_MAIL | kwargs
        writer = self._whatsapp_as_writer(kwargs)
        message = super(DiscussChannel, writer).message_post(**kwargs)
        if (
            len(self) == 1
            and self.gateway_id.gateway_type == "whatsapp"
            # The same condition under which OCA sends.
            and message.message_type != "notification"
            and not writer.env.context.get("no_gateway_notification")
        ):
            self.sudo()._whatsapp_after_outbound(message.sudo())
        return message

    def action_whatsapp_open(self):
        """Open the conversation in Discuss."""
        self.ensure_one()
        self.check_access("read")
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

    # ------------------------------------------------------------------- state

    whatsapp_state = fields.Selection(
        STATES,
        string="Conversation",
        readonly=True,
        copy=False,
        group_expand=True,
        help="Window closed: more than 24 hours have passed since the customer last"
        " wrote, and nobody has written since. Only templates can be sent.",
    )

    # ---------------------------------------------------------------- events
    def _whatsapp_apply_event(self, event, vals=None):
        """Bring conversations into the state that follows from an event.

        :param event: a key of :data:`MOVES`
        :param vals: values written along
        """
        moves = MOVES[event]
        for channel in self.sudo():
            channel.write(dict(vals or {}))
            known = channel.whatsapp_state
            state = moves.get(known, moves.get(ANY, known))
            if state == RESTING:
                state = channel._whatsapp_resting_state()
            if state != known:
                channel.whatsapp_state = state
        self._whatsapp_notify_browsers()

    def _whatsapp_resting_state(self):
        """State that the stored turns give, whatever happened in between."""
        self.ensure_one()
        inbound = self.whatsapp_last_inbound_at
        end = inbound and inbound + WINDOW
        outbound = self.whatsapp_last_outbound_at
        written_since = end and outbound and outbound >= end
        if end and end <= fields.Datetime.now() and not written_since:
            return EXPIRED
        return US if self.whatsapp_unread else CUSTOMER

    def _whatsapp_latest(self):
        """Conversation in which somebody wrote last."""
        return self.sorted(lambda one: str(one.whatsapp_last_at or ""))[-1:]

    def _whatsapp_notify_browsers(self):
        """Tell browsers that look at these conversations to read them again.

        Without content: each reads what its user may see.
        """
        for channel in self.sudo():
            channel._bus_send(SIGNAL, {"channel_id": channel.id})

    # --------------------------------------------------------------- buttons
    def action_whatsapp_close(self):
        """Button: nothing more to say until the customer writes again."""
        self.check_access("read")
        self._whatsapp_apply_event(CLOSING, {"whatsapp_unread": 0})

    def action_whatsapp_reopen(self):
        """Button: closed by mistake."""
        self.check_access("read")
        self._whatsapp_apply_event(REOPENING)

    # ------------------------------------------------------------------ time
    def _whatsapp_trigger_at_window_end(self):
        """Have a scheduled action run when this window ends.

        One trigger is enough for all windows: each run arms the next one.
        """
        self.ensure_one()
        job = self.env["ir.cron"]._whatsapp_job(WINDOWS_JOB)
        cache = TransactionCache(self.env, WINDOWS_JOB)
        if not cache.get(job.id):
            cache.set(job.id, True)
            job._whatsapp_trigger_by(self.whatsapp_last_inbound_at + WINDOW)

    @api.model
    def _cron_whatsapp_windows(self):
        """Close the windows that have ended, and wake up for the next one."""
        now = fields.Datetime.now()
        self._whatsapp_expire_windows(now)
        self.env.cr.execute(
            """
            SELECT min(whatsapp_last_inbound_at) FROM discuss_channel
             WHERE whatsapp_state IN ('us', 'customer')
               AND whatsapp_last_inbound_at > %s
            """,
            (now - WINDOW,),
        )
        following = self.env.cr.fetchone()[0]
        if following:
            cron = self.env.ref("crm_whatsapp_gateway.ir_cron_windows")
            cron.sudo()._trigger(at=following + WINDOW)

    @api.model
    def _whatsapp_expire_windows(self, now):
        """Move every conversation whose window has ended, in one statement.

        A template that was sent after the end leaves it waiting for the customer.

        :param now: UTC, naive
        :return: the conversations that were moved
        """
        self.env["discuss.channel"].flush_model(
            [
                "whatsapp_state",
                "whatsapp_last_inbound_at",
                "whatsapp_last_outbound_at",
            ]
        )
        self.env.cr.execute(
            """
            UPDATE discuss_channel
               SET whatsapp_state = 'expired'
             WHERE whatsapp_state IN ('us', 'customer')
               AND whatsapp_last_inbound_at <= %(limit)s
               AND (whatsapp_last_outbound_at IS NULL
                    OR whatsapp_last_outbound_at
                       < whatsapp_last_inbound_at + %(window)s)
            RETURNING id
            """,
            {"limit": now - WINDOW, "window": WINDOW},
        )
        moved = self.browse([row[0] for row in self.env.cr.fetchall()])
        moved.invalidate_recordset(["whatsapp_state"])
        moved._whatsapp_notify_browsers()
        return moved

    @api.model
    def _whatsapp_fill_states(self):
        """Conversations that have no state yet get turns, counters and state.

        For those that were there before this module, and for imported ones: one
        statement for all, from who wrote last.

        :return: number of conversations that were filled
        """
        self.env.flush_all()
        self.env.cr.execute(FILL)
        count = self.env.cr.rowcount
        self.env["discuss.channel"].invalidate_model()
        self._whatsapp_expire_windows(fields.Datetime.now())
        return count

    # ------------------------------------------------------------------- panel

    def whatsapp_panel(self):
        """Return what the panel beside a conversation in Discuss shows.

        :return: ``{}`` for what is no WhatsApp conversation; else names and words
            ready to be shown, ``lead`` (``False`` where the user may not see it),
            ``window_end`` (UTC ``YYYY-MM-DD HH:MM:SS`` or False)
        :raise AccessError: when the user may not read the conversation
        """
        self.ensure_one()
        self.check_access("read")
        if self.sudo().gateway_id.gateway_type != "whatsapp":
            return {}
        labels = dict(self._fields["whatsapp_state"]._description_selection(self.env))
        channel = self.sudo()
        opted_out = channel.whatsapp_opted_out_at
        stopped = channel.whatsapp_marketing_stopped_at
        return {
            "name": channel.name,
            "number": self.whatsapp_shown_number,
            "gateway": channel.gateway_id.name,
            "state": channel.whatsapp_state,
            "state_label": labels.get(channel.whatsapp_state, ""),
            "unread": channel.whatsapp_unread,
            "window_end": channel.whatsapp_window_end
            and str(channel.whatsapp_window_end),
            "opted_out": opted_out and format_datetime(self.env, opted_out),
            "marketing_stopped": stopped and format_datetime(self.env, stopped),
            "same_number": self._whatsapp_panel_contacts(),
            "lead": self._whatsapp_panel_lead(),
            "lead_hidden": bool(channel.lead_id) and not self._whatsapp_visible_lead(),
            "others": [
                {"id": lead.id, "name": lead.display_name}
                for lead in self._whatsapp_panel_others()
            ],
        }

    def _whatsapp_visible_lead(self):
        """The conversation's lead, empty for who may not see it."""
        # The link may be to a lead that is lost: archived, and still the lead.
        lead = self.sudo().with_context(active_test=False).lead_id
        return lead.with_env(self.env)._filtered_access("read")

    def _whatsapp_panel_lead(self):
        lead = self._whatsapp_visible_lead()
        if not lead:
            return False
        # sudo: names of stage and colleague only.
        known = lead.sudo()
        return {
            "id": lead.id,
            "name": known.name,
            "kind": known.type,
            "stage": known.stage_id.name or "",
            "team": known.team_id.name or "",
            "adviser": known.user_id.name or "",
            "adviser_id": known.user_id.id,
            "lost": not known.active,
            "won": known.active and known.stage_id.is_won,
        }

    def _whatsapp_panel_others(self):
        """Further open leads of the same person that the user may see."""
        if not self.env["crm.lead"].has_access("read"):
            return self.env["crm.lead"]
        return self.whatsapp_other_lead_ids.with_env(self.env)._filtered_access("read")

    def _whatsapp_panel_contacts(self):
        """Names of the contacts that share the number, empty when there is one."""
        contacts = self.whatsapp_same_number_partner_ids._filtered_access("read")
        return contacts.mapped("display_name")

    # ------------------------------------------------------------------ optout

    whatsapp_opted_out_at = fields.Datetime(
        string="Opted Out",
        readonly=True,
        copy=False,
        help="Since when this person does not want messages.",
    )

    @api.model
    def _whatsapp_opt_words(self, name, default):
        text = self.env["ir.config_parameter"].sudo().get_param(PARAM + name, default)
        return {plain_word(word) for word in text.split(",") if word.strip()}

    def _whatsapp_detect_opt_out(self, event):
        """Apply a customer's "STOP", "START" or "Stop promotions".

        Only a message that is just that word. A button answers our own question, so
        it stops or allows nothing, but for WhatsApp's own button against marketing.

        :param event: :class:`webhook_events.InboundMessage`
        """
        self.ensure_one()
        pressed = isinstance(event.content, ButtonReply)
        word = plain_word(event.content.title if pressed else event.written_text)
        if not word:
            return
        if word in MARKETING_OPT_OUT_WORDS:
            self._whatsapp_set_marketing_consent(
                False, event.time(fields.Datetime.now())
            )
        elif pressed:
            return
        elif not self.whatsapp_opted_out_at and word in self._whatsapp_opt_words(
            "optout_words", OPT_OUT_WORDS
        ):
            self._whatsapp_opt_out()
        elif self.whatsapp_opted_out_at and word in self._whatsapp_opt_words(
            "optin_words", OPT_IN_WORDS
        ):
            self._whatsapp_opt_in()

    def _whatsapp_opt_out(self):
        self.whatsapp_opted_out_at = fields.Datetime.now()
        rows = self.env["whatsapp.message.queue"].search(
            [("channel_id", "=", self.id), ("state", "=", "pending")]
        )
        rows._cancel_unsent()
        self._whatsapp_post_note(
            self.env._("The customer asked not to be written to. Sending is blocked.")
        )

    def _whatsapp_opt_in(self):
        self.whatsapp_opted_out_at = False
        self._whatsapp_post_note(self.env._("The customer may be written to again."))

    def _whatsapp_post_note(self, text):
        """A line of ours in conversation and lead; never sent, notifies nobody."""
        us = self.env.ref("base.partner_root").id
        line = self.message_post(
            body=text,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
            author_id=us,
        )
        if self.lead_id:
            # Bound to each other, so that erasing a person finds both.
            line.sudo().gateway_message_id = self.lead_id.sudo()._message_log(
                body=text, author_id=us
            )

    def _whatsapp_check_opt_out(self):
        """Refuse to write to who does not want it.

        :raise UserError: since when, and what to do
        """
        self.ensure_one()
        if self.whatsapp_opted_out_at:
            raise UserError(
                self.env._(
                    "%(name)s asked not to be written to. If they agree again, a"
                    " supervisor can allow it in the inbox.",
                    name=self.name,
                )
            )

    def action_whatsapp_allow_again(self):
        """Button of supervisors: the person has agreed again."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(
            "crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor"
        ):
            raise AccessError(self.env._("Ask a supervisor to allow it."))
        self.sudo()._whatsapp_opt_in()

    # --------------------------------------------------------------- marketing

    whatsapp_marketing_stopped_at = fields.Datetime(
        string="Marketing Stopped",
        readonly=True,
        copy=False,
        help="Since when this person does not want marketing templates.",
    )
    whatsapp_marketing_consent_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the person last decided about marketing: an older wish that"
        " arrives later changes nothing.",
    )

    def _whatsapp_set_marketing_consent(self, wanted, at):
        """The person wants marketing, or wants none any more.

        :param at: when the person said so (UTC, naive)
        """
        for channel in self.sudo():
            last = channel.whatsapp_marketing_consent_at
            if last and at < last:
                continue
            channel.whatsapp_marketing_consent_at = at
            if wanted != bool(channel.whatsapp_marketing_stopped_at):
                continue
            channel.whatsapp_marketing_stopped_at = False if wanted else at
            if wanted:
                channel._whatsapp_post_note(
                    self.env._("The customer wants marketing messages again.")
                )
            else:
                channel._whatsapp_marketing_rows()._cancel_unsent()
                channel._whatsapp_post_note(
                    self.env._(
                        "The customer stopped marketing messages. Marketing templates"
                        " are blocked; everything else can be sent."
                    )
                )

    def _whatsapp_marketing_rows(self):
        """Marketing templates that wait in the queue for this person."""
        self.ensure_one()
        rows = self.env["whatsapp.message.queue"].search(
            [
                ("channel_id", "=", self.id),
                ("state", "=", "pending"),
                ("kind", "=", "template"),
            ]
        )
        templates = self.env["mail.whatsapp.template"].search(
            [("gateway_id", "=", self.gateway_id.id), ("category", "=", MARKETING)]
        )
        names = set(templates.mapped("template_name"))
        return rows.filtered(lambda row: row.payload["template"]["name"] in names)

    def _whatsapp_check_marketing(self, template):
        """Refuse a marketing template for who stopped marketing.

        :param template: ``mail.whatsapp.template``, may be empty
        :raise UserError: what can be sent instead
        """
        self.ensure_one()
        if self.whatsapp_marketing_stopped_at and template.category == MARKETING:
            raise UserError(
                self.env._(
                    "%(name)s stopped marketing messages. Choose a template of"
                    " another category, or write when they have written.",
                    name=self.name,
                )
            )

    # ----------------------------------------------------------------- history

    whatsapp_history_of_id = fields.Many2one(
        "discuss.channel",
        string="History of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The conversation with this customer that goes on.",
    )
    whatsapp_history_ids = fields.One2many(
        "discuss.channel", "whatsapp_history_of_id", string="Past Conversations"
    )

    def _whatsapp_check_current(self):
        """Refuse to write where nobody would get it.

        :raise UserError: naming the conversation that goes on
        """
        self.ensure_one()
        current = self.sudo().whatsapp_history_of_id
        if current:
            raise UserError(
                self.env._(
                    "%(name)s holds past messages and takes no new ones. Write in"
                    " %(current)s.",
                    name=self.name,
                    current=current.name,
                )
            )
