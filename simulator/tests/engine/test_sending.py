"""What Meta accepts and refuses."""

from typing import Any

import pytest

from wa_simulator.engine.engine import Engine
from wa_simulator.engine.entities import Template
from wa_simulator.engine.errors import Refused

NUMBER = "100000000000001"
WABA = "200000000000001"
ANA = "573012345678"


def text(**changes: Any) -> dict[str, Any]:
    body = {
        "messaging_product": "whatsapp",
        "to": ANA,
        "type": "text",
        "text": {"body": "hola"},
    }
    body.update(changes)
    return {k: v for k, v in body.items() if v is not None}


def saludo(*values: Any, name: str = "saludo", language: str = "es") -> dict[str, Any]:
    parameters = [{"type": "text", "text": v} for v in values]
    node = {
        "name": name,
        "language": {"code": language},
        "components": [{"type": "body", "parameters": parameters}],
    }
    return text(type="template", text=None, template=node)


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        (text(messaging_product=None), 100, "messaging_product is required"),
        (text(messaging_product="sms"), 100, "must be one of {WHATSAPP}"),
        (text(to=None), 100, "to is required"),
        (text(to="hola"), 131009, "not a phone"),
        (text(type="txt"), 100, "Param type must be one of"),
        (text(text=None), 100, "text is required"),
        (text(text={"body": ""}), 100, "text['body'] is required"),
        (text(text={"body": "x" * 4097}), 100, "at most 4096"),
        (text(text={"body": "x", "preview_url": "yes"}), 100, "must be a boolean"),
        (text(context={}), 100, "context['message_id'] is required"),
        (text(biz_opaque_callback_data="x" * 513), 100, "at most 512"),
        (text(to="573000000001"), 131021, "cannot be the sender"),
        (text(type="image", image={"id": "77"}), 131009, "does not exist"),
        (text(type="image", image={}), 100, "image['id'] is required"),
        (text(type="audio", audio={"id": "7", "caption": "c"}), 100, "Unexpected key"),
        (text(type="location", location={"latitude": 1}), 100, "longitude"),
        (
            text(type="location", location={"latitude": 91, "longitude": 0}),
            131009,
            "outside",
        ),
        (text(type="reaction", reaction={"emoji": "x"}), 100, "message_id"),
        (saludo("Ana", name="salud"), 132001, "does not exist in es"),
        (saludo("Ana", language="en_US"), 132001, "does not exist in en_US"),
        (saludo(), 132000, "localizable_params (0) does not match"),
        (saludo("Ana", "Eva"), 132000, "(2) does not match the expected"),
        (saludo(""), 131008, "missing text value"),
        (saludo("dos\nlíneas"), 132018, "new-line"),
        (saludo("x" * 1024), 132005, "too long"),
    ],
)
def test_refused(
    engine: Engine, payload: dict[str, Any], code: int, words: str
) -> None:
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, payload)
    assert caught.value.code == code
    assert words in f"{caught.value.message} {caught.value.details}"
    assert not engine.world.messages
    assert not engine.world.customers


def test_bad_parameter_text_is_100_before_version_23(engine: Engine) -> None:
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, saludo("a\tb"), 22.0)
    assert caught.value.code == 100


def test_groups_take_messages_only(engine: Engine) -> None:
    with pytest.raises(Refused, match="groups take /messages only"):
        engine.accept(NUMBER, text(recipient_type="group"))


def test_unknown_number(engine: Engine) -> None:
    with pytest.raises(Refused) as caught:
        engine.accept("999", text())
    assert (caught.value.code, caught.value.subcode) == (100, 33)


def test_answer_of_a_text_has_no_status(engine: Engine) -> None:
    accepted = engine.accept(NUMBER, text(to="+57 (301) 234-5678"))
    assert accepted.answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+57 (301) 234-5678", "wa_id": ANA}],
        "messages": [{"id": accepted.message.wamid}],
    }


def test_template_is_hydrated(engine: Engine) -> None:
    accepted = engine.accept(NUMBER, saludo("Ana"))
    assert accepted.message.text is not None
    assert accepted.message.text.startswith("Hola Ana, gracias")
    assert accepted.answer["messages"][0]["message_status"] == "accepted"
    assert accepted.message.category == "utility"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("PENDING", 132001),
        ("REJECTED", 132001),
        ("PAUSED", 132015),
        ("DISABLED", 132016),
    ],
)
def test_template_states(engine: Engine, status: str, code: int) -> None:
    template = engine.world.template_of(WABA, "saludo", "es")
    assert template is not None
    template.status = status
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, saludo("Ana"))
    assert caught.value.code == code


def rich(format_: str = "IMAGE") -> Template:
    return Template(
        "4001", WABA, "rica", "es", "MARKETING",
        [
            {"type": "HEADER", "format": format_},
            {"type": "BODY", "text": "Pedido {{pedido}} de {{cliente}}"},
            {"type": "BUTTONS", "buttons": [
                {"type": "URL", "text": "Ver", "url": "https://x.test/{{1}}"}]},
        ],
        parameter_format="NAMED",
    )  # fmt: skip


def rich_payload(header: str = "image", button: bool = True, **names: str) -> Any:
    components: list[dict[str, Any]] = [
        {
            "type": "header",
            "parameters": [{"type": header, header: {"link": "https://x.test/a"}}],
        },
        {
            "type": "body",
            "parameters": [
                {"type": "text", "parameter_name": k, "text": v}
                for k, v in names.items()
            ],
        },
    ]
    if button:
        components.append(
            {
                "type": "button",
                "sub_type": "url",
                "index": "0",
                "parameters": [{"type": "text", "text": "17"}],
            }
        )
    node = {"name": "rica", "language": {"code": "es"}, "components": components}
    return text(type="template", text=None, template=node)


def test_named_parameters_header_and_button(engine: Engine) -> None:
    engine.world.templates["4001"] = rich()
    sent = engine.accept(NUMBER, rich_payload(cliente="Ana", pedido="17")).message
    assert sent.text == "Pedido 17 de Ana"


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (rich_payload(header="video", cliente="A", pedido="1"), 132012),
        (rich_payload(button=False, cliente="A", pedido="1"), 131008),
        (rich_payload(cliente="A", otro="1"), 100),
        (rich_payload(cliente="A"), 132000),
    ],
)
def test_rich_template_refusals(engine: Engine, payload: Any, code: int) -> None:
    engine.world.templates["4001"] = rich()
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, payload)
    assert caught.value.code == code


def test_to_wins_over_recipient(engine: Engine) -> None:
    sent = engine.accept(NUMBER, text(recipient="CO.123456789"))
    assert sent.message.customer == ANA


def test_business_scoped_recipient(engine: Engine) -> None:
    sent = engine.accept(NUMBER, text(to=None, recipient="CO.123456789"))
    contact = sent.answer["contacts"][0]
    assert contact == {"input": "CO.123456789", "user_id": "CO.123456789"}
    engine.answered(sent.message)
    engine.tick()
    node = engine.drain()[0].value["statuses"][0]
    assert "recipient_id" not in node
    assert node["recipient_user_id"] == "CO.123456789"


@pytest.mark.parametrize(
    ("typed", "wa_id"),
    [
        ("5531987654321", "553187654321"),
        ("5511987654321", "5511987654321"),
        ("525512345678", "5215512345678"),
        ("541112345678", "5491112345678"),
        ("5491112345678", "5491112345678"),
        ("573012345678", "573012345678"),
    ],
)
def test_wa_id_of_three_countries(engine: Engine, typed: str, wa_id: str) -> None:
    answer = engine.accept(NUMBER, text(to=typed)).answer
    assert answer["contacts"] == [{"input": typed, "wa_id": wa_id}]


def test_throughput_limit(engine: Engine) -> None:
    engine.settings.throughput_limit = True
    for i in range(80):
        engine.accept(NUMBER, text(to=f"57301{i:07}"))
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, text(to="573019999999"))
    assert caught.value.code == 130429
    engine.clock.advance(1)
    engine.accept(NUMBER, text(to="573019999999"))


def test_throughput_counts_inbound_too(engine: Engine) -> None:
    engine.settings.throughput_limit = True
    for i in range(80):
        engine.write(f"57301{i:07}", {"body": "x"})
    with pytest.raises(Refused):
        engine.accept(NUMBER, text())


def test_pair_limit(engine: Engine) -> None:
    engine.settings.pair_limit = True
    for _ in range(45):
        engine.accept(NUMBER, text())
    with pytest.raises(Refused) as caught:
        engine.accept(NUMBER, text())
    assert caught.value.code == 131056
    engine.accept(NUMBER, text(to="573010000000"))
    engine.clock.advance(6)
    engine.accept(NUMBER, text())


def test_limits_are_off_by_default(engine: Engine) -> None:
    for _ in range(100):
        engine.accept(NUMBER, text())
    assert len(engine.world.messages) == 100


def test_mark_as_read_marks_the_earlier_ones_too(engine: Engine) -> None:
    first = engine.write(ANA, {"body": "uno"})
    second = engine.write(ANA, {"body": "dos"})
    third = engine.write(ANA, {"body": "tres"})
    other = engine.write("573010000000", {"body": "otra"})
    engine.mark_read(NUMBER, second.wamid)
    seen = [m.read_by_business for m in (first, second, third, other)]
    assert seen == [True, True, False, False]


def test_mark_as_read_wants_an_inbound_message(engine: Engine) -> None:
    sent = engine.accept(NUMBER, text()).message
    for wamid in (sent.wamid, "wamid.none", None):
        with pytest.raises(Refused):
            engine.mark_read(NUMBER, wamid)


def test_tokens(engine: Engine) -> None:
    engine.authorise("SIM-TOKEN")
    for token, words in (
        (None, "required"),
        ("", "required"),
        ("other", "Cannot parse"),
        ("EAAGm0PX4ZCpsBA", "simulator"),
    ):
        with pytest.raises(Refused) as caught:
            engine.authorise(token)
        assert caught.value.code == 190
        assert words in str(caught.value.message)
        assert "EAAGm" not in str(caught.value.message)
