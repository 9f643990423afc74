from . import mail_whatsapp_template
from . import mail_whatsapp_template_button
from . import mail_whatsapp_template_variable
from . import mail_gateway
from . import crm_lead
from . import ir_actions_server
