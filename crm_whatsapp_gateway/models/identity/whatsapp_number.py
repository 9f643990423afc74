from odoo import api, fields, models
from odoo.tools import SQL

from ...compat import number_fields
from ...processing.transaction_cache import TransactionCache, search_once
from ...tools.phone import find_numbers, key_of


class WhatsappNumber(models.Model):
    """Numbers of leads and partners in one comparable form.

    ``phone_sanitized`` holds one number only, is empty for a national number
    without country, and has no index on partners.
    """

    _name = "whatsapp.number"
    _description = "Telephone Number of a Lead or Contact"
    _rec_name = "number"

    number = fields.Char(
        required=True,
        index=True,
        help="E.164 digits without plus, national variants folded.",
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _concerns(self, vals):
        """Tell whether writing ``vals`` may change numbers or their reading."""
        return not self._watched().isdisjoint(vals)

    @api.model
    def _watched(self):
        return {
            *number_fields(self.env["crm.lead"]),
            *number_fields(self.env["res.partner"]),
            "country_id",
            "company_id",
            "partner_id",
        }

    @api.model
    def _refresh(self, records, new=False):
        """Index the numbers of leads or contacts anew, in two statements.

        :param new: the records have just been made, nothing is indexed yet
        """
        if not records:
            return
        if records._name == "res.partner":
            TransactionCache(self.env, self._search_partners.__name__).invalidate()
        column = SQL.identifier(
            "lead_id" if records._name == "crm.lead" else "partner_id"
        )
        rows = self._rows_of(records.sudo())
        if not new:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM whatsapp_number WHERE %s IN %s",
                    column,
                    tuple(records.ids),
                )
            )
        if rows:
            ids, numbers = (list(part) for part in zip(*rows, strict=True))
            self.env.cr.execute(
                SQL(
                    "INSERT INTO whatsapp_number (%s, number)"
                    " SELECT * FROM unnest(%s, %s)",
                    column,
                    ids,
                    numbers,
                )
            )
        if rows or not new:
            self.invalidate_model()

    @api.model
    def _rows_of(self, records):
        """``(id, key)`` for every number in the number fields of ``records``."""
        names = number_fields(records)
        countries = self._countries()
        rows = []
        for record in records:
            written = [record[name] for name in names if record[name]]
            if not written:
                continue
            company = record.company_id or self.env.company
            tried = [record.country_id.code, *countries[company.id]]
            found = (number for text in written for number in find_numbers(text, tried))
            keys = dict.fromkeys(key_of(number) for number in found)
            rows += [(record.id, key) for key in keys]
        return rows

    @api.model
    def _countries(self):
        """Per company: ISO codes in which a number without prefix is read.

        A gateway's country first, since that is where its customers write from.
        """
        setting = self.env["mail.gateway"]._whatsapp_country_of_settings()
        gateways = (
            self.env["mail.gateway"]
            .sudo()
            .search(
                [
                    ("gateway_type", "=", "whatsapp"),
                    ("whatsapp_country_id", "!=", False),
                ]
            )
        )
        return {
            company.id: [
                country.code
                for country in gateways.filtered(
                    lambda gateway, company=company: (
                        gateway.company_id in (company, company.browse())
                    )
                ).whatsapp_country_id
                + company.country_id
                + setting
            ]
            for company in self.env["res.company"].sudo().search([])
        }

    @api.model
    def _partner_of(self, person, company):
        """Contact with the number of ``person``, the oldest where several share it.

        :param person: wa_id; a business-scoped id has no number
        """
        return self._partners_of(person, company)[:1]

    @api.model
    def _partners_of(self, person, company):
        """Every contact with the number of ``person``, oldest first."""
        if not (person or "").isdigit():
            return self.env["res.partner"]
        return search_once(
            self.env["res.partner"],
            (key_of(person), company),
            self._search_partners,
        )

    @api.model
    def _search_partners(self, asked):
        key, company = asked
        numbers = self.sudo().search(
            [
                ("number", "=", key),
                ("partner_id.active", "=", True),
                ("partner_id.company_id", "in", [False, company.id]),
            ],
            order="partner_id",
        )
        partners = numbers.partner_id.sorted("id")
        # Whoever writes a customer's number on his own contact is no customer.
        return partners - partners._whatsapp_of_colleagues()

    @api.model
    def _rebuild(self, batch=5000):
        """Index every lead and contact that has a number, on install."""
        for model in ("res.partner", "crm.lead"):
            Model = self.env[model].sudo().with_context(active_test=False)
            names = number_fields(Model)
            domain = ["|"] * (len(names) - 1) + [(name, "!=", False) for name in names]
            last = 0
            while True:
                records = Model.search(
                    [("id", ">", last), *domain], limit=batch, order="id"
                )
                if not records:
                    break
                last = records[-1].id
                self._refresh(records)
                records.invalidate_recordset()
