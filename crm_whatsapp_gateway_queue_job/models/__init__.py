from . import whatsapp_webhook_event
from . import whatsapp_message_queue
