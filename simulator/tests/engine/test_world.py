"""Ids, media, journal, reset, settings."""

import base64

import phonenumbers
import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.codes import CODES
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.errors import BadRequest, NotFound, Refused
from wa_simulator.engine.ids import IdSource
from wa_simulator.engine.journal import Journal
from wa_simulator.engine.messages.sending import MAGIC_PREFIX
from wa_simulator.engine.samples import SAMPLES
from wa_simulator.engine.settings import Settings

NUMBER = "100000000000001"
ANA, EVA = "573012345678", "573018888888"


def make(seed: int = 1, *nonces: str) -> Engine:
    drawn = iter(nonces or ("one",))
    return Engine(FrozenClock(), IdSource(seed, lambda: next(drawn)))


def wamids(engine: Engine, *people: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for person in people:
        found.setdefault(person, []).append(engine.write(person, {"body": "x"}).wamid)
    return found


def test_order_of_arrival_does_not_change_ids() -> None:
    assert wamids(make(), ANA, EVA, ANA) == wamids(make(), EVA, ANA, ANA)


def test_ids_depend_on_seed_and_run() -> None:
    base = wamids(make(1, "one"), ANA)
    assert base == wamids(make(1, "one"), ANA)
    assert base != wamids(make(2, "one"), ANA)
    assert base != wamids(make(1, "two"), ANA)


def test_a_reset_never_repeats_a_wamid() -> None:
    engine = make(1, "one", "two")
    before = wamids(engine, ANA, ANA)
    engine.reset()
    assert engine.ids.run == "two"
    assert not set(before[ANA]) & set(wamids(engine, ANA, ANA)[ANA])


def test_a_wamid_decodes_like_metas(engine: Engine) -> None:
    received = engine.write(ANA, {"body": "x"}).wamid
    payload = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    sent = engine.accept(NUMBER, payload).message.wamid
    for wamid, mark, length in ((received, 0x12, 20), (sent, 0x11, 18)):
        raw = base64.b64decode(wamid.removeprefix("wamid."))
        assert raw[:3] == b"\x1c\x18\x0c"
        assert raw[3:15] == ANA.encode()
        assert raw[15:19] == b"\x15\x02\x00" + bytes([mark])
        assert raw[19:21] == b"\x18" + bytes([length])
        assert len(raw) == 21 + length + 1
    assert wamid.startswith("wamid.HBgM")


def test_user_ids_outlive_runs() -> None:
    first, second = make(1, "one"), make(1, "two")
    for engine in (first, second):
        engine.write(ANA, {"body": "x"})
    assert first.customer(ANA).user_id == second.customer(ANA).user_id
    assert first.customer(ANA).user_id.startswith("CO.")


def test_magic_recipients_are_valid_colombian_mobiles() -> None:
    for code in (c for c in CODES if 99_999 < c < 1_000_000):
        number = phonenumbers.parse(f"+{MAGIC_PREFIX}{code}")
        assert phonenumbers.is_valid_number(number), code
        kind = phonenumbers.number_type(number)
        assert kind == phonenumbers.PhoneNumberType.MOBILE


def test_media_expire(engine: Engine) -> None:
    up = engine.media.upload(NUMBER, b"x", "image/png", "a.png")
    down = engine.media.receive(NUMBER, ANA, b"x", "image/png", "a.png")
    assert up.id != down.id
    engine.clock.advance(7 * 86_400)
    assert engine.media.get(up.id) is up
    with pytest.raises(Refused) as caught:
        engine.media.get(down.id)
    assert (caught.value.code, caught.value.subcode) == (100, 33)
    engine.clock.advance(23 * 86_400)
    with pytest.raises(Refused):
        engine.media.get(up.id)


@pytest.mark.parametrize(
    ("content", "mime_type", "words"),
    [
        (b"x", "image/gif", "one of the following types"),
        (b"", "image/png", "Received 0 bytes"),
        (b"x" * (5 * 1024 * 1024 + 1), "image/png", "1 to 5242880"),
    ],
)
def test_media_rules(
    engine: Engine, content: bytes, mime_type: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        engine.media.upload(NUMBER, content, mime_type, None)


def test_the_media_store_is_capped(engine: Engine) -> None:
    engine.settings.update({"max_media_bytes": 25})
    kept = [engine.media.upload(NUMBER, b"x" * 10, "image/png", None) for _ in range(4)]
    assert list(engine.world.media) == [m.id for m in kept[2:]]
    assert engine.world.media_evicted == 2


def test_wrong_kind_of_medium_fails_afterwards(engine: Engine) -> None:
    pdf = engine.media.upload(NUMBER, b"%PDF", "application/pdf", "a.pdf")
    payload = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "image",
        "image": {"id": pdf.id},
    }
    sent = engine.accept(NUMBER, payload).message
    assert sent.fails_with == 131053


def test_samples_have_their_magic_bytes() -> None:
    magic = {
        "image": b"\xff\xd8\xff",
        "audio": b"OggS",
        "document": b"%PDF-",
        "sticker": b"RIFF",
    }
    for kind, start in magic.items():
        assert SAMPLES[kind][2].startswith(start)
    assert SAMPLES["video"][2][4:8] == b"ftyp"


def test_journal_hides_what_is_not_the_worlds_own(engine: Engine) -> None:
    entry = engine.journal.add(
        "api",
        headers={"authorization": "Bearer SIM-TOKEN"},
        query={"access_token": "supersecret-1234"},
        request={"deep": [{"client_secret": "abc"}], "text": "EAAGm0PX4ZCpsBAxyz"},
    )
    assert entry["headers"]["authorization"] == "Bearer SIM-TOKEN"
    assert entry["query"]["access_token"] == "sup…1234"
    assert entry["request"]["deep"] == [{"client_secret": "…"}]
    assert "EAAGm" not in str(entry)


def test_journal_counts_what_it_drops() -> None:
    journal = Journal(FrozenClock(), set, limit=3)
    for i in range(5):
        journal.add("api", n=i)
    assert journal.dropped == 2
    assert [e["seq"] for e in journal.since(0)] == [3, 4, 5]
    assert [e["seq"] for e in journal.since(4)] == [5]


def test_reset_keeps_the_set_up(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000001", "573000000002", "Dos")
    engine.settings.update({"enforce_window": True, "retry_schedule": [1]})
    engine.write(ANA, {"body": "x"})
    engine.reset()
    assert engine.settings.enforce_window
    assert not engine.world.messages
    assert not engine.world.customers
    assert not engine.drain()
    assert list(engine.world.numbers) == [NUMBER, "100000000000002"]
    engine.reset(everything=True)
    assert list(engine.world.numbers) == [NUMBER]
    assert engine.settings.record() == Settings().record()


def test_reset_of_one_number_leaves_the_other(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000002", "573000000002", "Dos")
    run = engine.ids.run
    engine.write(ANA, {"body": "x"})
    kept = engine.write(EVA, {"body": "x", "to": "573000000002"})
    done = engine.reset("number", NUMBER)
    assert done.numbers == {NUMBER}
    assert list(engine.world.messages) == [kept.wamid]
    assert list(engine.world.customers) == [EVA]
    assert engine.ids.run == run
    with pytest.raises(NotFound):
        engine.reset("waba", "1")


def test_a_new_account_has_its_templates(engine: Engine) -> None:
    engine.add_number("100000000000002", "200000000000002", "573000000002", "Dos")
    assert engine.world.template_of("200000000000002", "saludo", "es")
    with pytest.raises(BadRequest, match="exists already"):
        engine.add_number("100000000000002", "2", "573000000002", "Dos")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"enforce_windo": True}, "nearest 'enforce_window'"),
        ({"enforce_window": "yes"}, "expected bool, got 'yes'"),
        ({"parallel": True}, "expected number"),
        ({"retry_schedule": []}, "expected waits"),
        ({"sha256_encoding": "md5"}, "expected base64 or hex"),
    ],
)
def test_settings_are_checked(
    engine: Engine, changes: dict[str, object], words: str
) -> None:
    before = engine.settings.record()
    with pytest.raises(BadRequest, match=words):
        engine.settings.update(changes)
    assert engine.settings.record() == before


def test_a_clock_does_not_go_back(engine: Engine) -> None:
    with pytest.raises(ValueError, match="only goes forward"):
        engine.clock.advance(-1)


def test_unknown_customer_is_named_with_the_nearest(engine: Engine) -> None:
    engine.write(ANA, {"body": "x"})
    with pytest.raises(NotFound, match=f"nearest '{ANA}'"):
        engine.read("573012345679")
