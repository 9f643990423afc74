"""Right of erasure (Ley 1581): what the old tables and the runs know of a person."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from ..engine.options import DEFAULT_COUNTRY
from ..engine.phones import NumberReader


class WhatsappErasePerson(models.TransientModel):
    _inherit = "whatsapp.erase.person"

    def _erase_traces(self, channels):
        # Read now: the numbers go with the conversations.
        keys = {key_of(one) for one in self._ids_of(channels) if one.isdigit()}
        result = super()._erase_traces(channels)
        self.env["whatsapp.migration.run"].sudo()._erase_people(keys)
        return result


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    def _erase_people(self, keys):
        """Empty the old rows of these people, and forget their numbers.

        :param keys: of ``tools/phone.py``, one for each person
        """
        phones = self._phones_of(keys)
        Item = self.env["whatsapp.migration.item"]
        if phones and Item._has_table("whatsapp_message"):
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE whatsapp_message
                       SET name = '', message = '', phone = '', error_message = NULL
                     WHERE phone IN %s RETURNING id
                    """,
                    tuple(phones),
                )
            )
            ids = [row[0] for row in self.env.cr.fetchall()]
            rows = Item.search(
                [("source_table", "=", "whatsapp_message"), ("source_id", "in", ids)]
            )
            rows.write({"correct_phone": False, "note": False})
        for run in self.search([]):
            run._forget_numbers(phones, keys)

    def _phones_of(self, keys):
        """Texts of the old tables that mean one of these people."""
        if not keys or not self.env["whatsapp.migration.item"]._has_table(
            "whatsapp_message"
        ):
            return []
        reader = NumberReader(self.env.company.country_id.code or DEFAULT_COUNTRY)
        self.env.cr.execute("SELECT DISTINCT phone FROM whatsapp_message")
        found = [row[0] for row in self.env.cr.fetchall() if row[0]]
        return [phone for phone in found if reader.read(phone).key in keys]

    def _forget_numbers(self, phones, keys):
        """Samples of a plan are of no use afterwards; answers are, but for theirs."""
        self.ensure_one()
        plan = dict(self.plan or {})
        for level in ("blockers", "warnings", "notes"):
            if level in plan:
                plan[level] = [dict(found, samples=[]) for found in plan[level]]
        decisions = dict(self.decisions or {})
        kept = decisions.get("phones") or {}
        decisions["phones"] = {
            old: new
            for old, new in kept.items()
            if old not in phones and key_of(new.lstrip("+")) not in keys
        }
        self.write({"plan": plan or False, "decisions": decisions})
