"""Changes of templates, number and account that Meta tells of."""

from odoo import models

from ...tools.template_definition import STATES

# Meta's event of a template to OCA's state. Other events change no state.
TEMPLATE_STATES = STATES | {"UNPAUSE": "approved"}
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
            "message_template_components_update": self._whatsapp_receive_components,
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
        # Meta's samples have "en-US" here, and "en_US" everywhere else.
        language = event.template_language.replace("-", "_")
        return found or Template.search(
            [
                *own,
                ("template_name", "=", event.template_name),
                "|",
                ("language", "=", language),
                ("language_code", "=", language),
            ]
        )

    def _whatsapp_receive_components(self, gateway, event):
        """A template was edited at Meta: it is read again, outside this transaction.

        The event has texts only, and not those of every part.
        """
        templates = self._whatsapp_templates_of(gateway, event)
        templates.filtered("template_uid")._whatsapp_schedule_refresh()

    def _whatsapp_receive_template(self, gateway, event):
        """State, category and quality follow; what stops a template is told to
        people.
        """
        templates = self._whatsapp_templates_of(gateway, event)
        if event.event in TEMPLATE_STATES:
            is_rejected = event.event == "REJECTED"
            templates.write(
                {
                    "state": TEMPLATE_STATES[event.event],
                    "rejection_reason": event.reason if is_rejected else False,
                }
            )
        if event.event == "APPROVED" and not templates:
            # Made in WhatsApp Manager: the list is read again.
            gateway.whatsapp_templates_synced_at = False
            gateway._whatsapp_trigger_template_sync()
        if event.category in dict(templates._fields["category"].selection):
            templates.write({"category": event.category})
        if event.quality.lower() in dict(templates._fields["quality"].selection):
            templates.write({"quality": event.quality.lower()})
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
