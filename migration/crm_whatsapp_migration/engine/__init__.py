"""The migration without Odoo: functions over a psycopg2 cursor.

Nothing here imports the ORM, so that ``plan`` runs while the addon is merely on the
path, and ``run`` writes a million rows without a record in memory.
"""
