"""Analytics counted from what happened."""

from typing import Any

import pytest

from wa_simulator.engine import analytics
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json, Template
from wa_simulator.engine.errors import Refused
from wa_simulator.engine.templates.migration import migrate

NUMBER, WABA = "100000000000001", "200000000000001"
ANA, EVA = "573012345678", "34600111222"
DAY = 86_400


def send(engine: Engine, to: str = ANA, *, template: bool = False) -> None:
    body: Json = {"messaging_product": "whatsapp", "to": to}
    if template:
        node = {"name": "hello_world", "language": {"code": "en_US"}}
        body.update(type="template", template=node)
    else:
        body.update(type="text", text={"body": "x"})
    engine.answered(engine.accept(NUMBER, body).message)
    engine.tick()


def hello(engine: Engine) -> Template:
    found = engine.world.template_of(WABA, "hello_world", "en_US")
    assert found is not None
    return found


def span(engine: Engine, days: int = 1, granularity: str = "DAILY") -> Json:
    now = int(engine.clock.now())
    return {"start": str(now), "end": str(now + days * DAY), "granularity": granularity}


def test_prices_by_category_and_country(engine: Engine) -> None:
    asked = span(engine, 2)
    engine.set_customer(EVA, {"presence": "offline"})
    for to in (ANA, ANA, EVA):
        send(engine, to)
    engine.clock.advance(DAY)
    send(engine, template=True)
    dimensions = {"dimensions": ["PRICING_CATEGORY", "PRICING_TYPE", "COUNTRY"]}
    found = analytics.prices(engine.world, WABA, {**asked, **dimensions})
    first, second = found["data"][0]["data_points"]
    assert (first["pricing_category"], first["volume"]) == ("SERVICE", 2)
    assert first["pricing_type"] == "FREE_CUSTOMER_SERVICE"
    assert first["country"] == "CO"
    assert (second["pricing_category"], second["volume"]) == ("UTILITY", 1)
    assert second["start"] - first["start"] == DAY
    whole = analytics.prices(engine.world, WABA, {**asked, "dimensions": ["PHONE"]})
    assert whole["data"][0]["data_points"][0]["phone_number"] == "573000000001"


def test_conversations_and_messages(engine: Engine) -> None:
    asked = span(engine)
    for to in (ANA, ANA, EVA):
        send(engine, to)
    found = analytics.conversations(engine.world, WABA, asked)
    assert found["data"][0]["data_points"][0]["conversation"] >= 2
    counts = analytics.messaging(engine.world, WABA, {**asked, "granularity": "DAY"})
    (point,) = counts["data_points"]
    assert (point["sent"], point["delivered"]) == (3, 3)


def test_a_template_by_day(engine: Engine) -> None:
    asked = span(engine, 2)
    engine.set_customer(EVA, {"presence": "reads"})
    send(engine, template=True)
    send(engine, EVA, template=True)
    ids = {"template_ids": f"[{hello(engine).id}]"}
    (row,) = analytics.templates(engine.world, WABA, {**asked, **ids})
    first, second = row["data_points"]
    assert (first["sent"], first["delivered"], first["read"]) == (2, 2, 1)
    assert (second["sent"], second["read"]) == (0, 0)
    assert first["template_id"] == hello(engine).id


def test_templates_compared(engine: Engine) -> None:
    now = int(engine.clock.now())
    send(engine, template=True)
    engine.clock.advance(1)
    other = engine.world.template_of(WABA, "saludo", "es")
    assert other is not None
    asked = {
        "start": str(now + 1 - 7 * DAY), "end": str(now + 1), "template_ids": other.id,
    }  # fmt: skip
    rows = analytics.compare(engine.world, hello(engine), asked, engine.clock.now())
    sends = next(r for r in rows if r["metric"] == "MESSAGE_SENDS")["number_values"]
    assert sends == [
        {"key": hello(engine).id, "value": 1}, {"key": other.id, "value": 0},
    ]  # fmt: skip
    assert [r["type"] for r in rows] == ["RELATIVE", "NUMBER_VALUES", "STRING_VALUES"]
    with pytest.raises(Refused, match="7, 30, 60 or 90"):
        analytics.compare(
            engine.world, hello(engine), {**asked, "start": str(now)}, float(now)
        )


@pytest.mark.parametrize(
    ("count", "more"),
    [
        (analytics.prices, {"granularity": "YEARLY"}),
        (analytics.prices, {"start": "x"}),
        (analytics.prices, {"end": "1"}),
        (analytics.prices, {"end": "99999999999", "granularity": "HALF_HOUR"}),
        (analytics.prices, {"dimensions": ["MOON"]}),
        (analytics.templates, {}),
        (analytics.templates, {"template_ids": "1"}),
        (analytics.templates, {"template_ids": "1,2,3,4,5,6,7,8,9,10,11"}),
        (analytics.templates, {"template_ids": "1", "granularity": "MONTHLY"}),
    ],
)
def test_refusals(engine: Engine, count: Any, more: Json) -> None:
    with pytest.raises(Refused) as raised:
        count(engine.world, WABA, {**span(engine), **more})
    assert raised.value.code == 100


def test_copies_of_templates(engine: Engine) -> None:
    other = "200000000000002"
    engine.add_number("100000000000002", other, "573000000002", "Otro")
    mine = {t.name: t for t in engine.world.templates.values() if t.waba_id == WABA}
    del engine.world.templates[
        next(
            t.id
            for t in engine.world.templates.values()
            if (t.waba_id, t.name) == (other, "saludo")
        )
    ]
    done = migrate(engine.world, engine.ids, other, {"source_waba_id": WABA})
    assert done["migrated_templates"] == [mine["saludo"].id]
    assert "exists" in done["failed_templates"][mine["hello_world"].id]
    copy = engine.world.template_of(other, "saludo", "es")
    assert copy is not None
    assert copy.components == mine["saludo"].components
    mine["saludo"].status = "PAUSED"
    engine.world.templates.pop(copy.id)
    body = {"source_waba_id": WABA, "template_ids": [mine["saludo"].id]}
    again = migrate(engine.world, engine.ids, other, body)
    assert "PAUSED" in again["failed_templates"][mine["saludo"].id]
    for wrong in ({}, {"source_waba_id": other}, {**body, "count": 501}):
        with pytest.raises(Refused):
            migrate(engine.world, engine.ids, other, wrong)
