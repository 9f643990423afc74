"""Prints what lab/seed.py has to make, for `odoo shell` in the image of Odoo 18.0.

The image has no place for the lab's own environment: standard library only.
"""

import dataclasses
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from lab import people, series

sys.stdout.write(
    json.dumps(
        {
            "company": people.COMPANY,
            "language": people.LANGUAGE,
            "time_zone": people.TIME_ZONE,
            "groups_field": series.SERIES["18.0"].groups_field,
            "people": [dataclasses.asdict(one) for one in people.PEOPLE],
        },
        ensure_ascii=False,
    )
)
