"""pywa, unmodified: calls, flows, groups, templates compared."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pywa import WhatsApp, types
from pywa.types.calls import (
    CallConnect,
    CallPermissions,
    CallTerminate,
    SessionDescription,
)
from starlette.applications import Starlette

from wa_simulator.client import SimulatorClient

ANA, NUMBER, WABA = "573012345678", "100000000000001", "200000000000001"
FLOW = {"version": "7.0", "screens": [{"id": "CITA", "title": "Cita", "layout": {}}]}


@pytest.fixture
def wa(intercepted: dict[str, str]) -> Iterator[WhatsApp]:
    """A client of the account.  It never closes its session: we do."""
    client = WhatsApp(phone_id=NUMBER, token="SIM-TOKEN", waba_id=WABA)
    yield client
    client.api._session.close()


def permissions(wa: WhatsApp) -> CallPermissions:
    """What pywa reads; its own method of 4.5 forgets a parameter of the call."""
    return CallPermissions.from_dict(
        wa.api.get_call_permissions(phone_id=NUMBER, user_wa_id=ANA, recipient=None)
    )


def test_calls_and_permissions(wa: WhatsApp, sim: SimulatorClient) -> None:
    sim.enable_calling(NUMBER)
    offer = SessionDescription(sdp_type="offer", sdp="v=0")
    assert permissions(wa).permission.status.value == "no_permission"
    sim.allow_calls(ANA)
    found = permissions(wa)
    assert found.permission.expiration_time is not None
    assert {a.action_name for a in found.actions} == {
        "start_call", "send_call_permission_request",
    }  # fmt: skip
    sim.settings(call_connect_success=True)
    made = wa.initiate_call(ANA, offer, tracker="lead 7")
    sim.call_action(made.id, "accept")
    assert wa.terminate_call(made.id).success
    theirs = sim.customer_call(ANA)
    answer = SessionDescription(sdp_type="answer", sdp="v=0")
    assert wa.pre_accept_call(theirs["id"], answer).success
    assert wa.accept_call(theirs["id"], answer).success
    missed = sim.customer_call("573018888888")
    assert wa.reject_call(missed["id"]).success


def test_webhooks_of_calls(
    intercepted: dict[str, str],
    sim: SimulatorClient,
    serve_app: Callable[[Any], str],
) -> None:
    app, seen, arrived = Starlette(), [], threading.Event()
    client = WhatsApp(
        phone_id=NUMBER, token="SIM-TOKEN", server=app, webhook_endpoint="/webhook",
        verify_token="sim-verify", app_secret="sim-app-secret",
    )  # fmt: skip

    def keep(_: WhatsApp, update: Any) -> None:
        seen.append(update)
        if len(seen) == 2:
            arrived.set()

    client.on_call_connect(keep)
    client.on_call_terminate(keep)
    sim.subscribe(serve_app(app) + "/webhook")
    sim.enable_calling(NUMBER)
    call = sim.customer_call(ANA, missed=True)
    assert arrived.wait(5)
    assert {type(update) for update in seen} == {CallConnect, CallTerminate}
    assert {update.id for update in seen} == {call["id"]}
    assert {update.from_user.wa_id for update in seen} == {ANA}
    client.api._session.close()


def test_flows(wa: WhatsApp, sim: SimulatorClient) -> None:
    made = wa.create_flow("cita", ["APPOINTMENT_BOOKING"])
    assert wa.update_flow_json(made.id, FLOW).success
    assert wa.get_flow(made.id).name == "cita"
    assert [flow.id for flow in wa.get_flows()] == [made.id]
    assert [asset.name for asset in wa.get_flow_assets(made.id)] == ["flow.json"]
    assert wa.publish_flow(made.id).success
    assert wa.deprecate_flow(made.id).success
    assert sim.flows()[0]["status"] == "DEPRECATED"


def test_groups(wa: WhatsApp, sim: SimulatorClient) -> None:
    wa.create_group(subject="Vecinos")
    (group,) = sim.groups()
    sim.settings(group_list="list")
    assert [found.id for found in wa.get_groups()] == [group["id"]]
    assert wa.get_group(group["id"]).subject == "Vecinos"
    link = wa.get_group_invite_link(group["id"])
    assert group["invite"] in str(link)
    sim.join_group(group["id"], ANA)
    wa.remove_group_participants(group["id"], [ANA])
    assert sim.groups()[0]["participants"] == []
    wa.delete_group(group["id"])


def test_templates_are_compared(wa: WhatsApp, sim: SimulatorClient) -> None:
    first, second = [t["id"] for t in sim.templates()][:2]
    now = int(sim.clock()["now"])
    start = datetime.fromtimestamp(now - 7 * 86_400, UTC)
    found = wa.compare_templates(
        first, second, start=start, end=datetime.fromtimestamp(now, UTC)
    )
    assert isinstance(found, types.templates.TemplatesCompareResult)


def test_signups(wa: WhatsApp, sim: SimulatorClient) -> None:
    made = wa.create_signup(
        "Reciba ofertas", "Gracias", "https://a.test/privacy", accept_policy=True
    )
    assert [found.id for found in wa.get_signups()] == [made.id]
    wa.update_signup(made.id, message="Otra cosa")
    assert wa.get_signup(made.id).message == "Otra cosa"


def test_usernames_are_suggested(wa: WhatsApp, sim: SimulatorClient) -> None:
    assert "negocio.simulado" in wa.get_reserved_usernames()
