"""The shapes of interactive messages, by ``interactive.type``.

Limits: the message pages as mirrored 2025-12-11; what those pages do not show
(orders, call permission, contact request) as in Meta's OpenAPI file v23.0, the
calling pages, and the page on business-scoped user ids of 2026.
"""

from typing import Any

from ..entities import Json
from ..errors import Refused
from ..nearest import nearest
from ..schema import Anything, Node, Number, OneOf, Rows, Shape, Text, wrong

MAX_BODY = 1024
MAX_LIST_BODY = 4096
MAX_FOOTER = 60
MAX_HEADER = 60
MAX_LIST_ROWS = 10
MAX_PRODUCTS = 30
MAX_CARD_BREAKS = 2

BODY = Node({"text": Text(MAX_BODY)})
FOOTER = Node({"text": Text(MAX_FOOTER)})
ID = Text(256)
CATALOG = Text(256)


def media_node(*, caption: bool = False, filename: bool = False) -> Node:
    """A medium by id or by link, one of them."""
    optional: dict[str, Shape] = {
        "id": Anything(),
        "link": Text(4096, web=True),
        "provider": Anything(),
    }
    if caption:
        optional["caption"] = Text(1024, least=0)
    if filename:
        optional["filename"] = Text(1024, least=0)
    return Node(optional=optional, exactly_one=("id", "link"))


def _header(*kinds: str) -> Node:
    """A header of some kinds; the node is named like its type."""

    def also(value: Json, where: str) -> None:
        if value.get(value["type"]) is None:
            raise Refused(131008, f"Parameter {where}['{value['type']}'] is required")

    shapes: dict[str, Shape] = {
        "text": Text(MAX_HEADER),
        "image": media_node(),
        "video": media_node(),
        "document": media_node(filename=True),
        "gif": media_node(),
    }
    return Node(
        {"type": OneOf(kinds)},
        {**{k: shapes[k] for k in kinds}, "sub_text": Text(60)},
        also=also,
    )


ANY_HEADER = _header("text", "image", "video", "document")
TEXT_HEADER = _header("text")


def _named(name: str, parameters: Shape | None, *, optional: bool = False) -> Node:
    """An action that says its own name."""
    required: dict[str, Shape] = {"name": OneOf((name,))}
    if parameters is None:
        return Node(required)
    if optional:
        return Node(required, {"parameters": parameters})
    return Node({**required, "parameters": parameters})


def _whole(
    action: Shape, *, header: Shape | None = None, body: Shape | None = BODY,
    footer: bool = True, body_needed: bool = True,
) -> Node:  # fmt: skip
    required: dict[str, Shape] = {"type": Anything(), "action": action}
    optional: dict[str, Shape] = {}
    if body is not None:
        (required if body_needed else optional)["body"] = body
    if header is not None:
        optional["header"] = header
    if footer:
        optional["footer"] = FOOTER
    return Node(required, optional)


REPLY_BUTTONS = Rows(
    Node(
        {
            "type": OneOf(("reply",)),
            "reply": Node({"id": ID, "title": Text(20)}),
        }
    ),
    most=3,
    unique=(("reply", "id"), ("reply", "title")),
)


def _sections(value: list[Any], where: str) -> None:
    rows = [row for section in value for row in section["rows"]]
    if len(rows) > MAX_LIST_ROWS:
        raise wrong(where, f"Total row count exceed max allowed count: {MAX_LIST_ROWS}")
    ids = [row["id"] for row in rows]
    if len(set(ids)) != len(ids):
        raise wrong(where, "Duplicated row id")
    if len(value) > 1 and not all(section.get("title") for section in value):
        raise Refused(
            131008, f"{where}: a title is required when there are several sections"
        )


LIST_SECTIONS = Rows(
    Node(
        {
            "rows": Rows(
                Node(
                    {"id": Text(200), "title": Text(24)},
                    {"description": Text(72, least=0)},
                ),
                most=MAX_LIST_ROWS,
            )
        },
        {"title": Text(24, least=0)},
    ),
    most=10,
    also=_sections,
)


def _products(value: list[Any], where: str) -> None:
    count = sum(len(section["product_items"]) for section in value)
    if count > MAX_PRODUCTS:
        raise wrong(where, f"Total product count exceed max allowed: {MAX_PRODUCTS}")


PRODUCT_SECTIONS = Rows(
    Node(
        {
            "title": Text(24),
            "product_items": Rows(
                Node({"product_retailer_id": Text(256)}), most=MAX_PRODUCTS
            ),
        }
    ),
    most=10,
    also=_products,
)

URL_BUTTON = Node({"display_text": Text(20), "url": Text(2000, web=True)})


def _flow(value: Json, where: str) -> None:
    if value.get("flow_action") == "data_exchange" and value.get("flow_action_payload"):
        raise wrong(where, "flow_action_payload goes with flow_action navigate only")


FLOW = Node(
    {"flow_message_version": OneOf(("3",)), "flow_cta": Text(30)},
    {
        "flow_id": Anything(),
        "flow_name": Text(200),
        "flow_token": Text(4096),
        "mode": OneOf(("draft", "published")),
        "flow_action": OneOf(("navigate", "data_exchange")),
        "flow_action_payload": Node(
            optional={"screen": Text(256), "data": Node(extra=True)}, extra=True
        ),
        "flow_metadata": Anything(),
    },
    exactly_one=("flow_id", "flow_name"),
    also=_flow,
)

AMOUNT = Node({"value": Number(0, 10**12), "offset": Number(1, 1000)}, extra=True)
ORDER_DETAILS = Node(
    {
        "reference_id": Text(60),
        "type": OneOf(("digital-goods", "physical-goods")),
        "currency": OneOf(("INR", "BRL", "SGD", "USD", "COP", "MXN")),
        "total_amount": AMOUNT,
        "order": Node(
            {
                "status": OneOf(("pending", "payment_requested")),
                "subtotal": AMOUNT,
                "items": Rows(
                    Node(
                        {
                            "name": Text(60),
                            "amount": AMOUNT,
                            "quantity": Number(1, 10**6),
                        },
                        extra=True,
                    ),
                    most=999,
                ),
            },
            extra=True,
        ),
    },
    extra=True,
)
ORDER_STATES = (
    "pending", "processing", "partially_shipped", "shipped", "completed", "canceled",
)  # fmt: skip
ORDER_STATUS = Node(
    {
        "reference_id": Text(60),
        "order": Node(
            {"status": OneOf(ORDER_STATES)}, {"description": Text(120)}, extra=True
        ),
    },
    extra=True,
)


def _card_body(value: Json, where: str) -> None:
    if value["text"].count("\n") > MAX_CARD_BREAKS:
        raise wrong(where, f"at most {MAX_CARD_BREAKS} line breaks")


QUICK_REPLIES = Rows(
    Node(
        {
            "type": OneOf(("quick_reply",)),
            "quick_reply": Node({"id": ID, "title": Text(20)}),
        }
    ),
    most=3,
    unique=(("quick_reply", "id"), ("quick_reply", "title")),
)


class CardAction:
    """The buttons of a media card: one URL button, or quick replies."""

    _url = Node({"name": OneOf(("cta_url",)), "parameters": URL_BUTTON})
    _replies = Node({"buttons": QUICK_REPLIES})

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        replies = isinstance(value, dict) and "buttons" in value
        (self._replies if replies else self._url).check(value, where)


# Cards with quick replies bear the type "cta_url" too, in Meta's own samples.
MEDIA_CARD = Node(
    {
        "card_index": Number(0, 9),
        "type": OneOf(("cta_url",)),
        "header": _header("image", "video"),
        "action": CardAction(),
    },
    {"body": Node({"text": Text(160)}, also=_card_body)},
)
PRODUCT_CARD = Node(
    {
        "card_index": Number(0, 9),
        "type": OneOf(("product",)),
        "action": Node({"product_retailer_id": Text(256), "catalog_id": CATALOG}),
    }
)
CARDS: dict[str, Node] = {"cta_url": MEDIA_CARD, "product": PRODUCT_CARD}


class Card:
    """A card of a carousel, by its ``type``."""

    def check(self, value: Any, where: str) -> None:
        """See ``Shape``."""
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in CARDS:
            raise wrong(where, f"type must be one of {', '.join(CARDS)}, got {kind!r}")
        CARDS[kind].check(value, where)


def _alike(value: list[Json], where: str) -> None:
    if len({card["type"] for card in value}) > 1:
        raise wrong(where, "all cards must have the same type")
    if len({len(card["action"].get("buttons", ())) for card in value}) > 1:
        raise wrong(where, "all cards must have the same buttons, in type and number")
    if len({str(card["action"].get("catalog_id")) for card in value}) > 1:
        raise wrong(where, "all cards must reference the same catalog_id")


CAROUSEL = Node(
    {"cards": Rows(Card(), least=2, most=10, unique=(("card_index",),), also=_alike)}
)

INTERACTIVE: dict[str, Node] = {
    "button": _whole(Node({"buttons": REPLY_BUTTONS}), header=ANY_HEADER),
    "list": _whole(
        Node({"button": Text(20), "sections": LIST_SECTIONS}),
        header=TEXT_HEADER,
        body=Node({"text": Text(MAX_LIST_BODY)}),
    ),
    "cta_url": _whole(_named("cta_url", URL_BUTTON), header=ANY_HEADER),
    "flow": _whole(_named("flow", FLOW), header=ANY_HEADER),
    "location_request_message": _whole(_named("send_location", None), footer=False),
    "product": _whole(
        Node({"catalog_id": CATALOG, "product_retailer_id": Text(256)}),
        body_needed=False,
    ),
    "product_list": _whole(
        Node({"catalog_id": CATALOG, "sections": PRODUCT_SECTIONS}),
        header=TEXT_HEADER,
    ),
    "catalog_message": _whole(
        _named(
            "catalog_message",
            Node(optional={"thumbnail_product_retailer_id": Text(256)}),
            optional=True,
        )
    ),
    "address_message": _whole(
        _named("address_message", Node({"country": OneOf(("IN", "SG"))}, extra=True)),
        header=ANY_HEADER,
    ),
    "order_details": _whole(
        _named("review_and_pay", ORDER_DETAILS), header=_header("image", "document")
    ),
    "order_status": _whole(_named("review_order", ORDER_STATUS)),
    "call_permission_request": _whole(
        _named("call_permission_request", None), body_needed=False, footer=False
    ),
    "voice_call": _whole(
        _named(
            "voice_call",
            Node(
                optional={
                    "display_text": Text(20),
                    "ttl_minutes": Number(1, 43200),
                    "payload": Text(512),
                }
            ),
            optional=True,
        ),
        header=ANY_HEADER,
    ),
    "request_contact_info": _whole(_named("request_contact_info", None), footer=False),
    "carousel": _whole(CAROUSEL, footer=False),
}
#: product_list is the one type whose header Meta requires.
HEADER_NEEDED = frozenset({"product_list"})


def check(node: Json) -> None:
    """Refused unless the node is an interactive message Meta would take."""
    kind = node.get("type")
    if not kind:
        raise Refused(131008, "Parameter interactive['type'] is required")
    if not isinstance(kind, str) or kind not in INTERACTIVE:
        close = nearest(str(kind), INTERACTIVE)
        hint = f"; nearest '{close}'" if close else ""
        raise Refused(
            100,
            f"interactive['type'] '{kind}' is unknown{hint}",
            message="(#100) Param interactive['type'] must be one of {"
            f'{", ".join(INTERACTIVE)}}} - got "{kind}".',
        )
    if kind in HEADER_NEEDED and not node.get("header"):
        raise Refused(131008, "Parameter interactive['header'] is required")
    INTERACTIVE[kind].check(node, "interactive")


def summary(node: Json) -> str | None:
    """What a person reads: the body's text."""
    body = node.get("body")
    return body.get("text") if isinstance(body, dict) else None
