"""The advertisement that brought a lead (Meta, "Click to WhatsApp ads")."""

from urllib.parse import parse_qs, urlsplit

from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    whatsapp_ad_headline = fields.Char(string="Advertisement", readonly=True)
    whatsapp_ad_url = fields.Char(string="Link of the Advertisement", readonly=True)
    whatsapp_ad_id = fields.Char(string="Advertisement Id", readonly=True)
    whatsapp_ctwa_clid = fields.Char(
        string="Click Id",
        readonly=True,
        help="ctwa_clid, which tells Meta which click this lead came from.",
    )

    def _whatsapp_keep_referral(self, referral):
        """Keep the first advertisement; campaign and medium where they have names.

        :param referral: Meta's ``referral`` of a message
        """
        for lead in self.sudo().filtered(lambda one: not one._whatsapp_has_referral()):
            url = str(referral.get("source_url") or "")
            vals = {
                "whatsapp_ad_headline": referral.get("headline"),
                "whatsapp_ad_url": url,
                "whatsapp_ad_id": referral.get("source_id"),
                "whatsapp_ctwa_clid": referral.get("ctwa_clid"),
            }
            told = self._whatsapp_utm_of(url)
            names = (told.get("utm_campaign"), referral.get("headline"))
            campaign = self._whatsapp_utm(
                "utm.campaign", (*names, referral.get("source_id"))
            )
            medium = self._whatsapp_utm(
                "utm.medium", (told.get("utm_medium"), referral.get("source_type"))
            )
            if campaign and not lead.campaign_id:
                vals["campaign_id"] = campaign.id
            if medium and not lead.medium_id:
                vals["medium_id"] = medium.id
            lead.write(vals)

    def _whatsapp_has_referral(self):
        return bool(
            self.whatsapp_ctwa_clid or self.whatsapp_ad_id or self.whatsapp_ad_headline
        )

    def _whatsapp_utm_of(self, url):
        try:
            query = parse_qs(urlsplit(url).query)
        except ValueError:
            return {}
        return {name: values[0] for name, values in query.items()}

    def _whatsapp_utm(self, model, names):
        """Record of a utm model with one of these names; none is made."""
        Model = self.env[model].sudo()
        for name in filter(None, names):
            found = Model.search([("name", "=ilike", self._like(name))], limit=1)
            if found:
                return found
        return Model

    def _like(self, name):
        for char in "\\%_":
            name = name.replace(char, f"\\{char}")
        return name
