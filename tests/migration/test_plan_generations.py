"""Each row's generation is decided by the row: an upgraded database holds both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.classify import messages, same_text
from odoo.addons.crm_whatsapp_migration.engine.runner import TextsDiffer
from odoo.addons.crm_whatsapp_migration.engine.words import say

from tests.migration.bench import Database
from tests.migration.driving import plan, run
from tests.migration.handmade import BEGAN, Hand, written

UPGRADED = BEGAN + timedelta(days=60)
PHONE = "573012345678"
BODIES = """
    SELECT message.body, count(*) FROM mail_message message
      JOIN discuss_channel channel ON channel.id = message.res_id
     WHERE message.model = 'discuss.channel' AND channel.active
       AND message.message_type = 'comment'
  GROUP BY 1 ORDER BY 1
"""


@dataclass
class Upgraded:
    """Gateway 1 of the old module is its demo gateway, and OCA's first has its id.

    The foreign key stays on `whatsapp_gateway`, as a real upgrade leaves it.
    """

    hand: Hand
    provider: str = "twilio"
    demo: int = 0
    line: int = 0
    channel: int = 0
    named: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        hand = self.hand
        self.demo = hand.mail_gateway(create_date=UPGRADED - timedelta(days=1))
        hand.gateway(
            id=self.demo,
            name="Twilio Sandbox",
            provider=self.provider,
            api_url="https://api.twilio.com/2010-04-01/Accounts/AC1",
            active=False,
            create_date=BEGAN - timedelta(days=90),
        )
        self.line = hand.gateway(2, id=self.demo + 1)
        self.channel = hand.channel(self.demo, f"+{PHONE}", kind="chat")

    def first(self, text: str, day: int, **values: Any) -> int:
        """A message of the first generation."""
        at = BEGAN + timedelta(days=day)
        return self.hand.message(
            values.pop("gateway", self.line),
            PHONE,
            text,
            **{"external_id": f"wamid.{text}", "at": at} | values,
        )

    def second(self, text: str, at: datetime, **values: Any) -> int:
        """One of the second: its text stands in the legacy channel already."""
        said = self.hand.said(self.channel, f"<p>{text}</p>", at, author_id=3)
        self.named.append(said)
        return self.hand.message(
            self.demo, PHONE, text, **{"external_id": str(said), "at": at} | values
        )


def _upgraded(hand: Hand, **values: Any) -> Upgraded:
    own = Upgraded(hand, **values)
    own.first("uno", 1)
    own.first("dos", 2)
    for hour in range(3):
        own.second(f"nuevo {hour}", UPGRADED + timedelta(hours=hour))
    later = UPGRADED + timedelta(days=1)
    # Nothing but its time tells of which generation the answer is.
    hand.message(own.demo, PHONE, "respuesta", direction="incoming", at=later)
    hand.message(
        own.demo, PHONE, "falló", state="failed", at=later + timedelta(hours=1)
    )
    # Its message was deleted since.
    hand.message(own.demo, PHONE, "borrado", external_id="2000000001", at=later)
    return own


@pytest.mark.parametrize("provider", ["twilio", "whatsapp_business", "custom"])
def test_no_text_of_an_upgraded_database_is_shown_twice(
    fresh: Callable[..., Database], provider: str
) -> None:
    database = fresh()
    own = written(database, lambda hand: _upgraded(hand, provider=provider))
    found = plan(database)

    assert found.open_questions == []
    assert found.generation == "mixed"
    assert found.expected["whatsapp_message"]["existing"] == 3
    # The demo gateway has no messages: it is in nobody's way.
    assert found.expected["whatsapp_gateway"]["skipped"] == {"gateway_unused": 1}
    run(database)

    bodies = dict(database.rows(BODIES))
    assert set(bodies.values()) == {1}
    assert len(bodies) == 8
    gateways = database.rows(
        "SELECT item.state, array_agg(old.message ORDER BY old.id)"
        "  FROM whatsapp_migration_item item"
        "  JOIN whatsapp_message old ON old.id = item.source_id"
        "  JOIN mail_message new ON new.id = item.target_id"
        "  JOIN discuss_channel channel ON channel.id = new.res_id"
        " WHERE item.source_table = 'whatsapp_message' AND channel.gateway_id = %s"
        " GROUP BY 1 ORDER BY 1",
        [own.demo],
    )
    assert gateways == [
        ("existing", ["nuevo 0", "nuevo 1", "nuevo 2"]),
        ("moved", ["respuesta", "falló", "borrado"]),
    ]


def test_the_same_is_found_after_the_run(fresh: Callable[..., Database]) -> None:
    database = fresh()
    written(database, _upgraded)
    before = plan(database).expected["whatsapp_message"]
    run(database)

    again = plan(database)

    assert again.expected["whatsapp_message"] == before
    assert again.open_questions == []


def test_what_no_evidence_decides_is_asked_with_the_date_that_is_known(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> Upgraded:
        own = _upgraded(hand)
        for hours in (-30, -3):
            at = UPGRADED + timedelta(hours=hours)
            hand.message(own.demo, PHONE, f"{hours}", direction="incoming", at=at)
        # Older than OCA's gateway: certainly of the old one.
        own.first("tres", 3, gateway=own.demo, direction="incoming", external_id=None)
        return own

    own = written(database, write)
    asked = plan(database)
    [question] = [one for one in asked.open_questions if one.code == "mixed_gateway"]

    assert question.path == ("mixed_gateways", str(own.demo))
    # One is older than OCA's gateway, the other is not.
    assert question.values["rows"] == 1
    assert question.suggestion == UPGRADED.isoformat(" ")
    answers = {"mixed_gateways": {str(own.demo): question.suggestion}}
    answered = plan(database, answers)
    assert answered.open_questions[0].code == "gateway_twilio"
    assert answered.expected["whatsapp_message"]["open"] == 3
    by_hand = plan(database, {"mixed_gateways": {str(own.demo): "mail_gateway"}})
    assert by_hand.expected["whatsapp_message"]["open"] == 2


def test_a_number_of_another_provider_names_no_message_by_chance(
    fresh: Callable[..., Database],
) -> None:
    """Free text of a custom provider may be the number of any message."""
    database = fresh()

    def write(hand: Hand) -> Upgraded:
        own = _upgraded(hand, provider="custom")
        hand.message(
            own.demo,
            PHONE,
            "de otro proveedor",
            external_id=str(own.named[0]),
            at=BEGAN + timedelta(days=4),
        )
        return own

    own = written(database, write)
    found = plan(database, {"gateways": {str(own.demo): {"action": "skip"}}})

    assert found.expected["whatsapp_message"]["skipped"] == {"gateway_skipped": 1}
    assert found.expected["whatsapp_message"]["existing"] == 3


def test_without_legacy_channels_the_foreign_key_tells(
    fresh: Callable[..., Database],
) -> None:
    """Pure generation 1 with a gateway of OCA's of the same id beside it."""
    database = fresh()

    def write(hand: Hand) -> int:
        gateway = hand.mail_gateway(create_date=BEGAN - timedelta(days=1))
        hand.gateway(id=gateway)
        hand.message(gateway, PHONE, "sale", external_id="wamid.1")
        hand.message(gateway, PHONE, "entra", direction="incoming")
        return gateway

    gateway = written(database, write)
    found = plan(database)
    assert (found.generation, found.open_questions) == ("1", [])
    run(database)

    moved = (
        "SELECT count(*) FROM mail_message message"
        "  JOIN discuss_channel channel ON channel.id = message.res_id"
        " WHERE message.message_id LIKE '<whatsapp-legacy-%%'"
        "   AND channel.gateway_id <> %s"
    )
    assert database.value(moved, [gateway]) == 2


def test_a_sent_text_without_its_number_is_found_by_what_it_says(
    fresh: Callable[..., Database],
) -> None:
    """The second generation posted it and failed before it kept the number."""
    database = fresh()

    def write(hand: Hand) -> None:
        own = _upgraded(hand)
        at = UPGRADED + timedelta(hours=5)
        own.second("sin número", at, external_id=None, state="failed")
        # Another id of WhatsApp: another message, whatever it says.
        channel = hand.channel(own.demo, PHONE)
        guest = hand.guest(own.demo, PHONE)
        for name in ("A", "B"):
            wamid = {"whatsapp_wamid": f"wamid.{name}", "author_guest_id": guest}
            hand.said(channel, "<p>igual</p>", at, **wamid)
        hand.message(
            *(own.demo, PHONE, "igual"),
            external_id="wamid.C",
            direction="incoming",
            at=at,
        )

    written(database, write)
    run(database)

    bodies = dict(database.rows(BODIES))
    assert bodies["<p>sin número</p>"] == 1
    assert bodies["<p>igual</p>"] == 3


def test_a_text_that_would_be_shown_twice_stops_the_run(
    fresh: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a mistake of the classification would do is seen before it is committed."""
    database = fresh()
    written(database, _upgraded)
    monkeypatch.setattr(messages, "_BY_MESSAGE_ID", "SELECT 1")
    monkeypatch.setattr(same_text, "mark_twins", lambda cr, legacy: None)

    with pytest.raises(TextsDiffer) as stopped:
        run(database)

    assert "se vería dos veces" in say(stopped.value.words, stopped.value.values, "es")
    new = (
        "SELECT count(*) FROM mail_message WHERE message_id LIKE '<whatsapp-legacy-%%'"
    )
    assert database.value(new.replace("%%", "%")) == 0
    state = "SELECT state FROM whatsapp_migration_run"
    assert database.value(state) == "failed"


def test_every_id_of_a_message_with_several_files_is_known(
    fresh: Callable[..., Database],
) -> None:
    """Only one of them is in the notification; the others are in the outbox."""
    database = fresh()

    def write(hand: Hand) -> None:
        gateway = hand.mail_gateway()
        channel = hand.channel(gateway, PHONE)
        said = hand.said(channel, "<p>dos fotos</p>", BEGAN, author_id=3)
        hand.row(
            "whatsapp_message_queue",
            gateway_id=gateway,
            channel_id=channel,
            message_id=said,
            recipient=PHONE,
            callback_data="cb",
            kind="image",
            payload="{}",
            state="success",
            whatsapp_state="sent",
            wamid="wamid.segunda",
            sequence=2,
            queued_at=BEGAN,
        )
        hand.message(
            *(hand.gateway(), PHONE, "dos fotos"),
            external_id="wamid.segunda",
            at=BEGAN + timedelta(hours=1),
        )

    written(database, write)

    assert plan(database).expected["whatsapp_message"]["existing"] == 1
