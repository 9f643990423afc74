"""Registration, PIN, settings, profile, block list: codes by table."""

from contextlib import suppress
from typing import Any

import pytest

from wa_simulator.engine.codes import CODES, http_status, subcode_at
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Number
from wa_simulator.engine.errors import EngineError, Refused
from wa_simulator.engine.settings import Settings

NUMBER = "100000000000001"
WABA = "200000000000001"
ANA, EVA = "573012345678", "573019999999"
HOUR = 3600.0
PRODUCT = {"messaging_product": "whatsapp"}


@pytest.fixture
def number(engine: Engine) -> Number:
    """The number that is there from the first start."""
    return engine.number(NUMBER)


def code_of(call: Any, *args: Any) -> int:
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value.code


def pin(value: str = "123456") -> dict[str, Any]:
    return {**PRODUCT, "pin": value}


def test_from_a_new_number_to_a_registered_one(engine: Engine) -> None:
    desk = engine.management.numbers
    added = desk.add(
        WABA, {"cc": "57", "phone_number": "3009998877", "verified_name": "Otra"}
    )
    assert (added.display, added.verified_name) == ("573009998877", "Otra")
    assert code_of(desk.register, added, pin()) == 133006
    asked = {"code_method": "SMS", "language": "es"}
    code = desk.request_code(added, asked)
    assert code_of(desk.verify_code, added, {"code": "000000"}) == 136025
    desk.verify_code(added, {"code": f"{code[:3]}-{code[3:]}"})
    assert code_of(desk.request_code, added, asked) == 136024
    desk.register(added, pin())
    assert desk.state(added).status == "CONNECTED"
    assert engine.accept(
        added.id, {**PRODUCT, "to": ANA, "type": "text", "text": {"body": "x"}}
    )
    with pytest.raises(Refused, match="already in use"):
        desk.add(WABA, {"phone_number": "+57 300 999 8877"})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "messaging_product is required"),
        (PRODUCT, "6 digits"),
        (pin("12345"), "6 digits"),
        (pin("12345a"), "6 digits"),
    ],
)
def test_bad_registrations(
    engine: Engine, number: Number, body: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        engine.management.numbers.register(number, body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"language": "es"}, "{SMS, VOICE}"),
        ({"code_method": "MAIL", "language": "es"}, "MAIL"),
        ({"code_method": "SMS"}, "language is required"),
        ({"code_method": "SMS", "language": "Spanish"}, "language is required"),
    ],
)
def test_bad_code_requests(
    engine: Engine, number: Number, body: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        engine.management.numbers.request_code(number, body)


def test_the_pin_of_the_first_registration_is_asked_for(
    engine: Engine, number: Number
) -> None:
    desk = engine.management.numbers
    desk.register(number, pin())
    assert code_of(desk.register, number, pin("654321")) == 133005
    desk.change(number, {"pin": "654321"})
    desk.register(number, pin("654321"))


def test_pin_guesses(engine: Engine, number: Number) -> None:
    desk = engine.management.numbers
    desk.register(number, pin())
    engine.settings.registration_limits = True
    assert code_of(desk.register, number, pin("000000")) == 133005
    assert code_of(desk.register, number, pin("000001")) == 133009
    desk.state(number).registrations.clear()
    for _ in range(9):
        engine.clock.advance(6)
        desk.state(number).registrations.clear()
        assert code_of(desk.register, number, pin("000000")) == 133005
    engine.clock.advance(6)
    desk.state(number).registrations.clear()
    assert code_of(desk.register, number, pin("000000")) == 133008
    engine.clock.advance(HOUR)
    assert code_of(desk.register, number, pin("000000")) == 133005


def test_ten_registrations_in_72_hours(engine: Engine, number: Number) -> None:
    desk = engine.management.numbers
    for _ in range(12):
        desk.register(number, pin())
    engine.settings.registration_limits = True
    assert code_of(desk.register, number, pin()) == 133016
    assert code_of(desk.deregister, number) == 133016
    engine.clock.advance(72 * HOUR)
    desk.register(number, pin())


def test_deregister_twice(engine: Engine, number: Number) -> None:
    engine.management.numbers.deregister(number)
    assert code_of(engine.management.numbers.deregister, number) == 133010


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pin": "1"}, 100),
        ({"username": "a b"}, 100),
        ({"username": "ab"}, 100),
        ({"username": "a" * 36}, 100),
        ({"username": "12345"}, 100),
        ({"username": ".tienda"}, 100),
        ({"username": "tienda."}, 100),
        ({"username": "la..tienda"}, 100),
        ({"username": "wwwtienda"}, 100),
        ({"username": "tienda.com"}, 100),
        ({"connection_status": "GONE"}, 100),
    ],
)
def test_bad_changes(
    engine: Engine, number: Number, body: dict[str, Any], code: int
) -> None:
    assert code_of(engine.management.numbers.change, number, body) == code


def test_settings_are_merged(engine: Engine, number: Number) -> None:
    desk = engine.management.numbers
    desk.set_settings(number, {"calling": {"status": "ENABLED", "video": {"a": 1}}})
    desk.set_settings(number, {"calling": {"status": "DISABLED"}})
    assert desk.settings_of(number)["calling"] == {
        "status": "DISABLED",
        "video": {"a": 1},
    }
    assert desk.settings_of(number)["storage_configuration"]["status"] == "DEFAULT"
    for bad in ({}, {"colour": {}}, {"calling": "x"}):
        assert code_of(desk.set_settings, number, bad) == 100


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"about": "x" * 140}, "Max length: 139"),
        ({"about": ""}, "Min length: 1"),
        ({"address": "x" * 257}, "256"),
        ({"description": "x" * 513}, "512"),
        ({"email": "x" * 129}, "128"),
        ({"websites": ["https://a.test"] * 3}, "Max: 2"),
        ({"websites": ["a.test"]}, "not a valid URL"),
        ({"vertical": "BANK"}, "must be one of"),
        ({"colour": "red"}, "Unexpected key 'colour'"),
    ],
)
def test_bad_profiles(
    engine: Engine, number: Number, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused) as caught:
        engine.management.profiles.change_profile(number, {**PRODUCT, **changes})
    assert words in f"{caught.value.message} {caught.value.details}"


def test_a_profile_is_merged(engine: Engine, number: Number) -> None:
    desk = engine.management.profiles
    desk.change_profile(number, {**PRODUCT, "about": "Hola", "vertical": "retail"})
    desk.change_profile(number, {**PRODUCT, "email": "a@x.test"})
    found = desk.profile(number)
    assert (found["about"], found["email"]) == ("Hola", "a@x.test")
    engine.reset()
    assert engine.management.profiles.profile(number)["about"] == "Hola"
    engine.reset(everything=True)
    assert "about" not in engine.management.profiles.profile(engine.number(NUMBER))


def users(*names: str) -> dict[str, Any]:
    return {**PRODUCT, "block_users": [{"user": name} for name in names]}


def test_block_and_unblock(engine: Engine, number: Number) -> None:
    desk = engine.management.blocklist
    engine.write(ANA, {"type": "text", "body": "hola"})
    assert desk.block(number, users("+57 301 234 5678")) == {
        "messaging_product": "whatsapp",
        "block_users": {"added_users": [{"input": "+57 301 234 5678", "wa_id": ANA}]},
    }
    assert [row["wa_id"] for row in desk.rows(number)] == [ANA]
    done = desk.unblock(number, users(ANA))
    assert done["block_users"]["removed_users"] == [{"input": ANA, "wa_id": ANA}]
    assert desk.rows(number) == []


def test_some_cannot_be_blocked(engine: Engine, number: Number) -> None:
    desk = engine.management.blocklist
    engine.write(ANA, {"type": "text", "body": "hola"})
    with pytest.raises(Refused) as caught:
        desk.block(number, users(ANA, EVA, "hola", number.display))
    assert caught.value.code == 139100
    lists: Any = caught.value.beside["block_users"]
    assert [row["input"] for row in lists["added_users"]] == [ANA]
    codes = [row["errors"][0]["code"] for row in lists["failed_users"]]
    assert codes == [131047, 131009, 131021]
    engine.settings.block_needs_window = False
    assert desk.block(number, users(EVA))


def test_old_conversations_cannot_be_blocked(engine: Engine, number: Number) -> None:
    engine.write(ANA, {"type": "text", "body": "hola"})
    engine.clock.advance(25 * HOUR)
    assert code_of(engine.management.blocklist.block, number, users(ANA)) == 139100


@pytest.mark.parametrize(
    "body",
    [{}, PRODUCT, {**PRODUCT, "block_users": []}, {**PRODUCT, "block_users": [{}]},
     {**PRODUCT, "block_users": ["x"]}],
)  # fmt: skip
def test_bad_block_bodies(engine: Engine, number: Number, body: Any) -> None:
    assert code_of(engine.management.blocklist.block, number, body) == 100


def test_qr_codes(engine: Engine, number: Number) -> None:
    desk = engine.management.profiles
    made = dict(desk.make_qr(number, {"prefilled_message": "Hola"}))
    assert made["deep_link_url"] == f"https://wa.me/message/{made['code']}"
    changed = desk.make_qr(
        number, {"code": made["code"], "prefilled_message": "Buenas"}
    )
    assert changed["code"] == made["code"]
    assert desk.qr(number, made["code"])["prefilled_message"] == "Buenas"
    desk.delete_qr(number, made["code"])
    assert code_of(desk.delete_qr, number, made["code"]) == 803
    for bad in (
        {},
        {"prefilled_message": "x" * 141},
        {"prefilled_message": "x", "generate_qr_image": "GIF"},
    ):
        assert code_of(desk.make_qr, number, bad) == 100


def test_resumable_uploads(engine: Engine) -> None:
    desk = engine.management.uploads
    made = desk.begin({"file_length": "6", "file_type": "image/png", "file_name": "a"})
    assert made.id.startswith("upload:")
    assert desk.add(made.id, "0", b"abc") == {"id": made.id, "file_offset": 3}
    assert code_of(desk.add, made.id, "0", b"abc") == 100
    assert code_of(desk.add, made.id, None, b"abc") == 100
    assert code_of(desk.add, made.id, "3", b"abcd") == 100
    assert desk.add(made.id, "3", b"def")["h"].startswith("4::")
    assert code_of(desk.add, "upload:x", "0", b"") == 100
    for bad in (
        {"file_type": "image/png"},
        {"file_length": "x", "file_type": "image/png"},
        {"file_length": "1", "file_type": "text/html"},
    ):
        assert code_of(desk.begin, bad) == 100


ODD: list[Any] = [None, 0, True, "", "x", [], ["x"], [[]], {}, {"id": []}, [{"a": 1}]]
CARD = {
    "components": [
        {"type": "BODY", "text": "x"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "x"}]},
    ]
}
BODIES: dict[str, dict[str, Any]] = {
    "register": pin(),
    "settings": {"calling": {"status": "ENABLED"}},
    "profile": {**PRODUCT, "about": "x", "websites": ["https://x.test"]},
    "block": users(ANA),
    "qr": {"prefilled_message": "x", "generate_qr_image": "SVG", "code": "x"},
    "change": {"pin": "123456", "username": "abc", "new_display_name": "x"},
    "automation": {"prompts": ["a"], "commands": [{"command_name": "a"}]},
    "code": {"code_method": "SMS", "language": "es"},
    "upload": {"file_length": "1", "file_type": "image/png"},
    "add": {"phone_number": "573001112233", "cc": "57", "verified_name": "x"},
    "template": {
        "name": "a",
        "language": "es",
        "category": "MARKETING",
        "parameter_format": "POSITIONAL",
        "components": [
            {
                "type": "BODY",
                "text": "Hola {{1}}, hay novedades.",
                "example": {"body_text": [["x"]]},
            },
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["x"]}},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "URL", "text": "x", "url": "https://x.test/"},
                    {"type": "COPY_CODE", "example": ["x"]},
                    {"type": "PHONE_NUMBER", "text": "x", "phone_number": "57300"},
                ],
            },
            {"type": "CAROUSEL", "cards": [CARD, CARD]},
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "x"}},
        ],
    },
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    for key, each in inner if isinstance(value, (dict, list)) else ():
        found += places(each, (*path, key)) if not isinstance(each, str) else [
            (*path, key)]  # fmt: skip
    return found


def changed(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = changed(copy[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("name", BODIES)
def test_any_json_is_refused_with_words(
    engine: Engine, number: Number, name: str
) -> None:
    desk = engine.management
    call: dict[str, Any] = {
        "register": lambda body: desk.numbers.register(number, body),
        "settings": lambda body: desk.numbers.set_settings(number, body),
        "profile": lambda body: desk.profiles.change_profile(number, body),
        "block": lambda body: desk.blocklist.block(number, body),
        "qr": lambda body: desk.profiles.make_qr(number, body),
        "change": lambda body: desk.numbers.change(number, body),
        "automation": lambda body: desk.profiles.change_automation(number, body),
        "code": lambda body: desk.numbers.request_code(number, body),
        "upload": lambda body: desk.uploads.begin(body),
        "add": lambda body: desk.numbers.add(WABA, body),
        "template": lambda body: desk.templates.create(WABA, body),
    }
    tried = 0
    if name == "template":
        assert call[name]({**BODIES[name], "name": "good"})["status"] == "PENDING"
    for path in places(BODIES[name]):
        for odd in ODD:
            with suppress(EngineError):
                call[name](changed(BODIES[name], path, odd))
            tried += 1
    assert tried >= len(ODD)


@pytest.mark.parametrize(
    ("code", "subcode", "version", "shown"),
    [
        (100, 33, 23.0, 33),
        (190, 463, 23.0, 463),
        (100, 2388024, 24.0, 2388024),
        (131009, None, 15.0, 2494010),
        (131009, None, 16.0, None),
        (130429, None, 14.0, 2494055),
        (130429, None, None, None),
        (131026, None, 14.0, None),
        (131000, 7, 22.0, None),
    ],
)
def test_subcodes_by_version(
    code: int, subcode: int | None, version: float | None, shown: int | None
) -> None:
    assert subcode_at(code, subcode, version) == shown


def test_http_status_by_switch() -> None:
    old = Settings(rate_limit_http=429, unknown_object_http=404)
    for code in (4, 80007, 130429, 131056):
        assert http_status(code, None, Settings()) == 400
        assert http_status(code, None, old) == 429
    assert http_status(100, 33, Settings()) == 400
    assert http_status(100, 33, old) == 404
    assert http_status(100, None, old) == 400
    assert all(
        row.http in (206, *range(400, 405), 429, 500, 503) for row in CODES.values()
    )
