"""``python -m wa_simulator.cli``."""

import sys

from . import main

sys.exit(main())
