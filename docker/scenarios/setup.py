"""Makes the gateway in Odoo and subscribes its webhook, as the lab does.

Addresses come from the environment: ODOO_URL, ODOO_DB, WA_SIM_URL. May run again.
"""

import os
import sys
from dataclasses import fields

import requests

from lab import gateway
from lab.simulator import World

TIMEOUT_SECONDS = 30


def world(url: str) -> World:
    """The simulator's credentials, under the name it has in this network."""
    answer = requests.get(f"{url}/_sim/world", timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    told = {"ca": "", **answer.json(), "url": url}
    return World(**{one.name: str(told[one.name]) for one in fields(World)})


def main() -> None:
    """Connect the two and say where webhooks go."""
    simulator = world(os.environ["WA_SIM_URL"])
    made = gateway.connect(os.environ["ODOO_URL"], os.environ["ODOO_DB"], simulator)
    sys.stdout.write(f"{made['name']}: {made['callback_url']}\n")


if __name__ == "__main__":
    main()
