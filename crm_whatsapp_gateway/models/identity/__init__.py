from . import discuss_channel
from . import mail_gateway
from . import mail_gateway_whatsapp
from . import whatsapp_number
from . import whatsapp_erase
from . import res_partner
from . import res_partner_gateway_channel
from . import crm_lead
