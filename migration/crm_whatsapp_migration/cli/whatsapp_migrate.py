"""The subcommand ``whatsapp_migrate`` of ``odoo-bin``.

18.0 imports it through the addon, 19.0 loads this file by itself: so its imports
are absolute (RULINGS 40).
"""

from odoo.cli.command import Command

from odoo.addons.crm_whatsapp_migration.terminal.main import main


class WhatsappMigrate(Command):
    """Move the WhatsApp history of crm_import_leads into conversations."""

    name = "whatsapp_migrate"

    def run(self, args):
        main(args)
