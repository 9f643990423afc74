"""How fast the migration is, beside what it could be compared with.

`make bench-migration ROWS=1000000`. Nothing here fails by time: a machine is slow or
busy for reasons of its own. It fails when what was migrated is wrong.
"""
