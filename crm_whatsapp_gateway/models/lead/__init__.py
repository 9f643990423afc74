from . import crm_lead
from . import utm_source
from . import base_automation
