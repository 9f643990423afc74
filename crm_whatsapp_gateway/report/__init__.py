from . import whatsapp_report
