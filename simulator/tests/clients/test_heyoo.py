"""heyoo, unmodified, through interception."""

import json
from pathlib import Path
from typing import Any

import pytest
from heyoo import WhatsApp

from wa_simulator.client import SimulatorClient

#: heyoo leaves its file open.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

ANA = "573012345678"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def heyoo(intercepted: dict[str, str]) -> WhatsApp:
    """A client that knows Meta's address only."""
    return WhatsApp("SIM-TOKEN", phone_number_id="100000000000001")


def test_text_template_and_image(
    heyoo: WhatsApp, sim: SimulatorClient, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PNG)
    text = heyoo.send_message("hola", ANA)
    parameters = [{"type": "text", "text": "Ana"}]
    template = heyoo.send_template(
        "saludo", ANA, [{"type": "body", "parameters": parameters}], lang="es"
    )
    media = heyoo.upload_media(str(picture))
    image = heyoo.send_image(media["id"], ANA, link=False)
    rows = sim.messages(direction="outbound")
    assert [row["type"] for row in rows] == ["text", "template", "image"]
    answers = [text, template, image]
    assert [row["wamid"] for row in rows] == [a["messages"][0]["id"] for a in answers]


def test_media_and_buttons(
    heyoo: WhatsApp, sim: SimulatorClient, tmp_path: Path
) -> None:
    sent = sim.customer_message(ANA, "image", file=("a.png", PNG, "image/png"))
    media_id = sent["message"]["payload"]["id"]
    url = heyoo.query_media_url(media_id)
    assert url.startswith("https://lookaside.fbsbx.com/")
    saved = heyoo.download_media(url, "image/png", str(tmp_path / "got"))
    assert Path(saved).read_bytes() == PNG
    heyoo.mark_as_read(sent["wamid"])
    assert sim.message(sent["wamid"])["read_by_business"]
    heyoo.send_reply_button(
        recipient_id=ANA,
        button={
            "type": "button",
            "body": {"text": "?"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "si", "title": "S\u00ed"}},
                ]
            },
        },
    )
    assert sim.messages(direction="outbound")[-1]["type"] == "interactive"


def test_its_helpers_read_our_webhooks(
    heyoo: WhatsApp, subscribed: SimulatorClient, receiver: Any
) -> None:
    subscribed.customer_message(ANA, body="hola", profile={"name": "Ana"}, wait=True)
    body = receiver.posts[0].body
    data = json.loads(body)
    assert heyoo.is_message(data)
    assert heyoo.get_message(data) == "hola"
    assert heyoo.get_mobile(data) == ANA
    assert heyoo.get_name(data) == "Ana"


def test_an_error_is_metas_envelope(heyoo: WhatsApp) -> None:
    answer = heyoo.send_message("", ANA)
    assert answer["error"]["code"] == 100
    assert answer["error"]["fbtrace_id"]
