"""In-app sign-ups."""

from typing import Any

import pytest

from wa_simulator.engine.accounts.signups import TOS
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Json
from wa_simulator.engine.errors import Refused

WABA = "200000000000001"
BODY = {
    "signup_message": "Reciba ofertas",
    "confirmation_message": "Gracias: {{promo_code}}",
    "privacy_policy_url": "https://a.test/privacy",
    "promo_code": "HOLA10",
}
POLICY = {"tos": TOS, "accepted": True}


def create(engine: Engine, **more: Any) -> Json:
    given = {"policy": POLICY, **BODY, **more}
    body = {key: value for key, value in given.items() if value is not None}
    return engine.signups.create(WABA, body)


def test_the_first_one_accepts_the_terms(engine: Engine) -> None:
    for policy, code in (
        (None, 2494168),
        ({"tos": TOS, "accepted": False}, 2494168),
        ({"tos": "x", "accepted": True}, 2494177),
    ):
        with pytest.raises(Refused) as raised:
            create(engine, policy=policy)
        assert raised.value.code == code
    first = create(engine)
    assert first["status"] == "ACTIVE"
    with pytest.raises(Refused) as raised:
        create(engine)
    assert raised.value.code == 2494176
    create(engine, policy=None)
    assert len(engine.signups.of(WABA)) == 2
    engine.reset()
    assert engine.signups.get(first["id"]) == first


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"signup_message": ""}, 100),
        ({"signup_message": "x" * 301}, 100),
        ({"privacy_policy_url": "ftp://x"}, 100),
        ({"promo_code": "¡10!"}, 100),
        ({"promo_code": None}, 2494167),
        ({"confirmation_message": "{{name}}"}, 2494166),
        ({"website_url": "http://a.test"}, 2494179),
    ],
)
def test_refusals(engine: Engine, more: Json, code: int) -> None:
    with pytest.raises(Refused) as raised:
        create(engine, **more)
    assert raised.value.code == code
    assert engine.signups.of(WABA) == []


def test_a_change(engine: Engine) -> None:
    made = create(engine)
    engine.signups.change(made["id"], {"status": "DISABLED", "promo_code": "CHAO"})
    found = engine.signups.get(made["id"])
    assert (found["status"], found["promo_code"]) == ("DISABLED", "CHAO")
    for body in ({"privacy_policy_url": "https://b.test"}, {"status": "GONE"}):
        with pytest.raises(Refused):
            engine.signups.change(made["id"], body)
    with pytest.raises(Refused) as raised:
        engine.signups.get("1")
    assert raised.value.code == 2494164
