"""Changes of templates, number and account that Meta tells of."""

from odoo import models

from ...tools.events import only_value

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

    def _whatsapp_templates_of(self, gateway, account_id, value):
        """Our templates that a change is about, of every gateway of the account."""
        gateways = gateway
        if account_id:
            gateways |= gateway.search([("whatsapp_account_id", "=", account_id)])
        Template = self.env["mail.whatsapp.template"].sudo()
        own = [("gateway_id", "in", gateways.ids)]
        uid = str(value.get("message_template_id") or "")
        found = Template.search([*own, ("template_uid", "=", uid)]) if uid else Template
        return found or Template.search(
            [
                *own,
                ("template_name", "=", value.get("message_template_name") or ""),
                ("language", "=", value.get("message_template_language") or ""),
            ]
        )

    def _whatsapp_receive_template(self, gateway, body):
        """State and category follow; what stops a template is told to people."""
        value = only_value(body)
        templates = self._whatsapp_templates_of(
            gateway, str(body["entry"][0].get("id") or ""), value
        )
        event = str(value.get("event") or "").upper()
        quality = str(value.get("new_quality_score") or "").upper()
        category = str(value.get("new_category") or "").lower()
        if event in TEMPLATE_STATES:
            templates.write({"state": TEMPLATE_STATES[event]})
        if category in dict(templates._fields["category"].selection):
            templates.write({"category": category})
        if event in QUIET_EVENTS and quality in GOOD_QUALITY and not category:
            return
        name = str(value.get("message_template_name") or "")
        what = " ".join(filter(None, [event, quality, category]))
        reason = self._whatsapp_reason(value)
        gateway._whatsapp_notify_administrators(
            lambda env: (
                env._("WhatsApp template %(name)s: %(what)s", name=name, what=what),
                env._(
                    "Meta changed the template. Reason: %(why)s. Messages with it may"
                    " be refused; look at it in WhatsApp Manager.",
                    why=reason or "-",
                ),
            )
        )

    def _whatsapp_receive_account(self, gateway, body):
        """Tell administrators what happened to account or number."""
        value = only_value(body)
        alert = value.get("alert_info") or {}
        event = str(
            value.get("event")
            or value.get("decision")
            or alert.get("alert_type")
            or value.get("alert_type")
            or ""
        ).upper()
        if event in QUIET_EVENTS:
            return
        reason = self._whatsapp_reason(value)
        gateway._whatsapp_notify_administrators(
            lambda env: (
                env._(
                    "WhatsApp account: %(event)s: %(gateway)s",
                    event=event,
                    gateway=gateway.name,
                ),
                env._(
                    "Meta told of a change of the account or number. Details: %(why)s."
                    " Look at it in WhatsApp Manager.",
                    why=reason or "-",
                ),
            )
        )

    def _whatsapp_reason(self, value):
        """Meta's own words about a change, from wherever it puts them."""
        alert, other = value.get("alert_info") or {}, value.get("other_info") or {}
        rejection, ban = value.get("rejection_info") or {}, value.get("ban_info") or {}
        words = (
            value.get("reason") if value.get("reason") != "NONE" else "",
            rejection.get("reason"),
            rejection.get("recommendation"),
            other.get("title"),
            other.get("description"),
            alert.get("alert_description") or value.get("alert_description"),
            ban.get("waba_ban_state"),
            value.get("current_limit"),
            value.get("rejection_reason"),
        )
        return "; ".join(dict.fromkeys(str(word) for word in words if word))
