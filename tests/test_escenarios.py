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
)


@pytest.fixture(autouse=True)
def holds_in_this_mode(request: pytest.FixtureRequest, office: Office) -> None:
    """Some scenarios are about working in the background; each says why."""
    reason = modes.reason_against(
        scenario_wrapper_template_registry[request.function],
        office.administrator.modes(),
    )
    if reason:
        pytest.skip(reason)
