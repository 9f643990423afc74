"""Fill in conversation keys and numbers, remove copies of scheduled actions."""

from odoo import SUPERUSER_ID, api

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """
        SELECT DISTINCT person FROM whatsapp_webhook_event
         WHERE state IN ('pending', 'posted') AND conversation_key = ''
           AND person <> ''
        """
    )
    for (person,) in cr.fetchall():
        cr.execute(
            """
            UPDATE whatsapp_webhook_event SET conversation_key = %s
             WHERE state IN ('pending', 'posted') AND person = %s
            """,
            (key_of(person), person),
        )
    env = api.Environment(cr, SUPERUSER_ID, {})
    copies = env["ir.model.data"].search(
        [
            ("module", "=", "crm_whatsapp_gateway"),
            ("model", "=", "ir.cron"),
            "|",
            ("name", "=like", "ir_cron_inbound__"),
            ("name", "=like", "ir_cron_outbound__"),
        ]
    )
    jobs = env["ir.cron"].browse(copies.mapped("res_id")).exists()
    actions = jobs.ir_actions_server_id
    jobs.unlink()
    actions.unlink()
    # More notations of numbers can be read now.
    env["whatsapp.number"]._rebuild()
