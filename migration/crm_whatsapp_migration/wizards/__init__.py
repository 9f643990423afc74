from . import whatsapp_migration_rollback
