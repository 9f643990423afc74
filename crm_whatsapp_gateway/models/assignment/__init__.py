from . import crm_lead
from . import whatsapp_assignment_turn
from . import whatsapp_assignment_log
from . import hr_employee
