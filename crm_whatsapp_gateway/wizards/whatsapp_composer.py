import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, plaintext2html

from ..tools.phone import to_e164


class WhatsappComposer(models.TransientModel):
    _inherit = "whatsapp.composer"

    whatsapp_number = fields.Char(string="To", compute="_compute_whatsapp_recipient")
    whatsapp_channel_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        compute="_compute_whatsapp_recipient",
    )
    whatsapp_window = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        string="24 Hour Window",
        compute="_compute_whatsapp_recipient",
    )
    whatsapp_window_end = fields.Datetime(
        string="Open Until", compute="_compute_whatsapp_recipient"
    )

    value_ids = fields.One2many(
        "whatsapp.composer.value", "composer_id", string="Fill In"
    )
    header_format = fields.Selection(related="template_id.header_format")
    header_file = fields.Binary(string="File")
    header_file_name = fields.Char()
    needs_header_file = fields.Boolean(compute="_compute_preview")
    preview = fields.Html(string="Message", compute="_compute_preview", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        result = super().default_get(fields_list)
        # OCA fills the gateway in when there is only one; a lead knows its own.
        if result.get("res_model") == "crm.lead" and result.get("res_id"):
            lead = self.env["crm.lead"].browse(result["res_id"])
            gateway = self.env.context.get("default_gateway_id")
            result["gateway_id"] = gateway or lead._whatsapp_default_gateway().id
        return result

    @api.depends("res_model", "res_id", "number_field_name", "gateway_id")
    def _compute_whatsapp_recipient(self):
        for wizard in self:
            number, channel = wizard._get_whatsapp_recipient()
            # sudo: only the window is shown, also before the lead is linked.
            channel = channel.sudo()
            wizard.whatsapp_number = number
            wizard.whatsapp_channel_id = channel
            wizard.whatsapp_window_end = channel.whatsapp_window_end
            wizard.whatsapp_window = (
                "open" if channel.whatsapp_window_open else "closed"
            )

    # OCA makes a conversation whenever the wizard is opened, and takes our own last
    # message for one of the customer's.
    @api.depends("whatsapp_window", "res_model", "gateway_id")
    def _compute_is_required_template(self):
        for wizard in self:
            known = wizard.res_model and wizard.gateway_id
            wizard.is_required_template = (
                bool(known) and wizard.whatsapp_window == "closed"
            )

    @api.depends(
        "header_file_name", "res_id", "res_model", "template_id", "value_ids.value"
    )
    def _compute_preview(self):
        for wizard in self:
            template = wizard.template_id
            wizard.preview = False
            wizard.needs_header_file = False
            if template:
                wizard.preview = template._whatsapp_preview(
                    wizard._get_template_values(), wizard.header_file_name
                )
                wizard.needs_header_file = (
                    bool(template._whatsapp_definition().media_type)
                    and not template.header_file
                )

    @api.onchange("template_id")
    def onchange_template_id(self):
        wizard = self.with_context(default_res_id=self.res_id)
        res = super(WhatsappComposer, wizard).onchange_template_id()
        self.header_file = False
        self.header_file_name = False
        self.value_ids = [Command.clear()] + [
            Command.create(vals) for vals in self._prepare_missing_values()
        ]
        return res

    @api.onchange("value_ids")
    def _onchange_value_ids(self):
        if self.template_id:
            self.body = self._get_template_text()

    def _get_record(self):
        """Document that is written about; empty when there is none."""
        model = self.env[self.res_model or "crm.lead"]
        return model.browse(self.res_id or [])

    def _get_template_values(self):
        """Values of the template's variables, those that were typed included."""
        return self.template_id._whatsapp_values(
            self._get_record(), self._get_typed_values()
        )

    def _get_typed_values(self):
        """Texts that were filled in, by key of their variable."""
        return {line.key: line.value for line in self.value_ids if line.value}

    def _get_template_text(self):
        return self.template_id._whatsapp_render(self._get_template_values()).as_text()

    def _prepare_missing_values(self):
        """Lines for what nobody but the person at the screen can tell."""
        if not self.template_id:
            return []
        values = self.template_id._whatsapp_values(self._get_record())
        definition = self.template_id._whatsapp_definition()
        required = {one.key: one.required for one in definition.variables}
        return [
            {
                "key": variable._whatsapp_key(),
                "label": variable._whatsapp_label(),
                "is_required": required.get(variable._whatsapp_key(), True),
            }
            for variable in self.template_id.variable_ids
            if not values.get(variable._whatsapp_key())
        ]

    def _get_header_file(self):
        """Name and content of the file that was chosen, None without one."""
        raw = self.with_context(bin_size=False).header_file
        if not raw:
            return None
        return self.header_file_name or self.template_id.name, base64.b64decode(raw)

    def _get_whatsapp_recipient(self):
        """Number in E.164 (or ``''``) and the conversation, without making one."""
        self.ensure_one()
        channel = self.env["discuss.channel"]
        if not (self.res_model and self.res_id and self.gateway_id):
            return "", channel
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        gateway = self.gateway_id.sudo()
        if record._name == "crm.lead":
            channel, number = record._whatsapp_find_recipient(
                self.number_field_name, gateway
            )
        else:
            written = self.number_field_name and record[self.number_field_name]
            number = to_e164(written, gateway._whatsapp_countries())
            if number:
                service = self.env["mail.gateway.whatsapp"].sudo()
                channel = service._whatsapp_find_channel(gateway, number.lstrip("+"))
        # A colleague's is refused when it is sent; until then nothing of it is shown.
        if channel and not channel.with_env(self.env)._whatsapp_is_reachable():
            channel = channel.browse()
        return number, channel

    def _action_send_whatsapp(self):
        """OCA's, but for documents without partner and with the window checked."""
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        channel = record._whatsapp_get_channel(self.number_field_name, self.gateway_id)
        # The wizard's defaults are not the message's.
        # pylint: disable-next=context-overridden
        channel = channel.with_context(clean_context(self.env.context))
        if self.template_id:
            self.template_id._whatsapp_post(
                channel,
                record,
                typed=self._get_typed_values(),
                file=self._get_header_file(),
            )
            return
        channel.message_post(
            body=plaintext2html(self.body),
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )

    def action_send_whatsapp(self):
        self.ensure_one()
        if self.template_id:
            # OCA wants a text; what goes out are the values.
            self.body = self._get_template_text()
        if self.is_required_template and not self.template_id:
            raise UserError(
                self.env._(
                    "%(number)s has not written in the last 24 hours, so WhatsApp takes"
                    " only templates. Choose one.",
                    number=self.whatsapp_number or self.env._("This person"),
                )
            )
        super().action_send_whatsapp()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Your message is on its way."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
