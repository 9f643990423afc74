"""Makes the gateway in Odoo and subscribes its webhook, as the lab does.

Addresses come from the environment: ODOO_URL, ODOO_DB, WA_SIM_URL. May run again.
"""

import os
import sys

from lab import gateway

made = gateway.connect(
    os.environ["ODOO_URL"], os.environ["ODOO_DB"], os.environ["WA_SIM_URL"]
)
sys.stdout.write(f"{made['name']}: {made['callback_url']}\n")
