from . import whatsapp_migrate
