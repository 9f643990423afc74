# A stand-in for the module that the migration leaves behind: its tables, fields and
# groups, none of its code. Never shipped; tests/migration/legacy.py stages it.
{
    "name": "CRM Import Leads (stand-in)",
    "version": "18.0.1.0.0",
    "license": "AGPL-3",
    "author": "tests",
    "depends": ["crm", "hr", "mail"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "data/whatsapp_gateway_data.xml",
        "data/whatsapp_template_data.xml",
        "views/whatsapp_views.xml",
    ],
    "installable": True,
}
