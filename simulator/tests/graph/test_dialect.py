"""The dialect over HTTP: envelopes, tokens, media, templates, 501."""

import base64
import hashlib
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient

NUMBER = "100000000000001"
WABA = "200000000000001"
ANA = "573012345678"


@pytest.mark.parametrize("prefix", ["", "/v14.0", "/v23.0", "/v99.9"])
def test_any_version_and_none(sim: SimulatorClient, graph: Any, prefix: str) -> None:
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    answer = graph.call("POST", f"{prefix}/{NUMBER}/messages", json=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"


def test_error_envelope(sim: SimulatorClient, graph: Any) -> None:
    answer = graph.send(type="template", template={
        "name": "nada", "language": {"code": "es"}})  # fmt: skip
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert len(error.pop("fbtrace_id")) > 10
    assert error == {
        "message": "(#132001) Template name does not exist in the translation",
        "type": "OAuthException",
        "code": 132001,
        "error_data": {
            "messaging_product": "whatsapp",
            "details": "template name (nada) does not exist in es",
        },
    }


def test_unknown_object(sim: SimulatorClient, graph: Any) -> None:
    answer = graph.call("GET", "/v23.0/999999999999999")
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert error["type"] == "GraphMethodException"
    assert "999999999999999" in error["message"]


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"Authorization": "Bearer SIM-TOKEN"}, "", 200),
        ({"Authorization": "OAuth SIM-TOKEN"}, "", 200),
        ({}, "?access_token=SIM-TOKEN", 200),
        ({}, "", 401),
        ({"Authorization": "Bearer wrong"}, "", 401),
        ({"Authorization": "Basic SIM-TOKEN"}, "", 401),
        ({"Authorization": "Bearer EAAGm0PX4ZCpsBAabcdef"}, "", 401),
    ],
)
def test_tokens(
    sim: SimulatorClient, server: Any, headers: Any, query: str, status: int
) -> None:
    url = f"{server.url}/v23.0/{NUMBER}{query}"
    answer = requests.get(url, headers=headers, timeout=5)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["error"]["code"] == 190
        assert answer.headers["www-authenticate"].startswith('OAuth "Facebook')
    assert "EAAGm0" not in str(sim.journal()) + answer.text


def test_number_and_fields(sim: SimulatorClient, graph: Any) -> None:
    whole = graph.call("GET", f"/v23.0/{NUMBER}").json()
    assert whole["display_phone_number"] == "+57 300 0000001"
    assert whole["id"] == NUMBER
    some = graph.call("GET", f"/v23.0/{NUMBER}?fields=verified_name,status").json()
    assert some == {
        "verified_name": "Negocio Simulado",
        "status": "CONNECTED",
        "id": NUMBER,
    }
    bad = graph.call("GET", f"/v23.0/{NUMBER}?fields=colour").json()
    assert "nonexisting field (colour)" in bad["error"]["message"]


def test_templates_are_listed(sim: SimulatorClient, graph: Any) -> None:
    rows = graph.call("GET", f"/v23.0/{WABA}/message_templates").json()["data"]
    assert [(r["name"], r["language"], r["status"]) for r in rows] == [
        ("hello_world", "en_US", "APPROVED"),
        ("saludo", "es", "APPROVED"),
    ]
    one = graph.call("GET", f"/v23.0/{WABA}/message_templates?name=saludo").json()
    assert [r["name"] for r in one["data"]] == ["saludo"]
    assert graph.call("GET", f"/{rows[1]['id']}").json() == rows[1]


def test_templates_of_the_tester(sim: SimulatorClient, graph: Any) -> None:
    sim.add_template("cita", "es", [{"type": "BODY", "text": "Cita el {{1}}"}])
    node = {
        "name": "cita",
        "language": {"code": "es"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "lunes"}]}
        ],
    }
    assert graph.send(type="template", template=node).status_code == 200
    assert sim.messages()[0]["text"] == "Cita el lunes"
    sim.add_template("cita", "es", [{"type": "BODY", "text": "x"}], status="PAUSED")
    assert graph.send(type="template", template=node).json()["error"]["code"] == 132015


def upload(
    graph: Any, content: bytes = b"%PDF-1.4", mime: str = "application/pdf"
) -> Any:
    return graph.call(
        "POST",
        f"/v23.0/{NUMBER}/media",
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.pdf", content, mime)},
    )


def test_media_round_trip(sim: SimulatorClient, graph: Any) -> None:
    media = upload(graph).json()["id"]
    described = graph.call("GET", f"/v23.0/{media}").json()
    digest = hashlib.sha256(b"%PDF-1.4").digest()
    assert described["sha256"] == base64.b64encode(digest).decode()
    assert described["file_size"] == 8
    assert described["mime_type"] == "application/pdf"
    answer = graph.call("GET", described["url"].removeprefix(graph.base))
    assert (answer.content, answer.headers["content-type"]) == (
        b"%PDF-1.4",
        "application/pdf",
    )
    node = {"id": media, "filename": "a.pdf", "caption": "léame"}
    assert graph.send(type="document", document=node).status_code == 200
    assert sim.messages()[0]["text"] == "léame"
    assert graph.call("DELETE", f"/v23.0/{media}").json() == {"success": True}
    assert graph.call("GET", f"/v23.0/{media}").json()["error"]["error_subcode"] == 33
    assert graph.send(type="document", document=node).json()["error"]["code"] == 131009


def test_through_the_proxy_the_address_is_metas(
    sim: SimulatorClient, server: Any
) -> None:
    wamid = sim.customer_message(ANA, "image")["wamid"]
    node = sim.message(wamid)["payload"]
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": server.url}
        session.verify = server.ready["ca"]
        session.headers["Authorization"] = "Bearer SIM-TOKEN"
        media = session.get(
            f"https://graph.facebook.com/v23.0/{node['id']}", timeout=5
        ).json()
        for url in (media["url"], node["url"]):
            assert url.startswith("https://lookaside.fbsbx.com/whatsapp_business/")
            answer = session.get(url, timeout=5)
            assert answer.status_code == 200
            digest = hashlib.sha256(answer.content).digest()
            assert base64.b64encode(digest).decode() == node["sha256"]


def test_downloads_need_token_and_haste(sim: SimulatorClient, graph: Any) -> None:
    media = upload(graph).json()["id"]
    path = graph.call("GET", f"/v23.0/{media}").json()["url"].removeprefix(graph.base)
    bare = requests.get(graph.base + path, timeout=5)
    assert bare.status_code == 401
    assert graph.call("GET", path + "x").status_code == 404
    sim.advance(300)
    assert graph.call("GET", path).status_code == 200
    sim.advance(1)
    assert graph.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("files", "data", "words"),
    [
        (
            {"file": ("a.gif", b"GIF8", "image/gif")},
            {},
            "messaging_product is required",
        ),
        (
            {"file": ("a.gif", b"GIF8", "image/gif")},
            {"messaging_product": "whatsapp"},
            "must be a file with one of the following types",
        ),
        (
            {"other": ("a.pdf", b"%PDF", "application/pdf")},
            {"messaging_product": "whatsapp"},
            "file is required",
        ),
    ],
)
def test_bad_uploads(
    sim: SimulatorClient, graph: Any, files: Any, data: Any, words: str
) -> None:
    answer = graph.call("POST", f"/v23.0/{NUMBER}/media", data=data, files=files)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/v23.0/{WABA}/activities"),
        ("GET", "/v23.0/me"),
        ("GET", f"/v23.0/{NUMBER}/message_history"),
        ("GET", f"/v23.0/{WABA}?fields=template_analytics"),
        ("DELETE", f"/v23.0/{NUMBER}"),
    ],
)
def test_what_is_not_simulated_is_501(
    sim: SimulatorClient, graph: Any, method: str, path: str
) -> None:
    answer = graph.call(method, path)
    assert answer.status_code == 501
    assert "wa-simulator does not do this" in answer.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff"])
def test_bad_json(sim: SimulatorClient, graph: Any, content: bytes) -> None:
    answer = graph.call("POST", f"/v23.0/{NUMBER}/messages", data=content)
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["error"]["message"]


def test_mark_as_read_and_typing(sim: SimulatorClient, graph: Any) -> None:
    wamid = sim.customer_message(ANA, body="hola")["wamid"]
    body = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": {"type": "text"},
    }
    for method in ("POST", "PUT"):
        answer = graph.call(method, f"/v23.0/{NUMBER}/messages", json=body)
        assert answer.json() == {"success": True}
    assert sim.message(wamid)["read_by_business"] is True
    body["typing_indicator"] = {"type": "audio"}
    answer = graph.call("POST", f"/v23.0/{NUMBER}/messages", json=body)
    assert answer.status_code == 400


def test_broken_multipart(sim: SimulatorClient, graph: Any) -> None:
    answer = graph.call(
        "POST",
        f"/v23.0/{NUMBER}/media",
        data=b"nonsense",
        headers={"content-type": "multipart/form-data"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
