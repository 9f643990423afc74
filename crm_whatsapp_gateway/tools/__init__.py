"""Pure Python: nothing in here knows Odoo, so it is tested without it."""
