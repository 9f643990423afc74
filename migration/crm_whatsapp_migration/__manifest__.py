# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "CRM WhatsApp Migration",
    "summary": "Moves the WhatsApp history of crm_import_leads into conversations: "
    "planned, silent, resumable, checked, reversible",
    "version": "18.0.1.0.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "CRM WhatsApp Gateway contributors, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/crm",
    "depends": ["crm_whatsapp_gateway"],
    "external_dependencies": {"python": ["phonenumbers"]},
    "data": [
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/whatsapp_migration_item_views.xml",
        "wizards/whatsapp_migration_rollback.xml",
        "views/whatsapp_migration_run_templates.xml",
        "views/whatsapp_migration_run_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "crm_whatsapp_migration/static/src/**/*",
        ],
    },
    "installable": True,
}
