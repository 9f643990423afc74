"""The business's own phone: echoes, address book, history in chunks."""

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest

NUMBER, DISPLAY = "100000000000001", "573000000001"
ANA, EVA = "573012345678", "573018888888"
DAY = 86_400


def test_an_echo(engine: Engine) -> None:
    message = engine.echo(ANA, {"body": "desde el teléfono"})
    (item,) = engine.drain()
    assert item.field == "smb_message_echoes"
    (node,) = item.value["message_echoes"]
    assert (node["from"], node["to"], node["id"]) == (DISPLAY, ANA, message.wamid)
    assert node["text"] == {"body": "desde el teléfono"}
    assert "messages" not in item.value
    assert (message.direction, message.text) == ("outbound", "desde el teléfono")


@pytest.mark.parametrize(
    "body",
    [
        {"type": "image", "caption": "foto"},
        {"type": "revoke", "original_message_id": "wamid.X"},
        {"type": "edit", "original_message_id": "wamid.X", "body": "mejor"},
    ],
)
def test_echoes_of_other_types(engine: Engine, body: dict[str, str]) -> None:
    engine.echo(ANA, body)
    (node,) = engine.drain()[0].value["message_echoes"]
    assert node["type"] == body["type"]
    assert node[body["type"]]


def test_the_address_book(engine: Engine) -> None:
    engine.set_customer(ANA, {"name": "Ana Ruiz"})
    for action in ("add", "remove"):
        engine.coexistence.sync_contact(ANA, None, action)
    added, removed = [item.value["state_sync"][0] for item in engine.drain()]
    assert added["contact"] == {
        "full_name": "Ana Ruiz",
        "first_name": "Ana",
        "phone_number": ANA,
    }
    assert (removed["action"], removed["contact"]) == ("remove", {"phone_number": ANA})
    with pytest.raises(BadRequest, match="add or remove"):
        engine.coexistence.sync_contact(ANA, None, "move")


def test_history_in_chunks_by_age(engine: Engine) -> None:
    now = engine.clock.now()
    for days in (0, 0, 0, 10, 100, 200):
        engine.write(ANA, {"body": f"hace {days}", "timestamp": now - days * DAY})
    engine.echo(EVA, {"body": "nuestro"})
    engine.drain()
    engine.coexistence.history(None, chunk=2)
    rows = [item.value["history"][0] for item in engine.drain()]
    told = [(r["metadata"]["phase"], r["metadata"]["chunk_order"]) for r in rows]
    assert told == [(0, 1), (0, 2), (1, 1), (2, 1)]
    assert rows[-1]["metadata"]["progress"] == 100
    nodes = [m for r in rows for t in r["threads"] for m in t["messages"]]
    assert len(nodes) == 6, "older than 180 days is not shared"
    assert {t["id"] for r in rows for t in r["threads"]} == {ANA, EVA}
    ours = next(n for n in nodes if n["from"] == DISPLAY)
    assert (ours["to"], ours["history_context"]) == (EVA, {"status": "SENT"})


def test_media_of_the_past_come_twice(engine: Engine) -> None:
    sent = engine.write(ANA, {"type": "image"})
    engine.drain()
    engine.coexistence.history(None)
    placeholder, again = [item.value for item in engine.drain()]
    (node,) = placeholder["history"][0]["threads"][0]["messages"]
    assert (node["type"], node["id"]) == ("media_placeholder", sent.wamid)
    (node,) = again["messages"]
    assert (node["type"], node["id"]) == ("image", sent.wamid)
    assert node["image"]["sha256"]


def test_who_declines_to_share(engine: Engine) -> None:
    engine.coexistence.history(None, declined=True)
    (item,) = engine.drain()
    assert item.value["history"][0]["errors"][0]["code"] == 2593109
    with pytest.raises(BadRequest, match="chunk"):
        engine.coexistence.history(None, chunk=0)


def test_a_past_of_ones_own(engine: Engine) -> None:
    rows = [{"id": ANA, "messages": [{"id": "wamid.1", "type": "text"}] * 3}]
    engine.coexistence.history(None, chunk=2, threads=rows)
    chunks = [i.value["history"][0] for i in engine.drain()]
    assert [len(c["threads"][0]["messages"]) for c in chunks] == [2, 1]
