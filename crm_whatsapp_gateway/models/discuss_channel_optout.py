"""Who asked not to be written to is not written to (Ley 1581, Meta's policy)."""

import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

OPT_OUT_WORDS = "STOP,BAJA,CANCELAR,NO MOLESTAR,UNSUBSCRIBE"
OPT_IN_WORDS = "START,ALTA"
PARAM = "crm_whatsapp_gateway."


def plain_word(text):
    """Text as it is compared: no accents, no marks around it, capitals."""
    flat = unicodedata.normalize("NFKD", text or "")
    flat = "".join(char for char in flat if not unicodedata.combining(char))
    return " ".join(flat.upper().split()).strip(" .,;:!¡?¿\"'")


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    whatsapp_opted_out_at = fields.Datetime(
        string="Opted Out",
        readonly=True,
        copy=False,
        help="Since when this person does not want messages.",
    )

    @api.model
    def _whatsapp_words(self, name, default):
        text = self.env["ir.config_parameter"].sudo().get_param(PARAM + name, default)
        return {plain_word(word) for word in text.split(",") if word.strip()}

    def _whatsapp_note_wish(self, message):
        """Heed a customer's "STOP" or "START", if the message is just that word.

        :param message: ``mail.message`` of the customer, in sudo
        """
        self.ensure_one()
        word = plain_word(html2plaintext(message.body or ""))
        if not self.whatsapp_opted_out_at and word in self._whatsapp_words(
            "optout_words", OPT_OUT_WORDS
        ):
            self._whatsapp_opt_out()
        elif self.whatsapp_opted_out_at and word in self._whatsapp_words(
            "optin_words", OPT_IN_WORDS
        ):
            self._whatsapp_opt_in()

    def _whatsapp_opt_out(self):
        self.whatsapp_opted_out_at = fields.Datetime.now()
        rows = self.env["whatsapp.message.queue"].search(
            [("channel_id", "=", self.id), ("state", "=", "pending")]
        )
        rows._cancel_unsent()
        self._whatsapp_tell(
            self.env._("The customer asked not to be written to. Sending is blocked.")
        )

    def _whatsapp_opt_in(self):
        self.whatsapp_opted_out_at = False
        self._whatsapp_tell(self.env._("The customer may be written to again."))

    def _whatsapp_tell(self, text):
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

    def _whatsapp_check_wish(self):
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
        if not self.env.user.has_group(
            "crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor"
        ):
            raise AccessError(self.env._("Ask a supervisor to allow it."))
        self.sudo()._whatsapp_opt_in()
