"""Templates from creation to deletion, and what is sent with them meanwhile."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Message, Template
from wa_simulator.engine.errors import BadRequest, Refused

NUMBER = "100000000000001"
WABA = "200000000000001"
ANA = "573012345678"
HOUR = 3600
DAY = 24 * HOUR
STATUS = "message_template_status_update"


def draft(name: str = "aviso", language: str = "es", **more: Any) -> dict[str, Any]:
    component = {"type": "BODY", "text": "Su pedido está listo."}
    return {
        "name": name,
        "language": language,
        "category": "UTILITY",
        "components": [component],
        **more,
    }


def create(engine: Engine, *args: Any, **more: Any) -> Template:
    made = engine.management.templates.create(WABA, draft(*args, **more))
    return engine.world.templates[made["id"]]


def events(engine: Engine) -> list[tuple[str, str, Any]]:
    """Field, event or score, title of the webhooks that wait."""
    engine.tick()
    found = []
    for item in engine.drain():
        value = item.value
        event = value.get("event") or value.get("new_quality_score", "")
        title = (value.get("other_info") or {}).get("title")
        found.append((item.field, event or value.get("status", ""), title))
    return found


def send(engine: Engine, name: str = "aviso", language: str = "es") -> Message:
    node = {"name": name, "language": {"code": language}}
    body = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "template",
        "template": node,
    }
    accepted = engine.accept(NUMBER, body)
    engine.answered(accepted.message)
    engine.tick()
    return accepted.message


def refusal(engine: Engine, *args: str) -> int:
    with pytest.raises(Refused) as caught:
        send(engine, *args)
    return caught.value.code


def test_from_pending_to_approved(engine: Engine) -> None:
    made = engine.management.templates.create(WABA, draft())
    assert made == {"id": made["id"], "status": "PENDING", "category": "UTILITY"}
    assert refusal(engine) == 132001
    assert events(engine) == [(STATUS, "APPROVED", None)]
    assert send(engine).status == "delivered"


def test_the_webhook_of_an_approval(engine: Engine) -> None:
    template = create(engine)
    engine.tick()
    (item,) = engine.drain()
    assert item.waba_id == WABA
    assert item.value == {
        "event": "APPROVED",
        "message_template_id": int(template.id),
        "message_template_name": "aviso",
        "message_template_language": "es",
        "reason": "NONE",
        "message_template_category": "UTILITY",
    }


@pytest.mark.parametrize(
    ("review", "name", "status"),
    [
        ("approve", "aviso", "APPROVED"),
        ("reject", "aviso", "REJECTED"),
        ("manual", "aviso", "PENDING"),
        ("approve", "sim_reject_a", "REJECTED"),
        ("approve", "sim_pending_a", "PENDING"),
    ],
)
def test_review_by_rule(engine: Engine, review: str, name: str, status: str) -> None:
    engine.settings.update({"template_review": review, "template_review_delay": 60})
    template = create(engine, name)
    engine.clock.advance(59)
    engine.tick()
    assert template.status == "PENDING"
    engine.clock.advance(1)
    engine.tick()
    assert template.status == status


def test_a_review_by_hand_makes_the_planned_one_void(engine: Engine) -> None:
    engine.settings.update({"template_review_delay": 60})
    template = create(engine)
    engine.management.templates.happen(template.id, "REJECTED", "SCAM")
    engine.clock.advance(61)
    assert events(engine) == [(STATUS, "REJECTED", None)]
    assert engine.management.templates.state(template).rejected_reason == "SCAM"


@pytest.mark.parametrize(
    ("event", "reason", "words"),
    [("APROVED", None, "nearest 'APPROVED'"), ("REJECTED", "SPAM", "SCAM")],
)
def test_bad_reviews(
    engine: Engine, event: str, reason: str | None, words: str
) -> None:
    template = create(engine)
    with pytest.raises(BadRequest) as caught:
        engine.management.templates.happen(template.id, event, reason)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("REJECTED", 132001), ("PENDING", 132001), ("IN_APPEAL", 132001),
        ("PAUSED", 132015), ("DISABLED", 132016), ("LOCKED", 132001),
    ],
)  # fmt: skip
def test_what_cannot_be_sent(engine: Engine, event: str, code: int) -> None:
    template = create(engine)
    engine.tick()
    engine.management.templates.happen(template.id, event)
    assert refusal(engine) == code


def test_pauses_last_three_hours_then_six_then_disable(engine: Engine) -> None:
    desk = engine.management.templates
    template = create(engine)
    events(engine)
    for hours, title in ((3, "FIRST_PAUSE"), (6, "SECOND_PAUSE")):
        desk.happen(template.id, "PAUSED")
        assert events(engine) == [(STATUS, "PAUSED", title)]
        engine.clock.advance(hours * HOUR - 1)
        assert events(engine) == []
        assert template.status == "PAUSED"
        engine.clock.advance(1)
        assert events(engine) == [(STATUS, "APPROVED", "UNPAUSE")]
        assert template.status == "APPROVED"
    desk.happen(template.id, "PAUSED")
    assert events(engine) == [(STATUS, "DISABLED", "DISABLED")]
    assert template.status == "DISABLED"


def test_a_pause_survives_a_reset_of_the_traffic(engine: Engine) -> None:
    template = create(engine)
    engine.tick()
    engine.management.templates.happen(template.id, "PAUSED")
    engine.clock.advance(HOUR)
    engine.reset()
    engine.clock.advance(2 * HOUR)
    engine.tick()
    assert engine.world.templates[template.id].status == "APPROVED"


def test_unpause_by_the_business(engine: Engine) -> None:
    template = create(engine)
    engine.tick()
    desk = engine.management.templates
    with pytest.raises(Refused, match="APPROVED, not PAUSED"):
        desk.unpause(template.id)
    desk.happen(template.id, "PAUSED")
    desk.unpause(template.id)
    assert template.status == "APPROVED"


def test_languages_are_reviewed_apart(engine: Engine) -> None:
    create(engine, language="es")
    engine.tick()
    engine.settings.update({"template_review": "manual"})
    create(engine, language="en_US")
    assert send(engine, "aviso", "es").status == "delivered"
    assert refusal(engine, "aviso", "en_US") == 132001
    with pytest.raises(Refused) as caught:
        create(engine, language="es")
    assert caught.value.subcode == 2388024


def edit(engine: Engine, template: Template, **body: Any) -> None:
    engine.management.templates.edit(template.id, body)
    engine.tick()


def test_edits(engine: Engine) -> None:
    template = create(engine)
    engine.tick()
    words = [{"type": "BODY", "text": "Su pedido va en camino."}]
    edit(engine, template, components=words)
    assert template.status == "APPROVED"
    assert send(engine).text == "Su pedido va en camino."
    with pytest.raises(Refused, match="Invalid parameter") as caught:
        edit(engine, template, category="MARKETING")
    assert caught.value.subcode == 2388039
    engine.management.templates.happen(template.id, "REJECTED")
    edit(engine, template, category="MARKETING")
    assert template.category == "MARKETING"
    with pytest.raises(Refused, match="components is required"):
        edit(engine, template, name="otro")
    engine.management.templates.happen(template.id, "DISABLED")
    with pytest.raises(Refused) as caught:
        edit(engine, template, components=words)
    assert "DISABLED" in str(caught.value.user)


def test_an_edited_template_is_reviewed_again(engine: Engine) -> None:
    template = create(engine)
    engine.tick()
    engine.settings.update({"template_review": "manual"})
    edit(engine, template, components=[{"type": "BODY", "text": "Otra cosa."}])
    assert template.status == "PENDING"
    assert refusal(engine) == 132001


def test_bounds_only_when_asked_for(engine: Engine) -> None:
    words = [{"type": "BODY", "text": "Su pedido va en camino."}]
    template = create(engine)
    engine.tick()
    for _ in range(2):
        edit(engine, template, components=words)
    engine.settings.update({"template_limits": True})
    edit(engine, template, components=words)
    with pytest.raises(Refused) as caught:
        edit(engine, template, components=words)
    assert "once in 24 hours" in str(caught.value.user)
    for day in range(9):
        engine.clock.advance(DAY)
        edit(engine, template, components=words)
        assert day < 9
    engine.clock.advance(DAY)
    with pytest.raises(Refused, match="Invalid parameter"):
        edit(engine, template, components=words)
    engine.management.templates.delete(WABA, "aviso", None)
    with pytest.raises(Refused) as caught:
        create(engine)
    assert caught.value.subcode == 2388023
    engine.clock.advance(30 * DAY)
    assert create(engine)


def test_a_hundred_an_hour_and_250_in_all(engine: Engine) -> None:
    engine.settings.update({"template_limits": True})
    for n in range(100):
        create(engine, f"aviso_{n}")
    with pytest.raises(Refused) as caught:
        create(engine)
    assert caught.value.code == 80007
    engine.clock.advance(HOUR + 1)
    for n in range(100, 200):
        create(engine, f"aviso_{n}")
    engine.clock.advance(HOUR + 1)
    for n in range(200, 248):
        create(engine, f"aviso_{n}")
    with pytest.raises(Refused) as caught:
        create(engine)
    assert caught.value.subcode == 2388019


def test_deletion(engine: Engine) -> None:
    desk = engine.management.templates
    spanish, english = create(engine), create(engine, language="en_US")
    create(engine, "otro")
    events(engine)
    desk.delete(WABA, "aviso", spanish.id)
    assert events(engine) == [(STATUS, "DELETED", None)]
    assert english.id in engine.world.templates
    assert spanish.id not in engine.world.templates
    desk.delete(WABA, "aviso", None)
    assert refusal(engine, "aviso", "en_US") == 132001
    with pytest.raises(Refused) as caught:
        desk.delete(WABA, "aviso", None)
    assert caught.value.subcode == 2593002
    with pytest.raises(Refused, match="name is required"):
        desk.delete(WABA, None, None)


def test_deletion_waits_for_what_is_under_way(engine: Engine) -> None:
    create(engine)
    events(engine)
    engine.set_customer(ANA, {"presence": "offline"})
    send(engine)
    engine.drain()
    engine.management.templates.delete(WABA, "aviso", None)
    (item,) = engine.drain()
    assert (item.value["event"], item.value["reason"]) == ("PENDING_DELETION", None)


def test_a_disabled_template_cannot_be_deleted(engine: Engine) -> None:
    template = create(engine)
    engine.management.templates.happen(template.id, "DISABLED")
    with pytest.raises(Refused, match="Invalid parameter"):
        engine.management.templates.delete(WABA, "aviso", None)


@pytest.mark.parametrize(
    ("how", "status", "code", "quality"),
    [("release", "delivered", None, "GREEN"), ("drop", "failed", 132015, "RED")],
)
def test_pacing(
    engine: Engine, how: str, status: str, code: int | None, quality: str
) -> None:
    template = create(engine)
    events(engine)
    engine.management.pacing.hold(template.id)
    node = {"name": "aviso", "language": {"code": "es"}}
    body = {"messaging_product": "whatsapp", "to": ANA, "type": "template"}
    accepted = engine.accept(NUMBER, {**body, "template": node})
    sent = accepted.answer["messages"][0]
    assert sent["message_status"] == "held_for_quality_assessment"
    engine.answered(accepted.message)
    assert events(engine) == []
    engine.management.pacing.end(template.id, how)
    found = events(engine)
    assert (accepted.message.status, accepted.message.fails_with) == (status, code)
    assert ("message_template_quality_update", quality, None) in found
    assert ((STATUS, "PAUSED", "FIRST_PAUSE") in found) is (how == "drop")
    assert engine.management.templates.state(template).paced is False
    with pytest.raises(BadRequest, match="expected release or drop"):
        engine.management.pacing.end(template.id, "x")


def test_category_and_quality(engine: Engine) -> None:
    desk = engine.management.templates
    template = create(engine)
    events(engine)
    desk.set_category(template.id, "MARKETING")
    (item,) = engine.drain()
    assert item.field == "template_category_update"
    assert item.value["previous_category"] == "UTILITY"
    assert item.value["new_category"] == "MARKETING"
    desk.set_quality(template.id, "YELLOW")
    assert events(engine) == [("message_template_quality_update", "YELLOW", None)]
    with pytest.raises(BadRequest, match="known: GREEN, RED, UNKNOWN, YELLOW"):
        desk.set_quality(template.id, "BLUE")


@pytest.mark.parametrize(
    ("switch", "version", "code"),
    [("version", 22.0, 100), ("version", 23.0, 132018), ("version", None, 132018),
     ("132007", 23.0, 132007)],
)  # fmt: skip
def test_the_code_of_a_bad_text(
    engine: Engine, switch: str, version: float | None, code: int
) -> None:
    engine.settings.update({"bad_parameter_code": switch})
    node = {
        "name": "saludo",
        "language": {"code": "es"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}
        ],
    }
    body = {"messaging_product": "whatsapp", "to": ANA, "type": "template"}
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, {**body, "template": node}, version)
    assert caught.value.code == code
