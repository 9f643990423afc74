"""The second step of what an unknown person wrote: the lead.

The message is seen as soon as it stands in the conversation, and making a lead costs
more than that. So a batch commits the messages of unknown persons first; their items
stay in the journal as ``posted`` until the leads are made, many in one go.
"""

from odoo import api, models

from ..tools.events import only_value, person_of, profile_name
from ..tools.phone import key_of
from .memory import remember
from .whatsapp_webhook_event import POSTED


class WhatsappWebhookEvent(models.Model):
    _inherit = "whatsapp.webhook.event"

    @api.model
    def _work_leads(self, conversations, batch):
        """Make the leads of conversations in a fresh transaction.

        :param batch: is told which conversations were free and what has no adviser
        """
        batch.free = self._lock(conversations)
        # All of a conversation: what is written next would come before the rest.
        events = self._due_of(batch.free, (POSTED,), None)
        if events:
            remember(self.env)
            events._remember_people()
            leads = events._make_leads()
            batch.leads = leads.filtered(lambda lead: not lead.user_id).ids

    @api.model
    def _conversations_posted(self, conversations):
        """Ids of conversations in which something written waits for its lead.

        What follows there waits, too, or it would stand in the lead before it.
        """
        if not conversations:
            return ()
        self.env.cr.execute(
            """
            SELECT DISTINCT message.res_id
              FROM whatsapp_webhook_event event
              JOIN mail_message message ON message.id = event.message_id
             WHERE event.state = 'posted' AND message.model = 'discuss.channel'
               AND (event.gateway_id, event.person) IN %s
            """,
            (self._forms_of(conversations),),
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _make_leads(self):
        """Give each item's conversation its lead; tell the lead what was written.

        :return: the leads, in the order of the items
        """
        leads = self.env["crm.lead"].sudo()
        channels = {event: event._get_conversation() for event in self.sudo()}
        by_gateway = self.sudo().grouped("gateway_id")
        for events in by_gateway.values():
            events._make_missing_leads(channels)
        for event, channel in channels.items():
            if channel:
                event._tell_lead(channel)
                leads |= channel.lead_id.with_env(leads.env)
        self._finish()
        return leads

    def _get_conversation(self):
        """Conversation of a message that is shown already, empty when it is gone."""
        self.ensure_one()
        service = self.gateway_id._whatsapp_env()
        channels = service.env["discuss.channel"].sudo()
        message = self.message_id
        if message.model == channels._name:
            return channels.browse(message.res_id).exists()
        gateway = self.gateway_id.with_env(service.env)
        return service._whatsapp_find_channel(gateway, self.person).sudo()

    def _make_missing_leads(self, channels):
        """Make leads for the conversations of one gateway's items that have none.

        :param channels: conversation of each item
        """
        new, later = {}, []
        known = set()
        for event in self:
            channel = channels[event]
            if not channel or channel in new:
                continue
            key = key_of(channel.gateway_channel_token or "")
            lead = channel._whatsapp_lead_model()._whatsapp_find_lead(channel)
            if lead or key in known:
                # Somebody else was faster, or this person has two conversations.
                later.append((channel, event._get_profile()))
            else:
                known.add(key)
                new[channel] = event._get_profile()
        if new:
            next(iter(new))._whatsapp_make_leads(new)
        for channel, profile in later:
            channel._whatsapp_ensure_lead(profile)

    def _get_profile(self):
        """Name of the writer's WhatsApp profile, ``''`` when there is none."""
        value = only_value(self.payload)
        person = person_of(value["messages"][0], value.get("contacts") or [])
        return profile_name(value, person)

    def _tell_lead(self, channel):
        """What the words would have done to the lead, had it been there."""
        if self.message_id:
            channel._whatsapp_tell_lead(self.message_id)
        referral = only_value(self.payload)["messages"][0].get("referral")
        if referral:
            channel._whatsapp_note_referral(referral)
