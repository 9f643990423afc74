from . import whatsapp_gateway
from . import whatsapp_template
from . import whatsapp_message
from . import crm_lead
from . import hr_employee
from . import res_users
