"""The person of a conversation: other ids, another conversation, a contact."""

from odoo import api, fields, models

from ...processing.transaction_cache import AUTHORS, TransactionCache
from ...tools.phone import variants, wa_id_to_e164


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    whatsapp_user_id = fields.Char(
        string="Business-scoped Id",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Meta's id of a person, who may hide the number.",
    )
    whatsapp_username = fields.Char(
        string="User Name",
        readonly=True,
        copy=False,
        help="Name by which WhatsApp shows a person who may hide the number.",
    )
    whatsapp_partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Author of the messages of this customer.",
    )
    whatsapp_other_lead_ids = fields.Many2many(
        "crm.lead",
        string="Other Leads",
        related="lead_id.whatsapp_other_lead_ids",
        related_sudo=False,
        context={"active_test": False},
    )
    whatsapp_same_number_partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts with this Number",
        compute="_compute_whatsapp_same_number_partner_ids",
        help="Filled when several contacts have the number.",
    )

    @api.depends("gateway_channel_token")
    def _compute_whatsapp_same_number_partner_ids(self):
        for channel in self:
            partners = channel.sudo()._whatsapp_partners()
            several = partners if len(partners) > 1 else partners.browse()
            channel.whatsapp_same_number_partner_ids = several.ids

    def _whatsapp_partners(self):
        self.ensure_one()
        return self.env["whatsapp.number"]._partners_of(
            self.gateway_channel_token, self.gateway_id.company_id
        )

    def _whatsapp_note_shared_number(self):
        """Say that several contacts share the number, and who is taken."""
        self.ensure_one()
        partners = self.sudo()._whatsapp_partners()
        if len(partners) > 1:
            self.sudo()._whatsapp_post_note(
                self.env._(
                    "Several contacts have this number: %(names)s. Messages are taken"
                    " to be of %(taken)s; choose another customer on the lead.",
                    names=", ".join(partners.mapped("display_name")),
                    taken=partners[0].display_name,
                )
            )

    # ----------------------------------------------------------- other ids
    def _whatsapp_note_person(self, person):
        """Keep the ids by which WhatsApp knows the person besides the number.

        :param person: :class:`webhook_events.Person`
        """
        self._whatsapp_note_user_id(person.user_id)
        for channel in self.sudo():
            if person.username and channel.whatsapp_username != person.username:
                channel.whatsapp_username = person.username

    def _whatsapp_note_user_id(self, user_id):
        for channel in self.sudo():
            if user_id and channel.whatsapp_user_id != user_id:
                channel.whatsapp_user_id = user_id

    def _whatsapp_update_identity(self, phone, user_id):
        """The person has a new number, a new business-scoped id, or both.

        :param phone: wa_id, ``''`` when it is the old one
        :param user_id: the same of the business-scoped id
        """
        self.ensure_one()
        channel = self
        if phone and self.gateway_channel_token not in variants(phone):
            channel = self._whatsapp_change_token(phone)
        elif user_id and not self._whatsapp_number():
            channel = self._whatsapp_change_token(user_id)
        channel._whatsapp_note_user_id(user_id)

    def _whatsapp_change_token(self, token):
        """Keep the conversation under another id; the lead gets the number.

        :param token: wa_id or business-scoped id
        :return: the conversation that goes on: the one that had the id already, if
            there was one
        """
        self.ensure_one()
        channel, old = self.sudo(), self.gateway_channel_token
        service = self.env["mail.gateway.whatsapp"]
        other = service._whatsapp_find_channel(channel.gateway_id, token)
        if other and other != channel:
            other._whatsapp_merge_channel(channel)
            channel = other
        else:
            channel.gateway_channel_token = token
            channel._whatsapp_rename_person(old, token)
        if token.isdigit():
            channel.lead_id._whatsapp_change_number(old, token)
            channel._whatsapp_post_note(
                self.env._(
                    "The customer's number is %(new)s now; it was %(old)s.",
                    new=wa_id_to_e164(token),
                    old=wa_id_to_e164(old) if old.isdigit() else old,
                )
            )
        return channel

    def _whatsapp_rename_person(self, old, new):
        """Authors that were known by the old id are by the new one."""
        known = [
            ("gateway_id", "=", self.gateway_id.id),
            ("gateway_token", "in", variants(old)),
        ]
        for model in ("mail.guest", "res.partner.gateway.channel"):
            self.env[model].sudo().search(known).write({"gateway_token": new})
        TransactionCache(self.env, AUTHORS).invalidate()

    def _whatsapp_merge_channel(self, other):
        """Take over another conversation with the same person; it is archived."""
        self.ensure_one()
        kept, other = self.sudo(), other.sudo()
        moved = [
            ("mail.message", [("model", "=", self._name)], "res_id"),
            ("ir.attachment", [("res_model", "=", self._name)], "res_id"),
            ("mail.notification", [], "gateway_channel_id"),
            ("whatsapp.message.queue", [], "channel_id"),
            ("whatsapp.media", [], "channel_id"),
        ]
        for model, domain, name in moved:
            records = self.env[model].sudo().search([*domain, (name, "=", other.id)])
            records.write({name: kept.id})
        lead, lasts = other.lead_id, (kept | other).mapped("whatsapp_last_inbound_at")
        kept._whatsapp_rename_person(
            other.gateway_channel_token, kept.gateway_channel_token
        )
        kept.write(
            {
                "whatsapp_last_inbound_at": max(filter(None, lasts), default=False),
                "whatsapp_unread": kept.whatsapp_unread + other.whatsapp_unread,
                "whatsapp_username": kept.whatsapp_username or other.whatsapp_username,
                "whatsapp_state": (kept | other)._whatsapp_latest().whatsapp_state,
            }
        )
        other.write(
            {
                "active": False,
                "gateway_channel_token": False,
                "lead_id": False,
                "whatsapp_user_id": False,
            }
        )
        if lead and not kept.lead_id:
            kept._whatsapp_link_lead(lead)
        elif lead:
            # Found by the number from now on, among the others.
            lead.gateway_channel_id = kept
            lead._whatsapp_change_number("", kept.gateway_channel_token)

    # ------------------------------------------------------------- contact
    def _whatsapp_become_partner(self, partner):
        """The customer is this contact: in authors, members and OCA's link.

        :param partner: ``res.partner``
        """
        TransactionCache(self.env, AUTHORS).invalidate()
        for channel in self.sudo().filtered("gateway_channel_token"):
            token, gateway = channel.gateway_channel_token, channel.gateway_id
            mine = [
                ("gateway_id", "=", gateway.id),
                ("gateway_token", "in", variants(token)),
            ]
            guests = self.env["mail.guest"].sudo().search(mine)
            channel._whatsapp_replace_guests(guests, partner)
            channel.whatsapp_partner_id = partner
            Link = self.env["res.partner.gateway.channel"].sudo()
            Link.search([*mine, ("partner_id", "!=", partner.id)]).unlink()
            if not Link.search_count(
                [("partner_id", "=", partner.id), ("gateway_id", "=", gateway.id)]
            ):
                Link.create(
                    {
                        "partner_id": partner.id,
                        "gateway_id": gateway.id,
                        "gateway_token": token,
                    }
                )

    def _whatsapp_replace_guests(self, guests, partner):
        if not guests:
            return
        author = [("author_guest_id", "in", guests.ids)]
        self.env["mail.message"].sudo().search(author).write(
            {"author_guest_id": False, "author_id": partner.id}
        )
        Reaction = self.env["mail.message.reaction"].sudo()
        Reaction.search([("guest_id", "in", guests.ids)]).write(
            {"guest_id": False, "partner_id": partner.id}
        )
        members = self.env["discuss.channel.member"].sudo()
        members = members.search([("guest_id", "in", guests.ids)])
        channels = members.channel_id
        members.unlink()
        missing = channels.filtered(
            lambda channel: partner not in channel.channel_member_ids.partner_id
        )
        if missing:
            self._whatsapp_join({partner: missing})
        # Nothing is left of them; the person is to be found in one place.
        guests.unlink()
