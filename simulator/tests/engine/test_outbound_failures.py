"""What fails at once, what fails afterwards, and what a switch changes."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Message, Template
from wa_simulator.engine.errors import BadRequest, Refused
from wa_simulator.engine.messages.media_rules import problem
from wa_simulator.engine.settings import Settings, realistic

NUMBER = "100000000000001"
WABA = "200000000000001"
ANA = "573012345678"
OPUS = b"OggS" + bytes(24) + b"OpusHead\x01\x01" + bytes(10)
STEREO = OPUS.replace(b"OpusHead\x01\x01", b"OpusHead\x01\x02")
VORBIS = b"OggS" + bytes(24) + b"\x01vorbis" + bytes(10)
STILL = b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(10)
MOVES = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02" + bytes(10)
KB = 1024


def text(to: str = ANA, **more: Any) -> dict[str, Any]:
    body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}}
    return {**body, "to": to, **more}


def send(engine: Engine, body: dict[str, Any]) -> Message:
    message = engine.accept(NUMBER, body).message
    for link in engine.fetching(message):
        engine.media.not_fetched(link, "no server there")
    engine.answered(message)
    return message


@pytest.mark.parametrize(
    ("kind", "mime", "content", "voice", "words"),
    [
        ("image", "image/jpeg", b"x", False, None),
        ("image", "image/webp", b"x", False, "Unsupported image mime type"),
        ("image", "image/png", b"x" * (5 * KB * KB + 1), False, "size too big"),
        ("document", "application/zip", b"x", False, None),
        ("audio", "audio/ogg; codecs=opus", OPUS, False, None),
        ("audio", "audio/ogg", OPUS, True, None),
        ("audio", "audio/ogg", STEREO, False, "must be mono"),
        ("audio", "audio/ogg", VORBIS, False, "OPUS codec"),
        ("audio", "audio/mpeg", b"x", False, None),
        ("audio", "audio/mpeg", b"x", True, "voice message"),
        ("sticker", "image/webp", STILL, False, None),
        ("sticker", "image/webp", STILL + bytes(100 * KB), False, "102400"),
        ("sticker", "image/webp", MOVES + bytes(100 * KB), False, None),
        ("sticker", "image/webp", MOVES + bytes(500 * KB), False, "512000"),
        ("video", "video/mp4", b"x", False, None),
        ("video", "video/avi", b"x", False, "Unsupported video"),
    ],
)
def test_media_rules(
    kind: str, mime: str, content: bytes, voice: bool, words: str | None
) -> None:
    found = problem(kind, mime, content, voice=voice)
    assert found is None if words is None else words in str(found)


def image(link: str = "https://x.test/a.png") -> dict[str, Any]:
    return text(type="image", image={"link": link, "caption": "mire"})


def test_a_link_is_fetched_before_the_statuses(engine: Engine) -> None:
    message = engine.accept(NUMBER, image()).message
    assert engine.fetching(message) == ["https://x.test/a.png"]
    assert engine.world.business.fetching == {message.wamid}
    engine.media.fetched(NUMBER, "https://x.test/a.png", b"png", "image/png")
    engine.answered(message)
    engine.tick()
    assert message.status == "delivered"
    assert not engine.world.business.fetching


def test_a_link_is_kept_ten_minutes_by_its_exact_address(engine: Engine) -> None:
    engine.media.fetched(NUMBER, "https://x.test/a.png", b"png", "image/png")
    same, other = image(), image("https://x.test/a.png?v=2")
    engine.clock.advance(599)
    assert engine.fetching(engine.accept(NUMBER, same).message) == []
    assert engine.fetching(engine.accept(NUMBER, other).message)
    engine.clock.advance(1)
    assert engine.fetching(engine.accept(NUMBER, same).message)


@pytest.mark.parametrize(
    ("content", "mime", "words"),
    [
        (None, "", "no server there"),
        (b"<html>", "text/html", "Unsupported image mime type text/html"),
        (b"x" * (5 * KB * KB + 1), "image/png", "size too big"),
    ],
)
def test_a_bad_link_fails_afterwards(
    engine: Engine, content: bytes | None, mime: str, words: str
) -> None:
    message = engine.accept(NUMBER, image()).message
    (link,) = engine.fetching(message)
    if content is None:
        engine.media.not_fetched(link, "no server there")
    else:
        engine.media.fetched(NUMBER, link, content, mime)
    engine.answered(message)
    engine.tick()
    assert (message.status, message.fails_with) == ("failed", 131053)
    assert words in message.fails_details


def test_a_link_that_failed_is_tried_again(engine: Engine) -> None:
    assert send(engine, image()).fails_with == 131053
    again = engine.accept(NUMBER, image()).message
    assert engine.fetching(again) == ["https://x.test/a.png"]


@pytest.mark.parametrize("where", ["sync", "async"])
def test_a_closed_window(engine: Engine, where: str) -> None:
    engine.settings.update({"enforce_window": True, "window_error": where})
    if where == "sync":
        with pytest.raises(Refused) as caught:
            engine.accept(NUMBER, text())
        assert caught.value.code == 131047
        assert not engine.world.messages
    else:
        assert send(engine, text()).fails_with == 131047
    engine.write(ANA, {"type": "text", "body": "hola"})
    assert send(engine, text()).fails_with is None


@pytest.mark.parametrize(
    ("settings", "body", "code"),
    [
        ({"allowed_recipients": ["573000000009"]}, text(), 131030),
        ({"allowed_recipients": [ANA]}, text(), None),
        ({"prepend_country_code": True}, text("573000000001"), None),
        ({}, text("573000000001"), 131021),
        ({"prepend_country_code": True}, text("+573000000001"), 131021),
        ({"prepend_country_code": True}, text("3000000001"), 131021),
    ],
)
def test_recipients(
    engine: Engine, settings: dict[str, Any], body: dict[str, Any], code: int | None
) -> None:
    engine.settings.update(settings)
    if code is None:
        assert engine.accept(NUMBER, body)
        return
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, body)
    assert caught.value.code == code


def test_a_number_that_is_not_registered_cannot_send(engine: Engine) -> None:
    engine.management.numbers.deregister(engine.number(NUMBER))
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, text())
    assert caught.value.code == 133010


def test_identity_hash(engine: Engine) -> None:
    engine.set_customer(ANA, {"identity_key_hash": "DF2lS5v2W6x="})
    good = text(recipient_identity_key_hash="DF2lS5v2W6x=")
    assert send(engine, good).fails_with is None
    bad = text(recipient_identity_key_hash="AAAAAAAAAAA=")
    assert send(engine, bad).fails_with == 137000


def test_blocked_people(engine: Engine) -> None:
    engine.write(ANA, {"type": "text", "body": "hola"})
    body = {"messaging_product": "whatsapp", "block_users": [{"user": "+" + ANA}]}
    engine.management.blocklist.block(engine.number(NUMBER), body)
    assert send(engine, text()).fails_with == 131026
    with pytest.raises(BadRequest, match="blocked"):
        engine.write(ANA, {"type": "text", "body": "hola"})
    engine.management.blocklist.unblock(engine.number(NUMBER), body)
    assert send(engine, text()).fails_with is None
    assert engine.write(ANA, {"type": "text", "body": "hola"})


def authentication() -> Template:
    body = [{"type": "BODY", "text": "*{{1}}* es su clave."}]
    return Template("41", WABA, "clave", "es", "AUTHENTICATION", body)


def test_authentication_needs_a_phone(engine: Engine) -> None:
    engine.world.templates["41"] = authentication()
    node = {
        "name": "clave",
        "language": {"code": "es"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "1"}]}],
    }
    body = text(type="template", template=node)
    assert engine.accept(NUMBER, body)
    del body["to"]
    body["recipient"] = "CO.13491208655302741918"
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, body)
    assert caught.value.code == 131062


def test_recipient_alone_and_to_wins(engine: Engine) -> None:
    person = "CO.13491208655302741918"
    body = text(recipient=person)
    assert engine.accept(NUMBER, body).message.customer == ANA
    del body["to"]
    accepted = engine.accept(NUMBER, body)
    assert accepted.answer["contacts"] == [{"input": person, "user_id": person}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"window_error": "later"}, "expected one of ('async', 'sync')"),
        ({"rate_limit_http": 500}, "expected one of (400, 429)"),
        ({"template_review": "x"}, "'approve', 'reject', 'manual'"),
        ({"allowed_recipients": ANA}, "expected list"),
    ],
)
def test_bad_switches(engine: Engine, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest) as caught:
        engine.settings.update(changes)
    assert words in str(caught.value)


def test_limits_are_off_unless_realistic() -> None:
    names = (
        "enforce_window", "throughput_limit", "pair_limit", "template_limits",
        "registration_limits",
    )  # fmt: skip
    assert not any(getattr(Settings(), name) for name in names)
    assert all(getattr(realistic(), name) for name in names)
