"""Every scenario beside the test plan, on a real Odoo and the fake Meta."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios
from pytest_bdd.scenario import scenario_wrapper_template_registry

from tests.drivers.office import Office
from tests.features import modes

scenarios(
    "features/entrada.feature",
    "features/personas.feature",
    "features/asignacion.feature",
    "features/permisos.feature",
    "features/envio.feature",
    "features/caidas.feature",
    "features/migracion.feature",
)


@pytest.fixture(autouse=True)
def holds_here(request: pytest.FixtureRequest, office: Office) -> None:
    """Some scenarios are about working in the background, or need a lab's innards;
    each says why."""
    scenario = scenario_wrapper_template_registry[request.function]
    reason = modes.reason_against(
        scenario, office.administrator.modes()
    ) or modes.reason_elsewhere(scenario, in_lab=office.target.is_lab)
    if reason:
        pytest.skip(reason)
