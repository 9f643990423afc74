"""Whatever comes in: words and an envelope, never a 500, never a traceback."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer

NUMBER, WABA, APP = "100000000000001", "200000000000001", "300000000000001"
ANA = "573012345678"
BOUNDED = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "0",
            "1",
            ANA,
            NUMBER,
            "text",
            "{{1}}",
            "\u0000",
            "\ud83d\ude00",
            "a" * 5000,
        ]
    ),
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)

TEXT = {"type": "text", "text": {"body": "hola", "preview_url": True}}
HEAD = {"messaging_product": "whatsapp", "to": ANA, "recipient_type": "individual"}
INTERACTIVE = {
    "header": {"type": "text", "text": "h"},
    "body": {"text": "b"},
    "footer": {"text": "f"},
}
MESSAGES = [
    TEXT,
    {"type": "image", "image": {"link": "http://127.0.0.1:1/a.jpg", "caption": "c"}},
    {"type": "audio", "audio": {"id": "1", "voice": True}},
    {"type": "document", "document": {"id": "1", "filename": "a.pdf"}},
    {"type": "sticker", "sticker": {"id": "1"}},
    {
        "type": "location",
        "location": {"latitude": 4.6, "longitude": "-74", "name": "n"},
    },
    {
        "type": "contacts",
        "contacts": [
            {"name": {"formatted_name": "A"}, "phones": [{"phone": "+57 300"}]}
        ],
    },
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "\u2764"}},
    {
        "type": "interactive",
        "interactive": {
            "type": "button",
            **INTERACTIVE,
            "action": {
                "buttons": [{"type": "reply", "reply": {"id": "1", "title": "t"}}]
            },
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "list",
            **INTERACTIVE,
            "action": {
                "button": "b",
                "sections": [{"title": "s", "rows": [{"id": "1", "title": "t"}]}],
            },
        },
    },
    {
        "type": "interactive",
        "interactive": {
            "type": "flow",
            **INTERACTIVE,
            "action": {
                "name": "flow",
                "parameters": {
                    "flow_message_version": "3",
                    "flow_cta": "c",
                    "flow_id": "1",
                    "flow_action_payload": {"screen": "S", "data": {"a": 1}},
                },
            },
        },
    },
    {
        "type": "template",
        "template": {
            "name": "saludo",
            "language": {"code": "es"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}
            ],
        },
    },
    {"status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}},
    {**TEXT, "context": {"message_id": "wamid.x"}, "biz_opaque_callback_data": "o"},
    {**TEXT, "recipient": "CO.13491208655302741918"},
]
TEMPLATE = {
    "name": "fuzzed",
    "language": "es",
    "category": "MARKETING",
    "parameter_format": "positional",
    "components": [
        {
            "type": "HEADER",
            "format": "TEXT",
            "text": "h {{1}}",
            "example": {"header_text": ["a"]},
        },
        {"type": "BODY", "text": "b {{1}} c", "example": {"body_text": [["a"]]}},
        {"type": "FOOTER", "text": "f"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "q"},
                {"type": "PHONE_NUMBER", "text": "p", "phone_number": "573001112233"},
            ],
        },
    ],
}  # fmt: skip
#: (method, path, a body that is good)
GRAPH: list[tuple[str, str, Any]] = [
    *(("POST", f"/{NUMBER}/messages", {**HEAD, **each}) for each in MESSAGES),
    ("POST", f"/{NUMBER}/marketing_messages", {**HEAD, **MESSAGES[11]}),
    ("POST", f"/{WABA}/message_templates", TEMPLATE),
    ("GET", f"/{WABA}/message_templates", None),
    ("POST", f"/{NUMBER}/register", {"messaging_product": "whatsapp", "pin": "123456"}),
    ("POST", f"/{NUMBER}/request_code", {"code_method": "SMS", "language": "es"}),
    ("POST", f"/{NUMBER}/verify_code", {"code": "123456"}),
    ("POST", f"/{NUMBER}", {"webhook_configuration": {"override_callback_uri": ""}}),
    ("POST", f"/{NUMBER}/settings", {"calling": {"status": "ENABLED"}}),
    (
        "POST",
        f"/{NUMBER}/whatsapp_business_profile",
        {"messaging_product": "whatsapp", "about": "a", "websites": ["https://a.test"]},
    ),
    (
        "POST",
        f"/{NUMBER}/block_users",
        {"messaging_product": "whatsapp", "block_users": [{"user": ANA}]},
    ),
    (
        "POST",
        f"/{WABA}/phone_numbers",
        {"cc": "57", "phone_number": "3009998877", "verified_name": "n"},
    ),
    ("POST", f"/{WABA}/subscribed_apps", {}),
    ("POST", f"/{NUMBER}/message_qrdls", {"prefilled_message": "x"}),
    ("POST", f"/{APP}/uploads", {"file_length": 3, "file_type": "image/png"}),
    ("POST", f"/{APP}/subscriptions", {"object": "whatsapp_business_account"}),
    ("GET", f"/{NUMBER}", None),
    ("GET", f"/{WABA}", None),
    ("GET", f"/{WABA}/phone_numbers", None),
    ("GET", "/debug_token", None),
    ("GET", "/oauth/access_token", None),
]
CONTROL: list[tuple[str, str, Any]] = [
    *(("POST", f"/customers/{ANA}/messages", each) for each in MESSAGES[:7]),
    ("POST", f"/customers/{ANA}/messages", {"type": "text", "body": "x", "to": NUMBER}),
    ("POST", f"/customers/{ANA}/read", {"wamid": "wamid.x"}),
    ("PATCH", f"/customers/{ANA}", {"name": "Ana", "presence": "reads"}),
    ("POST", "/messages/wamid.x/status", {"status": "read", "code": 131026}),
    ("POST", "/wait", {"for": "message", "match": {"to": ANA}, "timeout": 0}),
    ("POST", "/webhooks/raw", {"body": {"a": 1}, "sign": "good"}),
    ("POST", "/webhooks/subscription", {"callback_url": "http://127.0.0.1:1/"}),
    ("PATCH", "/world", {"settings": {"retry_horizon": 3600, "pair_limit": True}}),
    ("POST", "/world/templates", TEMPLATE),
    (
        "POST",
        "/world/numbers",
        {"id": "100000000000002", "waba_id": WABA, "display": "573000000002"},
    ),
    ("POST", "/clock", {"advance": 1}),
    ("POST", "/reset", {"scope": "number", "id": NUMBER}),
    (
        "POST",
        "/faults",
        {
            "name": "error",
            "params": {"code": 4},
            "match": {"path": "/none", "number": "1", "to": "1", "type": "x"},
            "when": {"nth": 1, "every": 2, "probability": 0.1, "times": 1},
            "phase": "before",
        },
    ),
    ("POST", "/snapshot", {}),
    ("POST", "/templates/1/review", {"decision": "approve"}),
]


def _spots(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, inner in pairs:
        yield from _spots(inner, (*at, key))


def _change(value: Any, at: tuple[Any, ...], to: Any, *, drop: bool) -> Any:
    if not at:
        return to
    made = deepcopy(value)
    holder = made
    for key in at[:-1]:
        holder = holder[key]
    if drop:
        del holder[at[-1]]
    else:
        holder[at[-1]] = to
    return made


@st.composite
def calls(draw: st.DrawFn, table: list[tuple[str, str, Any]]) -> tuple[str, str, Any]:
    """A row of the table with its body changed in one or two places."""
    method, path, body = draw(st.sampled_from(table))
    if body is None:
        return method, path, None
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.sampled_from(list(_spots(body))))
        body = _change(body, at, draw(anything), drop=draw(st.booleans()))
    return method, path, body


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[ThreadedServer]:
    """A server of its own: what is done to it is not undone."""
    with ThreadedServer(ServeConfig(port=0, clock="frozen")) as server:
        yield server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.headers["Authorization"] = "Bearer SIM-TOKEN"
        yield made


def dumps(body: Any) -> bytes:
    """JSON as clients send it: lone surrogates as escapes."""
    return json.dumps(body).encode()


def in_order(answer: requests.Response, *, graph: bool) -> None:
    """Not a defect of ours, and said in the right form."""
    assert answer.status_code != 500, answer.text
    assert "Traceback" not in answer.text
    if answer.status_code < 400:
        return
    error = answer.json()["error"]
    assert isinstance(error["message"], str)
    assert error["message"]
    if graph:
        assert {"message", "type", "code"} <= set(error)
        assert isinstance(error["code"], int)


@given(call=calls(GRAPH))
@BOUNDED
def test_the_dialect(
    fuzzed: ThreadedServer, session: requests.Session, call: tuple[str, str, Any]
) -> None:
    method, path, body = call
    answer = session.request(
        method,
        f"{fuzzed.url}/v23.0{path}",
        data=None if body is None else dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    in_order(answer, graph=True)


words = st.text(st.characters(codec="utf-8"), max_size=12)
pieces = st.one_of(
    st.sampled_from(
        [NUMBER, WABA, APP, "messages", "media", "message_templates", "..", ".", "_sim",
         "v23.0", "v1", "0", "%00", "upload:", "uploads", "oauth", "access_token"]
    ),
    words,
)  # fmt: skip
queries = st.dictionaries(
    st.sampled_from(
        ["fields", "limit", "after", "before", "name", "hsm_id", "filtering", "sort",
         "phone_number_id", "input_token", "status", "language", "category", "x"]
    ),
    st.one_of(
        words,
        st.sampled_from(
            ["-1", "0", "99999999999999999999", "id,name", "a(b){c",
             "analytics.start(1)",
             "[{", "[]", "MAZDZD"]
        ),
    ),
    max_size=3,
)  # fmt: skip


@given(
    method=st.sampled_from(
        ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
    ),
    path=st.lists(pieces, max_size=4),
    query=queries,
)
@BOUNDED
def test_any_address(
    fuzzed: ThreadedServer,
    session: requests.Session,
    method: str,
    path: list[str],
    query: dict[str, str],
) -> None:
    url = fuzzed.url + "/" + "/".join(quote(piece, safe="%:.") for piece in path)
    answer = session.request(
        method, url, params=query, timeout=10, allow_redirects=False
    )
    assert answer.status_code != 500, answer.text
    assert "Traceback" not in answer.text


@given(
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "text/plain",
         "multipart/form-data; boundary=x", "multipart/form-data", "", "\u00e9"]
    ),
    content=st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [b"--x\r\n", b"--x--", b"{", b"[" * 2000, b'{"a":' * 500, b"\xff\xfe{}",
             b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nz\r\n--x--',
             b'--x\r\nContent-Disposition: form-data; name="json"\r\n\r\n[\r\n--x--',
             b'{"a":1e999}', b'{"to":NaN}', b"9" * 5000, b'"\\ud800"']
        ),
    ),
    path=st.sampled_from(
        [f"/{NUMBER}/messages", f"/{NUMBER}/media", f"/{WABA}/message_templates",
         f"/_sim/customers/{ANA}/messages", "/_sim/webhooks/raw", "/_sim/faults"]
    ),
)  # fmt: skip
@BOUNDED
def test_any_bytes(
    fuzzed: ThreadedServer,
    session: requests.Session,
    kind: str,
    content: bytes,
    path: str,
) -> None:
    answer = session.post(
        fuzzed.url + path,
        data=content,
        headers={"Content-Type": kind.encode("latin-1")},
        timeout=10,
    )
    in_order(answer, graph=not path.startswith("/_sim"))


@given(call=calls(CONTROL))
@BOUNDED
def test_the_control_api(
    fuzzed: ThreadedServer, session: requests.Session, call: tuple[str, str, Any]
) -> None:
    method, path, body = call
    if path == "/wait" and isinstance(body, dict):
        body.setdefault("timeout", 0)
    answer = session.request(
        method,
        f"{fuzzed.url}/_sim{path}",
        data=dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    session.delete(f"{fuzzed.url}/_sim/faults", timeout=10)
    in_order(answer, graph=False)
    for look in ("world", "messages", "webhooks", "journal?limit=1"):
        seen = session.get(f"{fuzzed.url}/_sim/{look}", timeout=10)
        assert seen.status_code == 200, seen.text


DEEP = [
    b"[" * 5000,
    b'{"a":' * 5000,
    b'{"type":"text","text":{"body":' + b"[" * 900 + b"]" * 900 + b"}}",
    b'{"body":' + b"[" * 300 + b"1" + b"]" * 300 + b"}",
    b'{"kind":"webhook","webhook":[1],"body":"x","self":{"a":' + b"[" * 99 + b"]" * 99
    + b"}}",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(DEEP)))
@pytest.mark.parametrize(
    "path",
    [
        f"/v23.0/{NUMBER}/messages",
        f"/v23.0/{WABA}/message_templates",
        f"/_sim/customers/{ANA}/messages",
        "/_sim/webhooks/raw",
        "/_sim/faults",
        "/_sim/snapshot",
        "/_sim/journal/import?replay=true",
    ],
)
def test_what_is_nested_too_deeply_is_refused(
    fuzzed: ThreadedServer, session: requests.Session, number: int, path: str
) -> None:
    answer = session.post(
        fuzzed.url + path,
        data=DEEP[number],
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    in_order(answer, graph=path.startswith("/v23"))
    assert answer.status_code == 400


def test_an_import_may_hold_any_keys(
    fuzzed: ThreadedServer, session: requests.Session
) -> None:
    line = {"kind": "webhook", "self": 1, "webhook": [1], "number": [], "body": "x"}
    answer = session.post(
        f"{fuzzed.url}/_sim/journal/import?replay=true",
        data=json.dumps(line),
        timeout=10,
    )
    assert answer.json() == {"imported": 1, "replayed": []}
