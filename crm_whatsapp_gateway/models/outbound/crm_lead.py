from odoo import models
from odoo.exceptions import UserError

from ...compat import number_fields
from ...tools.phone import to_e164


class CrmLead(models.Model):
    _inherit = "crm.lead"

    # The signature differs between the series.
    def _message_update_content(self, message, *args, **kwargs):
        """Change a message of the lead that waits in a conversation, there as well."""
        sent = message.sudo().gateway_message_ids
        sent._whatsapp_check_editable()
        res = super()._message_update_content(message, *args, **kwargs)
        sent.write({"body": message.body})
        sent._whatsapp_follow_edit()
        return res

    def action_whatsapp_compose(self):
        """Open the wizard "Send WhatsApp", filled in as far as can be.

        :raise UserError: when the lead has neither conversation nor number
        """
        self.ensure_one()
        field_name = self._whatsapp_number_field()
        if not field_name and not self._whatsapp_channel_on():
            raise UserError(
                self.env._(
                    "%(name)s has no telephone number. Write one on the lead first.",
                    name=self.name,
                )
            )
        gateway = self._whatsapp_default_gateway()
        if gateway:
            channel = self._whatsapp_find_recipient(field_name, gateway)[0]
            self._whatsapp_check_claim(channel)
        else:
            raise UserError(
                self.env._(
                    "There is no WhatsApp gateway for %(company)s. Ask an administrator"
                    " to make one.",
                    company=(self.company_id or self.env.company).name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send WhatsApp"),
            "res_model": "whatsapp.composer",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_number_field_name": field_name or number_fields(self)[0],
                "default_gateway_id": gateway.id,
            },
        }

    def _whatsapp_number_field(self):
        """Name of the first of the lead's number fields that has a number."""
        return next((name for name in number_fields(self) if self[name]), False)

    def _whatsapp_channel_on(self, gateway=None):
        """Conversation of this lead, on a gateway or the one used last.

        :return: ``discuss.channel`` in sudo: the user may not be a member yet
        """
        self.ensure_one()
        lead = self.sudo()
        channel = lead.gateway_channel_id
        if gateway and channel.gateway_id != gateway.sudo():
            channel = lead.gateway_channel_ids.filtered(
                lambda one: (
                    one.gateway_id == gateway.sudo() and not one.whatsapp_history_of_id
                )
            )
        return channel.sorted("id")[-1:]

    def _whatsapp_default_gateway(self):
        """Gateway to write from: the conversation's, else the company's first."""
        company = self.company_id or self.env.company
        own = self._whatsapp_channel_on().gateway_id
        return own or self.env["mail.gateway"].sudo().search(
            [
                ("gateway_type", "=", "whatsapp"),
                ("company_id", "in", [False, company.id]),
            ],
            order="company_id, id",
            limit=1,
        )

    def _whatsapp_to_number(self, field_name, gateway):
        """Number it goes to, in E.164; ``''`` when there is none.

        An existing conversation decides: it answers to the id that wrote.
        """
        self.ensure_one()
        channel = self._whatsapp_channel_on(gateway)
        if channel:
            return channel._whatsapp_number() or channel.gateway_channel_token or ""
        countries = [self.country_id.code, *gateway.sudo()._whatsapp_countries()]
        number = self[field_name] if field_name in number_fields(self) else ""
        return to_e164(number, countries)

    def _whatsapp_get_channel(self, field_name, gateway):
        """Conversation with this lead; made if there is none.

        OCA's needs a partner, whom a lead may not have.

        :return: ``discuss.channel`` as the current user sees it
        :raise UserError: without a number that can be read
        """
        self.ensure_one()
        self.check_access("read")
        gateway.check_access("read")
        channel, number = self._whatsapp_find_recipient(field_name, gateway)
        if channel:
            self._whatsapp_claim_channel(channel)
        else:
            if not number:
                raise UserError(
                    self.env._(
                        "The number of %(name)s cannot be read. Write it with its"
                        " country code, for instance +57 301 234 5678.",
                        name=self.name,
                    )
                )
            name = self.contact_name or self.partner_name or self.partner_id.name
            channel = self._whatsapp_create_channel(
                number.lstrip("+"), gateway, name or self.name
            )
            channel.sudo()._whatsapp_link_lead(self)
        return channel.with_env(self.env)

    def _whatsapp_find_recipient(self, field_name, gateway):
        """Return the conversation with this lead's number, and the number.

        :return: (``discuss.channel`` in sudo or empty, number in E.164 or ``''``)
        """
        channel = self._whatsapp_channel_on(gateway)
        number = self._whatsapp_to_number(field_name, gateway)
        if not channel and number:
            channel = self._whatsapp_service()._whatsapp_find_channel(
                gateway.sudo(), number.lstrip("+")
            )
        return channel, number
