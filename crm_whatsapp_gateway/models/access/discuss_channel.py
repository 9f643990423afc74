"""Rights to write in a conversation, and its fields that nobody writes by hand."""

from odoo import models
from odoo.exceptions import AccessError, UserError

from ...tools.own_code import OWN_CODE, OWN_CODE_KEY, is_marked

ALLOW_TAKEOVER = "allow_takeover"
# What a user cannot say of a message of his own: who wrote it, when, and which
# message it belongs to.
SAID_BY_ODOO = ("author_guest_id", "date", "gateway_message_id")
# Keys of the context by which the addon and OCA's modules steer a post.
STEERING = ("no_gateway_notification", "whatsapp_event")


class DiscussChannel(models.Model):
    _name = "discuss.channel"
    _inherit = ["discuss.channel", "whatsapp.protected"]

    _whatsapp_protected_fields = frozenset(
        (
            "gateway_message_ids",
            "lead_id",
            "whatsapp_history_ids",
            "whatsapp_history_of_id",
            "whatsapp_last_at",
            "whatsapp_last_inbound_at",
            "whatsapp_last_outbound_at",
            "whatsapp_marketing_stopped_at",
            "whatsapp_marketing_consent_at",
            "whatsapp_opted_out_at",
            "whatsapp_partner_id",
            "whatsapp_state",
            "whatsapp_unread",
            "whatsapp_user_id",
            "whatsapp_username",
        )
    )
    # These exist in other conversations, too. An archived conversation would keep the
    # customer's next message from getting a new one.
    _whatsapp_identity_fields = frozenset(
        (
            "active",
            "channel_type",
            "company_id",
            "gateway_channel_token",
            "gateway_id",
        )
    )

    def _whatsapp_protected_on_create(self, vals):
        names = super()._whatsapp_protected_on_create(vals)
        gateway = self.env["mail.gateway"].sudo().browse(vals.get("gateway_id"))
        if gateway and gateway.gateway_type != "whatsapp":
            return names
        given = self._whatsapp_identity_fields - {"active", "channel_type"}
        names |= {name for name in given if vals.get(name)}
        if vals.get("channel_type") == "gateway":
            names.add("channel_type")
        return names

    def _whatsapp_protected_on_write(self, vals):
        names = super()._whatsapp_protected_on_write(vals)
        new = self.env["mail.gateway"].sudo().browse(vals.get("gateway_id"))
        if "whatsapp" in (self.sudo().gateway_id | new).mapped("gateway_type"):
            names |= self._whatsapp_identity_fields & vals.keys()
        return names

    # --------------------------------------------------------------- sending
    def _whatsapp_is_reachable(self):
        """Return whether the user's own rights reach this conversation."""
        own = self.env(su=False)["discuss.channel"].browse(self.id)
        return own.has_access("read")

    def _whatsapp_check_reach(self):
        """Refuse to write to a customer of somebody else.

        :raise AccessError: naming the colleague, or the supervisor to be asked
        """
        self.ensure_one()
        if is_marked(self.env.context) or self._whatsapp_is_reachable():
            return
        channel = self.sudo()
        colleague = channel.lead_id.user_id
        if colleague and colleague != self.env.user:
            raise AccessError(
                self.env._(
                    "%(colleague)s is in charge of the WhatsApp conversation with"
                    " %(number)s. Ask %(colleague)s or your supervisor to hand it"
                    " over.",
                    colleague=colleague.name,
                    number=channel.whatsapp_shown_number,
                )
            )
        raise AccessError(
            self.env._(
                "There is a WhatsApp conversation with %(number)s already, and you"
                " are not in charge of it. Ask your supervisor to hand it over.",
                number=channel.whatsapp_shown_number,
            )
        )

    def _whatsapp_may_take_over(self):
        """Return whether the setting lets advisers take over conversations."""
        allowed = self.env["crm.lead"]._whatsapp_param(ALLOW_TAKEOVER, "False")
        user = self.env.user
        return allowed == "True" and user.has_group("mail_gateway.gateway_user")

    def _whatsapp_as_writer(self, kwargs):
        """Return this conversation as its user may write in it, if WhatsApp's.

        :param kwargs: arguments of ``message_post``
        :raise AccessError: when the message would not be the user's own
        """
        whatsapp = self.sudo().gateway_id.gateway_type == "whatsapp"
        user = self.env.user
        if not whatsapp or is_marked(self.env.context) or user._is_superuser():
            return self
        # Asked whatever ``sudo`` says: Discuss posts with it, and with any context.
        self._whatsapp_check_template_record()
        own = {"author_id": user.partner_id.id, "email_from": user.email_formatted}
        others = any(kwargs.get(name) not in (None, False, own[name]) for name in own)
        said = any(kwargs.get(name) for name in SAID_BY_ODOO)
        if not self.env.su and (others or said):
            raise AccessError(
                self.env._(
                    "In a WhatsApp conversation everybody writes in their own name,"
                    " and now."
                )
            )
        context = {
            key: value for key, value in self.env.context.items() if key not in STEERING
        }
        return self.with_context(context, **{OWN_CODE_KEY: OWN_CODE})

    def _whatsapp_check_template_record(self):
        """Refuse a template that tells what the user may not read.

        The context names template and record, which are read with ``sudo``.

        :raise AccessError: as Odoo says it
        """
        template_id = self.env.context.get("whatsapp_template_id")
        template = self.env["mail.whatsapp.template"].sudo().browse(template_id or [])
        own = self.env(su=False)
        if not template_id:
            return
        template.with_env(own).check_access("read")
        model = template.sudo().model
        for key in ("res_id", "default_res_id"):
            record_id = self.env.context.get(key)
            if model and record_id:
                own[model].browse(record_id).check_access("read")

    def _check_can_update_message_content(self, message):
        message._whatsapp_check_own()
        return super()._check_can_update_message_content(message)

    # --------------------------------------------------------------- members
    def _find_or_create_persona_for_channel(self, *args, **kwargs):
        """No invitation link leads into a customer's conversation."""
        channel = self.sudo()
        if channel.gateway_id.gateway_type == "whatsapp" and not channel.is_member:
            raise UserError(
                self.env._("WhatsApp conversations cannot be joined by a link.")
            )
        return super()._find_or_create_persona_for_channel(*args, **kwargs)
