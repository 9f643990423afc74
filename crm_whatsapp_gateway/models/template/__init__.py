from . import mail_whatsapp_template
from . import crm_lead
