"""What an addon can leave in a database: names of everything, by kind."""

from __future__ import annotations

from typing import Any

Schema = dict[str, frozenset[str]]

MODULE = "crm_whatsapp_gateway"
# One statement per kind; each row is one name.
QUERIES = {
    "tables": """
        SELECT relkind::text || ' ' || relname FROM pg_class
          JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = 'public' AND relkind IN ('r', 'v', 'm', 'S')""",
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type
          FROM information_schema.columns WHERE table_schema = 'public'""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text || ' ' || conname || ' '
               || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE conrelid <> 0""",
    "triggers": """
        SELECT tgrelid::regclass::text || ' ' || tgname FROM pg_trigger
         WHERE NOT tgisinternal""",
    "functions": """
        SELECT p.oid::regprocedure::text FROM pg_proc p
          JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'""",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "selections": """
        SELECT f.model || '.' || f.name || ' ' || s.value
          FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = field_id""",
    "views": "SELECT coalesce(key, '') || ' ' || model || ' ' || name FROM ir_ui_view",
    "menus": "SELECT coalesce(parent_id, 0)::text || ' ' || name::text FROM ir_ui_menu",
    "actions": "SELECT type || ' ' || name::text FROM ir_actions",
    "scheduled actions": """
        SELECT a.name::text FROM ir_cron c
          JOIN ir_act_server a ON a.id = c.ir_actions_server_id""",
    "automations": "SELECT name::text FROM base_automation",
    "parameters": "SELECT key FROM ir_config_parameter",
    "groups": "SELECT name::text FROM res_groups",
    "access": "SELECT name FROM ir_model_access",
    "rules": "SELECT name FROM ir_rule",
    "activity types": "SELECT name::text FROM mail_activity_type",
    "assets": "SELECT name || ' ' || path FROM ir_asset",
    "external ids": f"SELECT name FROM ir_model_data WHERE module = '{MODULE}'",
}


def read(connection: Any) -> Schema:
    found = {}
    with connection.cursor() as cursor:
        for kind, query in QUERIES.items():
            cursor.execute(query)
            found[kind] = frozenset(str(row[0]) for row in cursor.fetchall())
    return found
