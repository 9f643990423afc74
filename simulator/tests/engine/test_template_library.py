"""Templates out of Meta's library: the simulator has a small one of its own."""

import json
from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import Refused, Unsupported
from wa_simulator.engine.templates.library import LIBRARY

WABA = "200000000000001"
INPUTS = [
    {
        "type": "URL",
        "url": {
            "base_url": "https://tienda.example/pedidos/{{1}}",
            "url_suffix_example": "https://tienda.example/pedidos/17",
        },
    }
]


def create(engine: Engine, name: str = "order_delivered_sim", **more: Any) -> Any:
    body = {
        "name": "entregado",
        "language": "es",
        "category": "UTILITY",
        "library_template_name": name,
        **more,
    }
    made = engine.management.templates.create(WABA, body)
    engine.tick()
    return engine.management.templates.get(made["id"])


def test_it_is_created_without_components(engine: Engine) -> None:
    template = create(engine, library_template_button_inputs=INPUTS)
    assert template.status == "APPROVED"
    parts = {part["type"]: part for part in template.components}
    assert parts["BODY"]["text"] == LIBRARY["order_delivered_sim"].bodies["es"]
    assert parts["BUTTONS"]["buttons"][0]["url"] == INPUTS[0]["url"]["base_url"]
    state = engine.management.templates.state(template)
    assert state.extras["library_template_name"] == "order_delivered_sim"


def test_inputs_may_be_written_as_text(engine: Engine) -> None:
    template = create(engine, library_template_button_inputs=json.dumps(INPUTS))
    assert template.components[-1]["type"] == "BUTTONS"


@pytest.mark.parametrize("inputs", [None, [], "[", [{"type": "PHONE_NUMBER"}], [7]])
def test_buttons_want_their_inputs(engine: Engine, inputs: Any) -> None:
    with pytest.raises(Refused, match="library_template_button_inputs"):
        create(engine, library_template_button_inputs=inputs)


def test_another_category_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused, match="category"):
        create(engine, category="MARKETING", library_template_button_inputs=INPUTS)


def test_a_template_that_this_library_has_not_is_not_simulated(engine: Engine) -> None:
    with pytest.raises(Unsupported, match=r"order_delivered_sim"):
        create(engine, "fraud_alert_17")


def test_a_language_that_this_library_has_not(engine: Engine) -> None:
    with pytest.raises(Unsupported, match="en_US, es"):
        create(engine, language="de", library_template_button_inputs=INPUTS)


@pytest.mark.parametrize("name", sorted(LIBRARY))
@pytest.mark.parametrize("language", ["en_US", "es"])
def test_each_passes_the_checks_of_a_template(
    engine: Engine, name: str, language: str
) -> None:
    entry = LIBRARY[name]
    inputs = INPUTS if entry.buttons else None
    template = create(
        engine,
        name,
        language=language,
        category=entry.category,
        library_template_button_inputs=inputs,
    )
    assert template.status == "APPROVED"
