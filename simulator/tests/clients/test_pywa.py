"""pywa, unmodified, through interception."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pywa import WhatsApp, errors, types
from pywa.types.templates import BodyText, TemplateLanguage
from starlette.applications import Starlette

from wa_simulator.client import SimulatorClient

ANA = "573012345678"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)

#: Codes that Meta answers at once -> pywa's class.
SYNCHRONOUS = {
    4: errors.ToManyAPICalls,
    80007: errors.RateLimitIssues,
    130429: errors.RateLimitHit,
    131056: errors.TooManyMessages,
    368: errors.TemporarilyBlocked,
    131031: errors.AccountLocked,
    131000: errors.UnknownError,
    131005: errors.AccessDenied,
    131008: errors.MissingRequiredParameter,
    131009: errors.InvalidParameter,
    131016: errors.ServiceUnavailable,
    131021: errors.RecipientCannotBeSender,
    131042: errors.BusinessPaymentIssue,
    131057: errors.AccountInMaintenanceMode,
    132000: errors.TemplateParamCountMismatch,
    132001: errors.TemplateNotExists,
    132015: errors.TemplatePaused,
    190: errors.ExpiredAccessToken,
}
#: Codes that come afterwards, by webhook -> pywa's class.
AFTERWARDS = {
    131026: errors.MessageUndeliverable,
    131047: errors.ReEngagementMessage,
    131049: errors.MessageUndeliverableDueToHealthyEcosystemEngagement,
}


@pytest.fixture
def wa(intercepted: dict[str, str]) -> Iterator[WhatsApp]:
    """A client that only sends.  It never closes its session: we do."""
    client = WhatsApp(phone_id="100000000000001", token="SIM-TOKEN")
    yield client
    client.api._session.close()


def test_text_template_and_image(wa: WhatsApp, sim: SimulatorClient) -> None:
    text = wa.send_message(ANA, "hola")
    template = wa.send_template(
        ANA, "saludo", TemplateLanguage.SPANISH, [BodyText.params("Ana")]
    )
    image = wa.send_image(ANA, PNG, "foto", mime_type="image/png")
    rows = sim.messages(direction="outbound")
    assert [row["type"] for row in rows] == ["text", "template", "image"]
    assert [row["wamid"] for row in rows] == [text.id, template.id, image.id]
    assert "Hola Ana" in rows[1]["text"]
    listeners = {(e["host"], e["listener"]) for e in sim.journal(kind="api")}
    assert listeners == {("graph.facebook.com", "connect")}


def test_media_comes_back(wa: WhatsApp, sim: SimulatorClient) -> None:
    media = wa.upload_media(PNG, mime_type="image/png", filename="a.png")
    url = wa.get_media_url(media.id)
    assert url.url.startswith("https://lookaside.fbsbx.com/")
    assert url.get_bytes() == PNG
    assert wa.delete_media(media.id)
    with pytest.raises(errors.WhatsAppError):
        wa.get_media_url(media.id)


def test_business_calls(wa: WhatsApp) -> None:
    assert wa.get_business_phone_number().id == "100000000000001"
    account = wa.get_business_account(waba_id="200000000000001")
    assert account.id == "200000000000001"
    assert wa.get_business_profile() is not None
    assert wa.update_business_profile(about="Abierto")
    assert wa.get_business_profile().about == "Abierto"
    templates = wa.get_templates(waba_id="200000000000001")
    assert {t.name for t in templates} >= {"saludo", "hello_world"}


@pytest.mark.parametrize("code", SYNCHRONOUS)
def test_codes_are_pywas_classes(wa: WhatsApp, sim: SimulatorClient, code: int) -> None:
    sim.set_fault("error", params={"code": code, "details": "because"})
    with pytest.raises(SYNCHRONOUS[code]) as caught:
        wa.send_message(ANA, "hola")
    assert caught.value.code == code
    assert caught.value.fbtrace_id
    assert caught.value.status_code >= 400


@pytest.fixture
def listening(
    intercepted: dict[str, str],
    sim: SimulatorClient,
    serve_app: Callable[[Any], str],
) -> Iterator["Listening"]:
    """A client whose own webhook is subscribed; it validates what comes."""
    app = Starlette()
    client = WhatsApp(
        phone_id="100000000000001",
        token="SIM-TOKEN",
        server=app,
        webhook_endpoint="/webhook",
        verify_token="sim-verify",
        app_secret="sim-app-secret",
        validate_updates=True,
    )
    yield Listening(client, sim, serve_app(app) + "/webhook")
    client.api._session.close()


class Listening:
    """Collects what pywa's handlers get."""

    def __init__(self, client: WhatsApp, sim: SimulatorClient, url: str) -> None:
        self.client = client
        self.messages: list[types.Message] = []
        self.statuses: list[types.MessageStatus] = []
        self.arrived = threading.Condition()
        client.on_message(lambda _, m: self._keep(self.messages, m))
        client.on_message_status(lambda _, s: self._keep(self.statuses, s))
        sim.subscribe(url)

    def _keep(self, kept: list[Any], update: Any) -> None:
        with self.arrived:
            kept.append(update)
            self.arrived.notify_all()

    def wait(self, ready: Callable[[], bool]) -> None:
        """Until the handlers have got it; AssertionError after five seconds."""
        with self.arrived:
            assert self.arrived.wait_for(ready, 5)


def test_signed_webhooks(listening: Listening, sim: SimulatorClient) -> None:
    done = sim.customer_message(
        ANA, body="\u00a1hola! \U0001f600", profile={"name": "Ana"}, wait=True
    )
    assert done["delivered"]
    listening.wait(lambda: len(listening.messages) == 1)
    message = listening.messages[0]
    assert message.text == "\u00a1hola! \U0001f600"
    assert (message.from_user.wa_id, message.from_user.name) == (ANA, "Ana")
    answer = message.reply("buenas", quote=True)
    listening.wait(lambda: len(listening.statuses) == 2)
    # Handlers run in threads: their order is not the order of the webhooks.
    assert {s.status.value for s in listening.statuses} == {"sent", "delivered"}
    assert {s.id for s in listening.statuses} == {answer.id}
    assert sim.message(answer.id)["context"] == message.id


def test_pywa_refuses_a_wrong_signature(
    listening: Listening, sim: SimulatorClient
) -> None:
    sim.customer_message(ANA, body="hola", wait=True)
    body = sim.webhooks()[0]["body"].replace("hola", "chao")
    assert sim.raw(body, "bad")["status"] in (401, 403)
    assert sim.raw(body, "none")["status"] in (401, 403)
    assert sim.raw(body, "good")["status"] == 200
    listening.wait(lambda: len(listening.messages) == 2)
    assert [m.text for m in listening.messages] == ["hola", "chao"]


def test_a_picture_of_a_customer(listening: Listening, sim: SimulatorClient) -> None:
    sim.customer_message(ANA, "image", file=("a.png", PNG, "image/png"), wait=True)
    listening.wait(lambda: len(listening.messages) == 1)
    assert listening.messages[0].image.get_bytes() == PNG


@pytest.mark.parametrize("code", AFTERWARDS)
def test_failures_afterwards(
    listening: Listening, sim: SimulatorClient, code: int
) -> None:
    listening.client.send_message(f"573000{code}", "hola")
    listening.wait(lambda: len(listening.statuses) == 1)
    status = listening.statuses[0]
    assert status.status.value == "failed"
    assert isinstance(status.error, AFTERWARDS[code])
