import base64

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

MODULE = "crm_whatsapp_gateway"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """A18: what Odoo itself lists as messages of this module is all in Spanish."""

    def test_spanish_has_every_message_that_odoo_exports(self):
        module = self.env.ref(f"base.module_{MODULE}")
        wizard = self.env["base.language.export"].create(
            {"lang": "__new__", "format": "po", "modules": [(6, 0, module.ids)]}
        )
        wizard.act_getfile()
        exported = polib.pofile(base64.b64decode(wizard.data).decode())
        spanish = polib.pofile(file_path(f"{MODULE}/i18n/es.po"))
        known = {
            (entry.msgid, place)
            for entry in spanish.translated_entries()
            for place in self._places(entry)
        }
        missing = [
            (entry.msgid, place)
            for entry in exported
            for place in self._places(entry)
            if (entry.msgid, place) not in known
        ]
        self.assertFalse(missing, "python3 -m lab messages; then translate es.po")

    def _places(self, entry):
        """Where a message stands: a model's term is only loaded by its place."""
        places = [place for place, _line in entry.occurrences]
        return [place for place in places if place.startswith("model")] or ["code"]
