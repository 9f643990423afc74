# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "CRM WhatsApp Gateway: Job Queue",
    "summary": "Webhook journal and outbox of WhatsApp run as jobs of OCA's queue_job, "
    "so that several Odoo nodes share them",
    "version": "18.0.1.0.0",
    "category": "Sales/CRM",
    "license": "AGPL-3",
    "author": "CRM WhatsApp Gateway contributors, Odoo Community Association (OCA)",
    "website": "https://github.com/OCA/crm",
    "depends": ["crm_whatsapp_gateway", "queue_job"],
    "data": ["data/queue_job_function_data.xml"],
    "auto_install": True,
    "installable": True,
}
