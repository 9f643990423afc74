"""Trials that want several processes of Odoo: `make up WORKERS=4`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.drivers.target import Target
from tests.live.workers import Workers

WORKERS = 4


@pytest.fixture(scope="session", autouse=True)
def enough_workers(target: Target) -> None:
    """In one process nothing meets anything; elsewhere than in a lab nobody knows."""
    if target.workers is not None and target.workers < WORKERS:
        pytest.skip(
            f"este laboratorio corre con {target.workers} procesos y estas pruebas"
            f" quieren {WORKERS}: make up WORKERS={WORKERS}"
        )


@pytest.fixture(scope="session")
def workers() -> Workers:
    """Only a lab's own processes may be ended."""
    path = os.environ.get("LAB_STATE")
    if not path:
        pytest.skip("los procesos de un Odoo ajeno no se tocan")
    return Workers(json.loads(Path(path).read_text()))
