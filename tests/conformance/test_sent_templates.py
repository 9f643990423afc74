"""What the addon sends of a template is what the simulated Meta takes.

Two readings of Meta's documentation that share no code: each kind of template is
parsed, filled and built by the addon's tools, and checked and filled in by the
simulator.
"""

from __future__ import annotations

import importlib
import sys
from itertools import product
from types import ModuleType
from typing import Any

import pytest

from tests.conformance.register import ROOT
from wa_simulator.engine.entities import Template
from wa_simulator.engine.errors import Refused
from wa_simulator.engine.templates.rendering import hydrate

PACKAGE = "addon_tools"

HEADERS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "text": {"format": "TEXT", "text": "Hola {{1}}"},
    "fixed": {"format": "TEXT", "text": "Hola"},
    "image": {"format": "IMAGE"},
    "video": {"format": "VIDEO"},
    "document": {"format": "DOCUMENT"},
    "location": {"format": "LOCATION"},
}
BODIES = {
    "fixed": "Seguimos en contacto",
    "eleven": " ".join(f"x {{{{{number}}}}}" for number in range(1, 12)) + " fin",
}
BUTTONS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "static": [
        {"type": "QUICK_REPLY", "text": "Sí"},
        {"type": "URL", "text": "Ver", "url": "https://x.co"},
        {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+573001112233"},
    ],
    "address": [
        {"type": "QUICK_REPLY", "text": "Sí"},
        {"type": "URL", "text": "Ver", "url": "https://x.co/{{1}}"},
        {"type": "URL", "text": "Más", "url": "https://y.co/{{1}}"},
    ],
    "code": [{"type": "COPY_CODE", "text": "Copiar", "example": ["A"]}],
    "flow": [{"type": "FLOW", "text": "Abrir", "flow_id": "1"}],
    "catalog": [{"type": "CATALOG", "text": "Catálogo"}],
}


def tools(name: str) -> ModuleType:
    """A module of the addon's ``tools/``, without the addon around it."""
    if PACKAGE not in sys.modules:
        package = ModuleType(PACKAGE)
        package.__path__ = [str(ROOT / "crm_whatsapp_gateway/tools")]
        sys.modules[PACKAGE] = package
    return importlib.import_module(f"{PACKAGE}.{name}")


def entry(header: str, body: str, buttons: str, *, named: bool) -> dict[str, Any]:
    """An entry of ``/message_templates``."""
    components: list[dict[str, Any]] = []
    shown = HEADERS[header]
    if shown:
        components.append({"type": "HEADER", **shown})
    components.append({"type": "BODY", "text": BODIES[body]})
    if BUTTONS[buttons]:
        components.append({"type": "BUTTONS", "buttons": BUTTONS[buttons]})
    if named:
        for component in components:
            if component["type"] != "BUTTONS" and "text" in component:
                component["text"] = component["text"].replace("{{", "{{valor_")
    return {
        "id": "1",
        "name": "prueba",
        "language": "es_CO",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": components,
    }


def template_of(data: dict[str, Any]) -> Template:
    return Template(
        id="1",
        waba_id="2",
        name="prueba",
        language="es_CO",
        category="UTILITY",
        components=data["components"],
        parameter_format=data["parameter_format"],
    )


def values_of(definition: Any) -> dict[str, str]:
    """A value for each variable, with white space that Meta would refuse."""
    special = {
        "location:latitude": "4.711",
        "location:longitude": "-74.0721",
        "button:0:code": "NAVIDAD25",
    }
    made = {
        variable.key: special.get(variable.key, f"valor\n{variable.name}     x")
        for variable in definition.variables
    }
    made |= {
        key: "COT-1" for key in made if key.startswith("button:") and key[-1] == "1"
    }
    cleaned: dict[str, str] = tools("template_rendering").clean_values(definition, made)
    return cleaned


@pytest.mark.parametrize("named", [False, True], ids=["numbers", "names"])
@pytest.mark.parametrize(
    ("header", "body", "buttons"), list(product(HEADERS, BODIES, BUTTONS))
)
def test_meta_takes_it_and_shows_the_same(
    header: str, body: str, buttons: str, *, named: bool
) -> None:
    data = entry(header, body, buttons, named=named)
    definition = tools("template_definition").parse(data)
    rendering = tools("template_rendering")
    values = values_of(definition)

    assert definition.problems == ()
    assert rendering.find_problems(definition, values) == ()
    components = tools("template_components").build_components(
        definition, values, media_id="m1", file_name="a.pdf"
    )
    shown = hydrate(template_of(data), components, 23.0)
    assert shown == rendering.render(definition, values).body
    assert "{{" not in shown


@pytest.mark.parametrize(
    ("header", "buttons", "key"),
    [
        ("text", "none", "body:3"),
        ("text", "none", "header:1"),
        ("location", "none", "location:latitude"),
        ("none", "address", "button:2:1"),
        ("none", "code", "button:0:code"),
    ],
)
def test_what_meta_refuses_for_a_blank_is_found_before(
    header: str, buttons: str, key: str
) -> None:
    data = entry(header, "eleven", buttons, named=False)
    definition = tools("template_definition").parse(data)
    values = values_of(definition) | {key: ""}

    [problem] = tools("template_rendering").find_problems(definition, values)
    assert (problem.code, problem.variable.key) == ("missing", key)
    components = tools("template_components").build_components(definition, values)
    with pytest.raises(Refused):
        hydrate(template_of(data), components, 23.0)
