from . import mail_gateway
from . import mail_gateway_whatsapp
from . import res_config_settings
from . import res_users
from . import ir_cron
