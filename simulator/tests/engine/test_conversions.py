"""Conversions of click-to-WhatsApp advertisements."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json
from wa_simulator.engine.errors import Refused

WABA = "200000000000001"
ANA = "573012345678"
CLICK = "ARAkLkA8rmlFeiCktEJQ"


def event(engine: Engine, **more: Any) -> Json:
    return {
        "event_name": "LeadSubmitted",
        "event_time": int(engine.clock.now()),
        "action_source": "business_messaging",
        "messaging_channel": "whatsapp",
        "user_data": {"ctwa_clid": CLICK},
        **more,
    }


def test_events_are_kept_with_whose_click_it_was(engine: Engine) -> None:
    engine.write(ANA, {"body": "hola", "referral": {"ctwa_clid": CLICK}})
    dataset = engine.conversions.make_dataset(WABA)
    assert engine.conversions.make_dataset(WABA) == dataset
    sale = {"custom_data": {"currency": "COP", "value": 90000}}
    body = {
        "data": [
            event(engine),
            event(engine, event_name="Purchase", **sale),
            event(engine, user_data={"ctwa_clid": "another"}),
        ],
        "partner_agent": "odoo",
    }
    assert engine.conversions.report(dataset, body) == 3
    rows = engine.world.conversions
    assert [row["customer"] for row in rows] == [ANA, ANA, None]
    assert rows[1]["event"]["custom_data"] == sale["custom_data"]
    assert {row["partner_agent"] for row in rows} == {"odoo"}
    engine.reset()
    assert engine.world.conversions == []
    assert engine.conversions.dataset(WABA) == dataset


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"event_name": ""}, "event_name"),
        ({"event_time": "now"}, "event_time"),
        ({"event_time": 1}, "last 7 days"),
        ({"action_source": "website"}, "action_source"),
        ({"messaging_channel": "messenger"}, "messaging_channel"),
        ({"user_data": {}}, "ctwa_clid"),
        ({"event_name": "Purchase"}, "currency and value"),
        ({"event_name": "Purchase", "custom_data": []}, "currency and value"),
    ],
)
def test_refusals(engine: Engine, more: Json, words: str) -> None:
    dataset = engine.conversions.make_dataset(WABA)
    body = {"data": [event(engine), event(engine, **more)]}
    with pytest.raises(Refused, match=words) as raised:
        engine.conversions.report(dataset, body)
    assert raised.value.code == 100
    assert "data[1]" in str(raised.value)
    assert engine.world.conversions == []


@pytest.mark.parametrize("data", [None, [], {}, "x", ["x"]])
def test_data_is_an_array_of_events(engine: Engine, data: object) -> None:
    with pytest.raises(Refused, match="data"):
        engine.conversions.report("1", {"data": data})
