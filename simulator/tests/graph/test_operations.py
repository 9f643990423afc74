"""Operations over HTTP: templates, pages, accounts, numbers, app, uploads."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from wa_simulator.client import SimulatorClient

NUMBER = "100000000000001"
WABA = "200000000000001"
APP = "300000000000001"
ANA = "573012345678"
SECRETS = {"client_id": APP, "client_secret": "sim-app-secret"}
TEMPLATE = {
    "name": "aviso",
    "language": "es",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Su pedido está listo."}],
}


def error(answer: requests.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


def test_a_template_from_creation_to_deletion(
    subscribed: SimulatorClient, graph: Any
) -> None:
    made = graph.call("POST", f"/v23.0/{WABA}/message_templates", json=TEMPLATE).json()
    assert made == {"id": made["id"], "status": "PENDING", "category": "UTILITY"}
    told = subscribed.wait_webhook(kind="field", state="delivered")
    change = json.loads(told["body"])["entry"][0]["changes"][0]
    assert change["field"] == "message_template_status_update"
    assert change["value"]["event"] == "APPROVED"
    node = {"name": "aviso", "language": {"code": "es"}}
    assert graph.send(type="template", template=node).status_code == 200
    words = {"components": [{"type": "BODY", "text": "Otra cosa va en camino."}]}
    edited = graph.call("POST", f"/v23.0/{made['id']}", json=words)
    assert edited.json() == {"success": True}
    fields = "?fields=status,rejected_reason,quality_score,health_status"
    shown = graph.call("GET", f"/v23.0/{made['id']}{fields}").json()
    assert shown["rejected_reason"] == "NONE"
    assert shown["quality_score"]["score"] == "UNKNOWN"
    assert shown["health_status"]["entities"][0]["entity_type"] == "MESSAGE_TEMPLATE"
    path = f"/v23.0/{WABA}/message_templates?name=aviso&hsm_id={made['id']}"
    assert graph.call("DELETE", path).json() == {"success": True}
    assert error(graph.call("GET", f"/v23.0/{made['id']}"))["error_subcode"] == 33


def test_words_for_a_person_in_template_errors(
    sim: SimulatorClient, graph: Any
) -> None:
    bad = {**TEMPLATE, "components": [{"type": "BODY", "text": "{{1}} hola"}]}
    answer = graph.call("POST", f"/v23.0/{WABA}/message_templates", json=bad)
    found = error(answer)
    assert answer.status_code == 400
    assert (found["code"], found["error_subcode"]) == (100, 2388299)
    assert found["message"] == "Invalid parameter"
    assert "start or end" in found["error_user_title"]
    assert found["is_transient"] is False


AVISO = {"name": "saludo", "language": {"code": "es"}, "components": [
    {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}
]}  # fmt: skip


@pytest.mark.parametrize("way", ["data", "files", "params", "json"])
def test_a_message_in_every_way_parameters_may_come(
    subscribed: SimulatorClient, graph: Any, way: str
) -> None:
    """``data`` is a form, ``files`` multipart, ``params`` a query."""
    opaque = '{"lead": 7}'
    body: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "template",
        "template": AVISO,
        "biz_opaque_callback_data": opaque,
    }
    if way != "json":
        body["template"] = json.dumps(AVISO)
    if way == "files":
        body = {key: (None, value) for key, value in body.items()}
    answer = graph.call("POST", f"/v24.0/{NUMBER}/messages", **{way: body})
    assert answer.status_code == 200, answer.text
    wamid = answer.json()["messages"][0]["id"]
    (sent,) = [m for m in subscribed.messages() if m["wamid"] == wamid]
    assert sent["text"].startswith("Hola Ana")
    told = json.loads(subscribed.wait_webhook(kind="status", state="delivered")["body"])
    (status,) = told["entry"][0]["changes"][0]["value"]["statuses"]
    assert status["biz_opaque_callback_data"] == opaque


@pytest.mark.parametrize("way", ["data", "params"])
def test_marking_as_read_by_form_and_query(
    sim: SimulatorClient, graph: Any, way: str
) -> None:
    wamid = sim.customer_message(ANA, body="hola")["wamid"]
    body = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": json.dumps({"type": "text"}),
    }
    answer = graph.call("POST", f"/v24.0/{NUMBER}/messages", **{way: body})
    assert answer.json() == {"success": True}


def test_text_that_looks_like_json_stays_text_in_json(
    sim: SimulatorClient, graph: Any
) -> None:
    answer = graph.send(
        type="text", text={"body": "[1]"}, biz_opaque_callback_data="[1]"
    )
    assert answer.status_code == 200, answer.text


def test_marketing_messages_take_one_recipient(
    sim: SimulatorClient, graph: Any
) -> None:
    body = {"messaging_product": "whatsapp", "to": ANA, "type": "template",
            "recipient": "CO.13491208655302741918", "template": AVISO}  # fmt: skip
    sim.add_template("oferta", "es", TEMPLATE["components"], category="MARKETING")
    body["template"] = {"name": "oferta", "language": {"code": "es"}}
    path = f"/v24.0/{NUMBER}/marketing_messages"
    refused = graph.call("POST", path, json=body)
    assert error(refused)["code"] == 100
    del body["to"]
    assert graph.call("POST", path, json=body).status_code == 200


def test_a_form_is_as_good_as_json(sim: SimulatorClient, graph: Any) -> None:
    form = {**TEMPLATE, "components": json.dumps(TEMPLATE["components"])}
    answer = graph.call("POST", f"/v23.0/{WABA}/message_templates", data=form)
    assert answer.status_code == 200


def names(page: dict[str, Any]) -> list[str]:
    return [row["name"] for row in page["data"]]


def test_pages(sim: SimulatorClient, graph: Any) -> None:
    for n in range(5):
        sim.add_template(f"t{n}", "es", TEMPLATE["components"])
    path = f"/v23.0/{WABA}/message_templates?limit=3&fields=name"
    first = graph.call("GET", path).json()
    assert names(first) == ["hello_world", "saludo", "t0"]
    assert "previous" not in first["paging"]
    # The address of the next page works as it is, without a header.
    second = requests.get(first["paging"]["next"], timeout=5).json()
    assert names(second) == ["t1", "t2", "t3"]
    third = requests.get(second["paging"]["next"], timeout=5).json()
    assert names(third) == ["t4"]
    assert "next" not in third["paging"]
    back = requests.get(third["paging"]["previous"], timeout=5).json()
    assert back["data"] == second["data"]
    before = first["paging"]["cursors"]["before"]
    assert graph.call("GET", f"{path}&before={before}").json() == {"data": []}


@pytest.mark.parametrize(
    ("version", "query", "code"),
    [
        ("v24.0", "after=nonsense", 131059),
        ("v23.0", "after=nonsense", 100),
        ("v24.0", "after=QVFIzzzz", 131059),
        ("v24.0", "limit=x", 100),
        ("v24.0", "limit=0", 100),
    ],
)
def test_bad_pages(
    sim: SimulatorClient, graph: Any, version: str, query: str, code: int
) -> None:
    sim.settings(ended_versions="as_asked")
    answer = graph.call("GET", f"/{version}/{WABA}/message_templates?{query}")
    assert (answer.status_code, error(answer)["code"]) == (400, code)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=approved", ["hello_world", "saludo", "t"]),
        ("status=REJECTED", []),
        ("status=PAUSED,APPROVED", ["hello_world", "saludo", "t"]),
        ("category=marketing", ["t"]),
        ("language=en_US", ["hello_world"]),
        ("name_or_content=asesor", ["saludo"]),
        ("name_or_content=HELLO", ["hello_world"]),
        ("quality_score=UNKNOWN", ["hello_world", "saludo", "t"]),
    ],
)
def test_filters(
    sim: SimulatorClient, graph: Any, query: str, found: list[str]
) -> None:
    sim.add_template("t", "es", TEMPLATE["components"], category="MARKETING")
    page = graph.call("GET", f"/v23.0/{WABA}/message_templates?{query}").json()
    assert names(page) == found


#: Of the account in Meta's OpenAPI file v23.0.
ACCOUNT_FIELDS = (
    "id,name,account_review_status,purchase_order_number,audiences,ownership_type,"
    "subscribed_apps,business_verification_status,country,currency,timezone_id,"
    "on_behalf_of_business_info,schedules,is_enabled_for_insights,dcc_config,"
    "message_templates,phone_numbers"
)


def test_all_fields_of_an_account(sim: SimulatorClient, graph: Any) -> None:
    answer = graph.call("GET", f"/v24.0/{WABA}?fields={ACCOUNT_FIELDS}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["audiences"], found["schedules"]) == ([], [])
    assert found["dcc_config"] == {"enabled": False}
    assert names(found["message_templates"]) == ["hello_world", "saludo"]


def test_the_template_library(sim: SimulatorClient, graph: Any) -> None:
    path = "/v24.0/message_template_library"
    rows = graph.call("GET", f"{path}?language=es&category=UTILITY").json()["data"]
    assert {row["language"] for row in rows} == {"es"}
    assert {row["category"] for row in rows} == {"UTILITY"}
    assert {"id", "name", "topic", "usecase", "industry", "body", "body_params",
            "body_param_types", "buttons"} <= set(rows[0])  # fmt: skip
    (one,) = graph.call("GET", f"{path}?search=delivered&language=es").json()["data"]
    body = {
        "name": "entregado",
        "language": "es",
        "category": one["category"],
        "library_template_name": one["name"],
        "library_template_button_inputs": json.dumps(
            [{"type": "URL", "url": {"base_url": "https://x.example/{{1}}",
              "url_suffix_example": "https://x.example/1"}}]
        ),
    }  # fmt: skip
    made = graph.call("POST", f"/v24.0/{WABA}/message_templates", data=body)
    assert made.status_code == 200, made.text
    fields = "fields=library_template_name"
    shown = graph.call("GET", f"/v24.0/{made.json()['id']}?{fields}").json()
    assert shown["library_template_name"] == one["name"]
    body["library_template_name"] = "nobody_has_this"
    assert graph.call(
        "POST", f"/v24.0/{WABA}/message_templates", json=body
    ).status_code == 501  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["text/plain", None, "application/json; charset=utf-8"]
)
def test_json_under_another_content_type(
    sim: SimulatorClient, graph: Any, kind: str | None
) -> None:
    body = json.dumps(
        {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "hola"}}
    )
    headers = {"content-type": kind} if kind else {}
    path = f"/v24.0/{NUMBER}/messages"
    assert graph.call("POST", path, data=body.encode(), headers=headers).ok
    sim.settings(json_needs_content_type=True)
    answer = graph.call("POST", path, data=body.encode(), headers=headers)
    if kind and "json" in kind:
        assert answer.ok
    else:
        assert (answer.status_code, error(answer)["code"]) == (400, 100)
        assert "messaging_product is required" in error(answer)["message"]


@pytest.mark.parametrize(
    "path",
    [f"/{WABA}", f"/{NUMBER}", f"/{WABA}/phone_numbers", f"/{WABA}/message_templates",
     f"/{NUMBER}/whatsapp_business_profile", f"/{NUMBER}/settings", f"/{APP}"],
)  # fmt: skip
def test_an_unknown_field_is_refused(
    sim: SimulatorClient, graph: Any, path: str
) -> None:
    answer = graph.call("GET", f"/v23.0{path}?fields=id,colour")
    assert answer.status_code == 400
    assert "nonexisting field (colour)" in error(answer)["message"]


def test_nested_fields(sim: SimulatorClient, graph: Any) -> None:
    graph.send()
    now = int(sim.clock()["now"])
    span = f"start({now - 10}).end({now + 10}).granularity(DAY)"
    path = f"/v23.0/{WABA}?fields=name,analytics.{span},phone_numbers{{id,status}}"
    answer = graph.call("GET", path).json()
    (point,) = answer["analytics"]["data_points"]
    assert (point["sent"], point["delivered"]) == (1, 1)
    assert answer["phone_numbers"]["data"][0]["id"] == NUMBER
    bad = graph.call("GET", f"/v23.0/{WABA}?fields=analytics.start(1)")
    assert error(bad)["code"] == 100


def test_number_fields(sim: SimulatorClient, graph: Any, receiver: Any) -> None:
    sim.subscribe(receiver.url)
    fields = "webhook_configuration,health_status,is_pin_enabled,throughput"
    shown = graph.call("GET", f"/v23.0/{NUMBER}?fields={fields}").json()
    assert shown["webhook_configuration"] == {"application": receiver.url}
    assert shown["health_status"]["can_send_message"] == "AVAILABLE"
    graph.call("POST", f"/v23.0/{NUMBER}/deregister")
    shown = graph.call("GET", f"/v23.0/{NUMBER}?fields=health_status,status").json()
    assert shown["status"] == "DISCONNECTED"
    assert shown["health_status"]["can_send_message"] == "BLOCKED"
    assert error(graph.send())["code"] == 133010
    body = {"messaging_product": "whatsapp", "pin": "123456"}
    assert graph.call("POST", f"/v23.0/{NUMBER}/register", json=body).ok
    assert graph.send().ok


def test_a_new_number(sim: SimulatorClient, graph: Any) -> None:
    body = {"cc": "57", "phone_number": "3009998877", "verified_name": "Otra"}
    added = graph.call("POST", f"/v23.0/{WABA}/phone_numbers", json=body).json()["id"]
    path = f"/v23.0/{added}/request_code?code_method=SMS&language=es"
    assert graph.call("POST", path).json() == {"success": True}
    (entry,) = [e for e in sim.journal() if e["kind"] == "code"]
    form = {"code": entry["code"]}
    done = graph.call("POST", f"/v23.0/{added}/verify_code", data=form)
    assert done.json() == {"success": True, "id": added}
    rows = graph.call("GET", f"/v23.0/{WABA}/phone_numbers?limit=1").json()
    assert "next" in rows["paging"]
    asked = json.dumps([{"field": "account_mode", "operator": "EQUAL", "value": "X"}])
    path = f"/v23.0/{WABA}/phone_numbers"
    none = graph.call("GET", path, params={"filtering": asked})
    assert none.json() == {"data": []}
    assert graph.call("GET", path, params={"filtering": "x"}).status_code == 400


def test_profile_settings_and_others(sim: SimulatorClient, graph: Any) -> None:
    base = f"/v23.0/{NUMBER}"
    body = {"messaging_product": "whatsapp", "about": "Hola", "vertical": "RETAIL"}
    assert graph.call("POST", f"{base}/whatsapp_business_profile", json=body).ok
    shown = graph.call("GET", f"{base}/whatsapp_business_profile?fields=about").json()
    assert shown == {"data": [{"about": "Hola", "messaging_product": "whatsapp"}]}
    change = {"user_identity_change": {"enable_identity_key_check": True}}
    assert graph.call("POST", f"{base}/settings", json=change).json()["success"]
    shown = graph.call("GET", f"{base}/settings").json()
    assert shown["user_identity_change"] == {"enable_identity_key_check": True}
    qr = graph.call(
        "POST", f"{base}/message_qrdls", json={"prefilled_message": "Hola"}
    ).json()
    one = graph.call("GET", f"{base}/message_qrdls/{qr['code']}").json()
    assert one["data"] == [qr]
    gone = graph.call("DELETE", f"{base}/message_qrdls/{qr['code']}")
    assert gone.json() == {"success": True}
    again = graph.call("DELETE", f"{base}/message_qrdls/{qr['code']}")
    assert (again.status_code, error(again)["code"]) == (404, 803)
    assert graph.call(
        "POST", f"{base}/whatsapp_commerce_settings?is_cart_enabled=false"
    ).ok
    row = graph.call("GET", f"{base}/whatsapp_commerce_settings").json()["data"][0]
    assert row["is_cart_enabled"] is False
    key = {"business_public_key": "-----BEGIN PUBLIC KEY-----\nx\n-----END"}
    assert graph.call("POST", f"{base}/whatsapp_business_encryption", data=key).ok
    row = graph.call("GET", f"{base}/whatsapp_business_encryption").json()["data"][0]
    assert row["business_public_key_signature_status"] == "VALID"
    prompts = {"enable_welcome_message": True, "prompts": ["¿Precio?"]}
    assert graph.call("POST", f"{base}/conversational_automation", json=prompts).ok
    shown = graph.call("GET", f"{base}?fields=conversational_automation").json()
    assert shown["conversational_automation"]["prompts"] == ["¿Precio?"]


def test_block_users(sim: SimulatorClient, graph: Any) -> None:
    path = f"/v23.0/{NUMBER}/block_users"
    body = {"messaging_product": "whatsapp", "block_users": [{"user": ANA}]}
    answer = graph.call("POST", path, json=body)
    assert answer.status_code == 400
    shown = answer.json()
    assert shown["error"]["code"] == 139100
    (failed,) = shown["block_users"]["failed_users"]
    assert failed["errors"][0]["code"] == 131047
    sim.customer_message(ANA, body="hola")
    assert graph.call("POST", path, json=body).json()["block_users"] == {
        "added_users": [{"input": ANA, "wa_id": ANA}]
    }
    assert graph.call("GET", path).json()["data"][0]["wa_id"] == ANA
    assert graph.call("DELETE", path, json=body).json()["block_users"] == {
        "removed_users": [{"input": ANA, "wa_id": ANA}]
    }
    assert graph.call("GET", path).json() == {"data": []}


def test_subscribed_apps(sim: SimulatorClient, graph: Any, receiver: Any) -> None:
    path = f"/v23.0/{WABA}/subscribed_apps"
    sim.subscribe(receiver.url + "/app")
    assert graph.call("DELETE", path).json() == {"success": True}
    assert graph.call("GET", path).json() == {"data": []}
    sim.customer_message(ANA, body="nadie oye")
    assert sim.webhooks() == []
    body = {"override_callback_uri": receiver.url, "verify_token": "mine"}
    done = graph.call("POST", path, json=body).json()
    assert done["success"] is True
    assert done["data"][0]["override_callback_uri"] == receiver.url
    query, _ = receiver.gets[-1]
    assert query["hub.verify_token"] == "mine"
    (row,) = graph.call("GET", path).json()["data"]
    assert row["override_callback_uri"] == receiver.url
    assert row["whatsapp_business_api_data"]["id"] == APP
    sim.customer_message(ANA, body="hola", wait=True)
    assert [hook["url"] for hook in sim.webhooks()] == [receiver.url]
    assert graph.call("POST", path).json() == {"success": True}
    (row,) = graph.call("GET", path).json()["data"]
    assert "override_callback_uri" not in row


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/{WABA}/subscribed_apps", {"override_callback_uri": "URL"}),
        (f"/{NUMBER}", {"webhook_configuration": {"override_callback_uri": "URL"}}),
        (f"/{APP}/subscriptions",
         {"object": "whatsapp_business_account", "callback_url": "URL"}),
    ],
)  # fmt: skip
def test_a_callback_must_prove_itself(
    sim: SimulatorClient, graph: Any, receiver: Any, path: str, body: Any
) -> None:
    receiver.challenge = lambda query: (403, "no")
    text = json.dumps(body).replace("URL", receiver.url)
    missing = graph.call("POST", f"/v23.0{path}", json=json.loads(text))
    assert "verify_token is required" in error(missing)["message"]
    text = text.replace(f'"{receiver.url}"', f'"{receiver.url}", "verify_token": "x"')
    answer = graph.call("POST", f"/v23.0{path}", json=json.loads(text))
    assert (answer.status_code, error(answer)["code"]) == (400, 2200)
    assert "got 403" in error(answer)["message"]
    assert sim.world()["subscriptions"] == []
    receiver.challenge = lambda query: (200, query["hub.challenge"])
    assert graph.call("POST", f"/v23.0{path}", json=json.loads(text)).ok
    (held,) = sim.world()["subscriptions"]
    assert (held["callback_url"], held["verify_token"]) == (receiver.url, "x")


def test_the_numbers_own_callback_is_removed(
    sim: SimulatorClient, graph: Any, receiver: Any
) -> None:
    node = {"override_callback_uri": receiver.url, "verify_token": "x"}
    path = f"/v23.0/{NUMBER}"
    assert graph.call("POST", path, json={"webhook_configuration": node}).ok
    node["override_callback_uri"] = ""
    assert graph.call("POST", path, json={"webhook_configuration": node}).ok
    assert sim.world()["subscriptions"] == []
    assert graph.call("POST", path, json={"colour": 1}).status_code == 400


def test_app_subscriptions(sim: SimulatorClient, graph: Any, receiver: Any) -> None:
    graph.token = f"{APP}|sim-app-secret"
    path = f"/v23.0/{APP}/subscriptions"
    body = {
        "object": "whatsapp_business_account",
        "callback_url": receiver.url,
        "verify_token": "x",
        "fields": "messages,message_template_status_update",
    }
    assert graph.call("POST", path, data=body).json() == {"success": True}
    (row,) = graph.call("GET", path).json()["data"]
    assert row["callback_url"] == receiver.url
    assert [f["name"] for f in row["fields"]] == body["fields"].split(",")
    assert graph.call("DELETE", path).json() == {"success": True}
    assert graph.call("GET", path).json() == {"data": []}
    assert error(graph.call("GET", f"/v23.0/{NUMBER}"))["code"] == 190


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({**SECRETS, "code": "abc"}, "SIM-TOKEN"),
        ({**SECRETS, "grant_type": "client_credentials"}, f"{APP}|sim-app-secret"),
        (
            {**SECRETS, "grant_type": "fb_exchange_token", "fb_exchange_token": "x"},
            "SIM-TOKEN",
        ),
        ({**SECRETS}, 100),
        ({"code": "abc"}, 100),
        ({**SECRETS, "client_id": "7", "code": "x"}, 101),
        ({**SECRETS, "client_secret": "7", "code": "x"}, 1),
        ({**SECRETS, "grant_type": "magic"}, 100),
    ],
)
def test_access_token(
    sim: SimulatorClient, server: Any, query: dict[str, str], found: Any
) -> None:
    url = f"{server.url}/v23.0/oauth/access_token"
    answer = requests.get(url, params=query, timeout=5)
    if isinstance(found, str):
        assert answer.json()["access_token"] == found
        assert answer.json()["token_type"] == "bearer"
    else:
        assert error(answer)["code"] == found


def test_debug_token(sim: SimulatorClient, graph: Any) -> None:
    data = graph.call("GET", "/v23.0/debug_token?input_token=SIM-TOKEN").json()["data"]
    assert data["is_valid"] is True
    assert (data["app_id"], data["expires_at"]) == (APP, 0)
    assert data["granular_scopes"][0]["target_ids"] == [WABA]
    data = graph.call("GET", "/v23.0/debug_token?input_token=other").json()["data"]
    assert (data["is_valid"], data["error"]["code"]) == (False, 190)
    assert graph.call("GET", "/v23.0/debug_token").status_code == 400


def test_resumable_upload(sim: SimulatorClient, graph: Any) -> None:
    query = {"file_length": 6, "file_type": "image/png", "file_name": "a.png"}
    begun = graph.call("POST", f"/v23.0/{APP}/uploads", params=query).json()
    assert begun["id"].startswith("upload:")
    path = f"/v23.0/{begun['id']}"
    headers = {"Authorization": "OAuth SIM-TOKEN", "file_offset": "0"}
    half = graph.call("POST", path, data=b"\x89PN", headers=headers)
    assert half.json() == {"id": begun["id"], "file_offset": 3}
    assert graph.call("GET", path).json() == {"id": begun["id"], "file_offset": 3}
    headers["file_offset"] = "3"
    handle = graph.call("POST", path, data=b"GGG", headers=headers).json()["h"]
    body = {"messaging_product": "whatsapp", "profile_picture_handle": handle}
    profile = f"/v23.0/{NUMBER}/whatsapp_business_profile"
    assert graph.call("POST", profile, json=body).ok
    row = graph.call("GET", f"{profile}?fields=profile_picture_url").json()["data"][0]
    assert row["profile_picture_url"].startswith("https://pps.whatsapp.net/")


def test_marketing_messages_take_marketing_only(
    sim: SimulatorClient, graph: Any
) -> None:
    sim.add_template("oferta", "es", TEMPLATE["components"], category="MARKETING")
    path = f"/v23.0/{NUMBER}/marketing_messages"
    codes = []
    for name, language in (("oferta", "es"), ("hello_world", "en_US")):
        node = {"name": name, "language": {"code": language}}
        body = {
            "messaging_product": "whatsapp",
            "to": ANA,
            "type": "template",
            "template": node,
        }
        answer = graph.call("POST", path, json=body)
        codes.append(answer.json().get("error", {}).get("code"))
    assert codes == [None, 131055]


def test_the_address_of_a_page_carries_what_was_asked(
    sim: SimulatorClient, graph: Any
) -> None:
    path = f"/v23.0/{WABA}/message_templates?limit=1&status=APPROVED"
    url = graph.call("GET", path).json()["paging"]["next"]
    query = parse_qs(urlsplit(url).query)
    assert query["status"] == ["APPROVED"]
    assert query["access_token"] == ["SIM-TOKEN"]


def test_a_username_moves_between_numbers_when_told_to(
    sim: SimulatorClient, graph: Any
) -> None:
    """147005 without ``transfer_action: force_transfer``."""
    other = sim.add_number("100000000000002", WABA, "573000000002")["id"]
    mine, theirs = f"/v24.0/{NUMBER}/username", f"/v24.0/{other}/username"
    assert graph.call("GET", mine).json() == {}
    name = {"username": "Tienda.Sur"}
    assert graph.call("POST", mine, json=name).json()["status"] == "approved"
    assert graph.call("POST", mine, json=name).status_code == 200
    taken = graph.call("POST", theirs, json={"username": "tienda.sur"})
    assert (taken.status_code, error(taken)["code"]) == (400, 147005)
    forced = {**name, "transfer_action": "force_transfer"}
    assert graph.call("POST", theirs, json=forced).status_code == 200
    assert graph.call("GET", mine).json() == {}
    assert graph.call("GET", theirs).json()["username"] == "tienda.sur"
    assert graph.call("DELETE", theirs).json() == {"success": True}


def test_archive_and_back(sim: SimulatorClient, graph: Any) -> None:
    rows = graph.call("GET", f"/v23.0/{WABA}/message_templates").json()["data"]
    ids = [row["id"] for row in rows]
    path = f"/v23.0/{WABA}/message_templates"
    body = {"hsm_ids": ",".join([*ids, "7"])}
    done = graph.call("POST", f"{path}/archive", json=body).json()
    words = "The template 7 does not exist."
    assert done == {"archived_templates": ids, "failed_templates": {"7": words}}
    node = {"name": "hello_world", "language": {"code": "en_US"}}
    answer = graph.send(type="template", template=node)
    assert error(answer)["code"] == 132001
    again = graph.call("POST", f"{path}/archive", json=body).json()
    assert list(again["failed_templates"]) == [*ids, "7"]
    back = graph.call("POST", f"{path}/unarchive", json={"hsm_ids": ids}).json()
    assert back == {"unarchived_templates": ids, "failed_templates": {}}
    assert graph.send(type="template", template=node).ok
    assert graph.call("POST", f"{path}/archive", json={}).status_code == 400


def test_one_authentication_template_in_several_languages(
    sim: SimulatorClient, graph: Any
) -> None:
    otp = {"type": "OTP", "otp_type": "COPY_CODE"}
    body = {
        "name": "clave",
        "languages": ["es", "en_US"],
        "category": "AUTHENTICATION",
        "components": [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [otp]}],
    }
    path = f"/v23.0/{WABA}/upsert_message_templates"
    made = graph.call("POST", path, json=body).json()["data"]
    assert [row["language"] for row in made] == ["es", "en_US"]
    sim.wait_idle()
    again = graph.call("POST", path, json=body).json()["data"]
    assert [row["id"] for row in again] == [row["id"] for row in made]
    bad = {**body, "category": "MARKETING"}
    assert graph.call("POST", path, json=bad).status_code == 400
    assert graph.call("POST", path, json={**body, "languages": []}).status_code == 400
