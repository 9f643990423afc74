"""Right of erasure (Ley 1581): a person leaves conversation, journal, queue, lead."""

from odoo import api, fields, models

from ...compat import number_fields
from ...tools.phone import key_of, variants

# What a lead knows of a person, besides telephone numbers.
PERSONAL = (
    "contact_name",
    "partner_name",
    "email_from",
    "email_cc",
    "partner_id",
    "function",
    "website",
    "street",
    "street2",
    "zip",
    "city",
    "description",
    "whatsapp_ad_headline",
    "whatsapp_ad_url",
    "whatsapp_ad_id",
    "whatsapp_ctwa_clid",
)


class WhatsappErasePerson(models.TransientModel):
    _name = "whatsapp.erase.person"
    _description = "Erase a Person of WhatsApp"

    channel_id = fields.Many2one("discuss.channel", required=True, readonly=True)
    person = fields.Char(related="channel_id.gateway_channel_token", related_sudo=False)
    name = fields.Char(related="channel_id.name", related_sudo=False)
    erase_lead = fields.Boolean(
        string="Empty the Lead Too",
        default=True,
        help="Names, numbers, addresses and notes of every lead with this number;"
        " values and stages stay. A contact is not touched.",
    )
    lead_ids = fields.Many2many(
        "crm.lead", string="Leads of this Person", compute="_compute_lead_ids"
    )

    @api.depends("channel_id")
    def _compute_lead_ids(self):
        for wizard in self:
            wizard.channel_id.check_access("read")
            wizard.lead_ids = wizard.sudo()._leads(wizard.sudo()._channels()).ids

    def action_erase(self):
        """Erase; there is no undo, so the wizard asks first.

        Deleting goes over everything at once: what fails leaves all in place.
        """
        self.ensure_one()
        self.channel_id.check_access("read")
        erased = self.sudo()
        channels = erased._channels()
        # Read now: the wizard goes with the conversation.
        leads, empty_lead = erased._leads(channels), self.erase_lead
        erased._erase_traces(channels)
        if empty_lead:
            erased._empty_leads(leads)
        for lead in leads:
            lead._message_log(
                body=self.env._(
                    "%(user)s erased the person of this WhatsApp conversation.",
                    user=self.env.user.name,
                )
            )
        return {"type": "ir.actions.act_window_close"}

    # ------------------------------------------------------------ the person
    def _channels(self):
        """Conversations with the person on every gateway of the company.

        Past ones too; never those of who has a former number of the person today.
        """
        Channel = self.env["discuss.channel"].with_context(active_test=False)
        start = self.channel_id.with_context(active_test=False)
        start = start.whatsapp_history_of_id or start
        ids = self._ids_of(start)
        found = start | Channel.search(
            [
                ("channel_type", "=", "gateway"),
                ("gateway_id.gateway_type", "=", "whatsapp"),
                ("gateway_id.company_id", "=", start.gateway_id.company_id.id),
                "|",
                ("gateway_channel_token", "in", list(ids)),
                ("whatsapp_user_id", "in", list(ids)),
            ]
        )
        return found | found.whatsapp_history_ids

    def _ids_of(self, channels):
        """Everything that Meta calls the person today."""
        ids = set(filter(None, channels.mapped("whatsapp_user_id")))
        for token in filter(None, channels.mapped("gateway_channel_token")):
            ids.update(variants(token))
        return ids

    def _leads(self, channels):
        """Leads of the conversations, and others with the number, lost ones too."""
        keys = {key_of(one) for one in self._ids_of(channels) if one.isdigit()}
        numbers = self.env["whatsapp.number"].search(
            [("number", "in", list(keys)), ("lead_id", "!=", False)]
        )
        mirrors = self._messages(channels).gateway_message_id
        mirrored = mirrors.filtered(lambda one: one.model == "crm.lead")
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.browse({*numbers.lead_id.ids, *mirrored.mapped("res_id")})
        company = channels.gateway_id.company_id[:1]
        leads = leads.exists().filtered(
            lambda lead: lead.company_id in (company, company.browse())
        )
        return leads | channels.lead_id

    def _messages(self, channels):
        return self.env["mail.message"].search(
            [("model", "=", "discuss.channel"), ("res_id", "in", channels.ids)]
        )

    # ------------------------------------------------------------ the traces
    def _erase_traces(self, channels):
        rows = self.env["whatsapp.message.queue"].search(
            [("channel_id", "in", channels.ids)]
        )
        messages, ids = self._messages(channels), self._ids_of(channels)
        self._erase_journal(channels, messages, rows)
        (messages | messages.gateway_message_id).attachment_ids.unlink()
        messages.gateway_message_id.filtered(
            lambda message: message.model == "crm.lead"
        ).unlink()
        # Rows on their way are refused by the model: here they must go.
        self.env.cr.execute(
            "DELETE FROM whatsapp_message_queue WHERE id IN %s",
            (tuple(rows.ids) or (0,),),
        )
        rows.invalidate_model()
        guests, gateways = channels.channel_member_ids.guest_id, channels.gateway_id
        messages.unlink()
        channels.unlink()
        self.env["res.partner.gateway.channel"].search(
            [("gateway_id", "in", gateways.ids), ("gateway_token", "in", list(ids))]
        ).unlink()
        guests.filtered("gateway_id").unlink()

    def _erase_journal(self, channels, messages, rows):
        """Items of the person, by whatever number or id Meta called them then."""
        Event = self.env["whatsapp.webhook.event"]
        own = [("gateway_id", "in", channels.gateway_id.ids)]
        wamids = {
            *messages.mapped("whatsapp_wamid"),
            *rows.mapped("wamid"),
            *rows.attempt_ids.mapped("wamid"),
        } - {False}
        events = Event.search(
            [
                *own,
                "|",
                ("message_id", "in", messages.ids),
                ("external_id", "in", list(wamids)),
            ]
        )
        known = {*events.mapped("person"), *rows.mapped("recipient")} - {False, ""}
        known = {form for one in known for form in variants(one)}
        ids = self._ids_of(channels) | self._not_given_on(known, channels)
        events |= Event.search([*own, ("person", "in", list(ids))])
        events.unlink()
        # Changes of ids and wishes name several people in one body.
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE whatsapp_webhook_event SET payload = NULL
             WHERE gateway_id IN %s AND payload::text LIKE ANY(%s)
            """,
            (tuple(channels.gateway_id.ids), [f'%"{one}"%' for one in ids] or [""]),
        )
        Event.invalidate_model(["payload"])

    def _not_given_on(self, ids, channels):
        """Former ids of the person, without those that somebody else has today."""
        others = self.env["discuss.channel"].search(
            [
                ("gateway_id", "in", channels.gateway_id.ids),
                ("gateway_channel_token", "in", list(ids)),
                ("id", "not in", channels.ids),
            ]
        )
        return ids - {
            form
            for token in others.mapped("gateway_channel_token")
            for form in variants(token)
        }

    def _empty_leads(self, leads):
        names = [name for name in PERSONAL if name in leads._fields]
        names += number_fields(leads)
        vals = dict.fromkeys(names, False)
        erased = self.env._("Erased person")
        # What changes would be noted with what it was before.
        leads.with_context(tracking_disable=True).write(dict(vals, name=erased))
        Message = self.env["mail.message"]
        if Message._fields["record_name"].store:
            # 18.0 keeps the lead's name on each of its messages.
            Message.search(
                [("model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
            ).record_name = erased
        self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "in", leads.ids),
                ("field_id.model", "=", "crm.lead"),
                ("field_id.name", "in", [*names, "name"]),
            ]
        ).unlink()
