from . import whatsapp_message_queue
from . import whatsapp_message_queue_attempt
from . import mail_gateway_whatsapp
from . import mail_gateway
from . import discuss_channel
from . import mail_message
from . import mail_notification
from . import crm_lead
