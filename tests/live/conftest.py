"""Trials that want several processes of Odoo: `make up WORKERS=4`."""

from __future__ import annotations

import pytest

from tests.drivers.target import Target

WORKERS = 4


@pytest.fixture(scope="session", autouse=True)
def enough_workers(target: Target) -> None:
    """In one process nothing meets anything; elsewhere than in a lab nobody knows."""
    if target.workers is not None and target.workers < WORKERS:
        pytest.skip(
            f"este laboratorio corre con {target.workers} procesos y estas pruebas"
            f" quieren {WORKERS}: make up WORKERS={WORKERS}"
        )


@pytest.fixture(scope="session", autouse=True)
def log_start(target: Target) -> int:
    """Size of Odoo's log before this run: an earlier one's lines are not ours."""
    return target.odoo_log.stat().st_size if target.odoo_log else 0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Odoo's log is read when everything else has been written into it."""
    items.sort(key=lambda item: item.path.name == "test_odoo_log.py")
