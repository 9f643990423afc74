"""The subcommand ``whatsapp_migrate`` of ``odoo-bin``.

18.0 imports it through the addon, 19.0 loads this file by itself: so its imports
are absolute (RULINGS 40).
"""

import sys

from odoo.cli.command import Command

import odoo.addons

try:
    from odoo.addons.crm_whatsapp_migration.terminal.main import main
except ImportError as error:
    # A foreign module of the same name stands before the one that is needed. Where
    # this file is loaded by itself, the addon's own import has said so already.
    from odoo.addons.crm_whatsapp_migration.terminal.foreign import refuse

    refuse(sys.argv, odoo.addons.__path__, error)


class WhatsappMigrate(Command):
    """Move the WhatsApp history of crm_import_leads into conversations."""

    name = "whatsapp_migrate"

    def run(self, args):
        main(args)
