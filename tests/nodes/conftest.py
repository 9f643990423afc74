"""Two Odoo servers on one database: `python3 -m lab test nodes nodes-queue-job`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.nodes.nodes import Nodes


@pytest.fixture(scope="session")
def state() -> dict[str, Any]:
    """The lab's `state.json`; only a lab's own servers may be ended."""
    path = os.environ.get("LAB_STATE")
    if not path:
        pytest.fail("hace falta un laboratorio: python3 -m lab test nodes")
    found: dict[str, Any] = json.loads(Path(path).read_text())
    return found


@pytest.fixture(scope="session")
def nodes(state: dict[str, Any]) -> Nodes:
    """The servers of the lab, all of them alive."""
    if len(state["nodes"]) < 2:
        pytest.fail("este laboratorio tiene un solo nodo: python3 -m lab test nodes")
    return Nodes(state)
