"""Right of erasure: a person leaves conversation, journal, queue and lead."""

from odoo import fields, models

from ..compat import number_fields
from ..tools.phone import variants

# What a lead knows of a person, besides telephone numbers.
PERSONAL = ("contact_name", "partner_name", "email_from", "email_cc", "partner_id")


class WhatsappErasePerson(models.TransientModel):
    _name = "whatsapp.erase.person"
    _description = "Erase a Person of WhatsApp"

    channel_id = fields.Many2one("discuss.channel", required=True, readonly=True)
    person = fields.Char(related="channel_id.gateway_channel_token")
    name = fields.Char(related="channel_id.name")
    erase_lead = fields.Boolean(
        string="Empty the Lead Too",
        default=True,
        help="Name, numbers and addresses of the lead; its value and history stay.",
    )

    def action_erase(self):
        """Erase; there is no undo, so the wizard asks first.

        Deleting goes over everything at once: what fails leaves all in place.
        """
        self.ensure_one()
        self.channel_id.check_access("read")
        erased = self.sudo()
        channel = erased.channel_id
        persons = variants(channel.gateway_channel_token or "")
        gateway = channel.gateway_id
        lead = channel.lead_id
        # Read now: the wizard goes with the conversation.
        empty_lead = self.erase_lead
        erased._erase_traces(channel, gateway, persons)
        if lead and empty_lead:
            erased._empty_lead(lead)
        if lead:
            lead._message_log(
                body=self.env._(
                    "%(user)s erased the person of this WhatsApp conversation.",
                    user=self.env.user.name,
                )
            )
        return {"type": "ir.actions.act_window_close"}

    def _erase_traces(self, channel, gateway, persons):
        for past in channel.whatsapp_history_ids:
            self._erase_traces(past, gateway, persons)
        person = [("gateway_id", "=", gateway.id)]
        rows = self.env["whatsapp.message.queue"].search(
            [("channel_id", "=", channel.id)]
        )
        messages = self.env["mail.message"].search(
            [("model", "=", "discuss.channel"), ("res_id", "=", channel.id)]
        )
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
        self.env["whatsapp.webhook.event"].search(
            [*person, ("person", "in", persons)]
        ).unlink()
        guests = channel.channel_member_ids.guest_id
        messages.unlink()
        channel.unlink()
        self.env["res.partner.gateway.channel"].search(
            [*person, ("gateway_token", "in", persons)]
        ).unlink()
        guests.filtered("gateway_id").unlink()

    def _empty_lead(self, lead):
        vals = dict.fromkeys([*PERSONAL, *number_fields(lead)], False)
        lead.write(dict(vals, name=self.env._("Erased person")))
