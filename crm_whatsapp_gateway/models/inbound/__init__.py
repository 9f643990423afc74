from . import mail_gateway_abstract
from . import mail_gateway_whatsapp
from . import discuss_channel
from . import mail_message
from . import whatsapp_media
