from . import whatsapp_composer
from . import whatsapp_composer_value
from . import whatsapp_role_proposal
from . import whatsapp_role_proposal_line
