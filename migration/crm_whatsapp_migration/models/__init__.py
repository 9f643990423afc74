from . import whatsapp_migration_run
from . import whatsapp_migration_item
from . import whatsapp_migration_effect
