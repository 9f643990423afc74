"""Changes of templates, number and account that Meta tells of."""

from odoo import models

# Meta's event of a template to OCA's state. Other events change no state.
TEMPLATE_STATES = {
    "APPROVED": "approved",
    "ARCHIVED": "archived",
    "DELETED": "deleted",
    "DISABLED": "disabled",
    "IN_APPEAL": "in_appeal",
    "LIMIT_EXCEEDED": "limit_exceeded",
    "PAUSED": "paused",
    "PENDING": "pending",
    "PENDING_DELETION": "pending_deletion",
    "REINSTATED": "approved",
    "REJECTED": "rejected",
    "UNPAUSE": "approved",
}
# What an administrator need not be woken for.
QUIET_EVENTS = frozenset(
    (
        "",
        "AD_ACCOUNT_LINKED",
        "APPROVED",
        "ARCHIVED",
        "IN_APPEAL",
        "MM_LITE_TERMS_SIGNED",
        "ONBOARDING",
        "PENDING",
        "REINSTATED",
        "THROUGHPUT_UPGRADE",
        "UNFLAGGED",
        "UNLOCKED",
        "UNPAUSE",
        "UPGRADE",
        "VERIFIED_ACCOUNT",
    )
)
GOOD_QUALITY = frozenset(("", "GREEN", "UNKNOWN"))


class MailGatewayWhatsapp(models.AbstractModel):
    _inherit = "mail.gateway.whatsapp"

    def _whatsapp_account_handlers(self):
        """Fields that concern the account; see ``_whatsapp_change_handlers``."""
        return {
            "account_alerts": self._whatsapp_receive_account,
            "account_review_update": self._whatsapp_receive_account,
            "account_update": self._whatsapp_receive_account,
            "message_template_quality_update": self._whatsapp_receive_template,
            "message_template_status_update": self._whatsapp_receive_template,
            "phone_number_name_update": self._whatsapp_receive_account,
            "phone_number_quality_update": self._whatsapp_receive_account,
            "template_category_update": self._whatsapp_receive_template,
        }

    def _whatsapp_templates_of(self, gateway, event):
        """Our templates that a change is about, of every gateway of the account.

        :param event: :class:`webhook_events.AccountChange`
        """
        gateways = gateway
        if event.account_id:
            gateways |= gateway.search([("whatsapp_account_id", "=", event.account_id)])
        Template = self.env["mail.whatsapp.template"].sudo()
        own = [("gateway_id", "in", gateways.ids)]
        found = Template
        if event.template_id:
            found = Template.search([*own, ("template_uid", "=", event.template_id)])
        return found or Template.search(
            [
                *own,
                ("template_name", "=", event.template_name),
                ("language", "=", event.template_language),
            ]
        )

    def _whatsapp_receive_template(self, gateway, event):
        """State and category follow; what stops a template is told to people."""
        templates = self._whatsapp_templates_of(gateway, event)
        if event.event in TEMPLATE_STATES:
            templates.write({"state": TEMPLATE_STATES[event.event]})
        if event.category in dict(templates._fields["category"].selection):
            templates.write({"category": event.category})
        quiet = event.event in QUIET_EVENTS and event.quality in GOOD_QUALITY
        if quiet and not event.category:
            return
        what = " ".join(filter(None, [event.event, event.quality, event.category]))
        gateway._whatsapp_notify_administrators(
            lambda env: (
                env._(
                    "WhatsApp template %(name)s: %(what)s",
                    name=event.template_name,
                    what=what,
                ),
                env._(
                    "Meta changed the template. Reason: %(why)s. Messages with it may"
                    " be refused; look at it in WhatsApp Manager.",
                    why=event.reason or "-",
                ),
            )
        )

    def _whatsapp_receive_account(self, gateway, event):
        """Tell administrators what happened to account or number."""
        if event.event in QUIET_EVENTS:
            return
        gateway._whatsapp_notify_administrators(
            lambda env: (
                env._(
                    "WhatsApp account: %(event)s: %(gateway)s",
                    event=event.event,
                    gateway=gateway.name,
                ),
                env._(
                    "Meta told of a change of the account or number. Details: %(why)s."
                    " Look at it in WhatsApp Manager.",
                    why=event.reason or "-",
                ),
            )
        )
