from odoo import models

GROUPS = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_"


class ResUsers(models.Model):
    _inherit = "res.users"

    def _whatsapp_sees_all(self):
        """Return whether a user reads every conversation of the companies."""
        return self.has_group(GROUPS + "director") or self.has_group(
            "base.group_system"
        )

    def _whatsapp_conversation_domain(self, company_ids=None):
        """Return the domain of the WhatsApp conversations that this user may read.

        Record rules of all that belongs to a conversation use it.

        :param company_ids: companies that are switched on; None leaves companies out
        """
        self.ensure_one()
        whatsapp = [("gateway_id.gateway_type", "=", "whatsapp")]
        domain = ["&", *whatsapp, *self._whatsapp_role_domain()]
        if company_ids is None:
            return domain
        return ["&", *domain, *self._whatsapp_company_domain(company_ids)]

    def _whatsapp_charge_domain(self, company_ids):
        """Return the domain of conversations for which a user answers.

        Who is only a member changes no other members.
        """
        self.ensure_one()
        domain = ["&", ("gateway_id.gateway_type", "=", "whatsapp")]
        domain += ["&", ("gateway_id.company_id", "in", [*company_ids, False])]
        if self._whatsapp_sees_all():
            return [*domain, (1, "=", 1)]
        mine = [("lead_id.user_id", "=", self.id)]
        return [*domain, "|", *mine, ("lead_id.team_id.user_id", "=", self.id)]

    def _whatsapp_role_domain(self):
        """Return the domain of what a user's role reaches, as one term."""
        if self._whatsapp_sees_all():
            return [(1, "=", 1)]
        allowed = [("is_member", "=", True)]
        if self.has_group("mail_gateway.gateway_user"):
            allowed += [
                ("lead_id.user_id", "=", self.id),
                ("lead_id.team_id.user_id", "=", self.id),
            ]
        if self.has_group(GROUPS + "supervisor"):
            employees = self.whatsapp_employee_ids.ids
            allowed.append(("lead_id.user_id.employee_ids", "child_of", employees))
        return ["|"] * (len(allowed) - 1) + allowed

    def _whatsapp_company_domain(self, company_ids):
        """A member keeps a conversation whatever companies are switched on."""
        return [
            "|",
            ("gateway_id.company_id", "in", [*company_ids, False]),
            "&",
            ("is_member", "=", True),
            ("gateway_id.company_id", "in", self.company_ids.ids),
        ]

    def _whatsapp_may_be_invited(self, gateway):
        """Return whether a user may become member of a gateway's conversations."""
        self.ensure_one()
        company = gateway.company_id
        return (
            self.active
            and not self.share
            and self.has_group("mail_gateway.gateway_user")
            and (not company or company in self.company_ids)
        )
