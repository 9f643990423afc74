"""Analytics of accounts and templates: counted from what happened in the world.

Source of the shapes: analytics pages as mirrored 2025-12.  Costs are not known here
and are 0.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .entities import OUTBOUND, Json, Message, Template
from .errors import bad_parameter
from .ids import country_of
from .settings import DAY
from .world import World

HALF_HOUR, MONTH = 1800.0, 30 * DAY
#: Meta's words for a span -> seconds.
SPANS = {
    "HALF_HOUR": HALF_HOUR, "DAY": DAY, "DAILY": DAY, "MONTH": MONTH, "MONTHLY": MONTH,
}  # fmt: skip
MAX_POINTS = 10_000
MAX_TEMPLATES = 10
#: Dimension of pricing analytics -> key of a data point.
DIMENSIONS = {
    "PRICING_CATEGORY": "pricing_category",
    "PRICING_TYPE": "pricing_type",
    "COUNTRY": "country",
    "PHONE": "phone_number",
}
#: Windows of a comparison, in days.
COMPARED = (7, 30, 60, 90)


@dataclass(frozen=True)
class Window:
    """From ``start`` until ``end`` in steps of ``span`` seconds."""

    start: float
    end: float
    span: float

    def steps(self) -> Iterator[tuple[float, float]]:
        """Begin and end of each step."""
        begin = self.start
        while begin < self.end:
            yield begin, min(begin + self.span, self.end)
            begin += self.span


def window(start: object, end: object, granularity: object) -> Window:
    """A window out of parameters.  Refused (100)."""
    texts = (str(start or ""), str(end or ""))
    span = SPANS.get(str(granularity))
    if not all(t.isdigit() for t in texts) or span is None:
        raise bad_parameter("start, end and granularity are required.")
    found = Window(float(texts[0]), float(texts[1]), span)
    if found.start >= found.end:
        raise bad_parameter("start must lie before end.")
    if (found.end - found.start) / span > MAX_POINTS:
        raise bad_parameter("The range has too many data points.")
    return found


def sent(world: World, waba_id: str) -> list[Message]:
    """What the numbers of an account have sent."""
    numbers = {n.id for n in world.numbers.values() if n.waba_id == waba_id}
    return [
        m
        for m in world.messages.values()
        if m.direction == OUTBOUND and m.number_id in numbers
    ]


def reached(message: Message, status: str, begin: float, end: float) -> bool:
    """Whether a message came to a status within a time."""
    return any(
        each["status"] == status and begin <= each["timestamp"] < end
        for each in message.statuses
    )


def messaging(world: World, waba_id: str, given: Json) -> Json:
    """``analytics``: sent and delivered."""
    asked = window(given.get("start"), given.get("end"), given.get("granularity"))
    messages = sent(world, waba_id)
    points = []
    for begin, end in asked.steps():
        counts = _counts(messages, begin, end, ("sent", "delivered"))
        if any(counts.values()):
            points.append({"start": int(begin), "end": int(end), **counts})
    shown = [n.display for n in world.numbers.values() if n.waba_id == waba_id]
    return {
        "phone_numbers": shown,
        "granularity": given["granularity"],
        "data_points": points,
    }


def _counts(
    messages: Iterable[Message], begin: float, end: float, names: tuple[str, ...]
) -> dict[str, int]:
    held = list(messages)
    return {name: sum(reached(m, name, begin, end) for m in held) for name in names}


def prices(world: World, waba_id: str, given: Json) -> Json:
    """``pricing_analytics``: delivered messages by category, type and others."""
    asked = window(given.get("start"), given.get("end"), given.get("granularity"))
    names = [str(n).upper() for n in given.get("dimensions") or []]
    for name in names:
        if name not in DIMENSIONS:
            raise bad_parameter(f"dimensions: '{name}' is not valid.")
    points = []
    for begin, end in asked.steps():
        groups: dict[tuple[str, ...], int] = defaultdict(int)
        for message in sent(world, waba_id):
            if message.pricing and reached(message, "delivered", begin, end):
                groups[tuple(_dimension(world, message, n) for n in names)] += 1
        for values, volume in groups.items():
            keys = [DIMENSIONS[name] for name in names]
            point: Json = {"start": int(begin), "end": int(end)}
            point.update(zip(keys, values, strict=True))
            points.append({**point, "volume": volume, "cost": 0})
    return {"data": [{"data_points": points}]}


def _dimension(world: World, message: Message, name: str) -> str:
    if name == "COUNTRY":
        return country_of(message.customer)
    if name == "PHONE":
        return world.numbers[message.number_id].display
    pricing = message.pricing or {}
    return str(
        pricing.get("category" if name == "PRICING_CATEGORY" else "type")
    ).upper()


def conversations(world: World, waba_id: str, given: Json) -> Json:
    """``conversation_analytics``: conversations that began by a delivery."""
    asked = window(given.get("start"), given.get("end"), given.get("granularity"))
    points = []
    for begin, end in asked.steps():
        found = {
            (m.conversation or {}).get("id") or m.wamid
            for m in sent(world, waba_id)
            if reached(m, "delivered", begin, end)
        }
        if found:
            point = {"start": int(begin), "end": int(end)}
            points.append({**point, "conversation": len(found), "cost": 0})
    return {"data": [{"data_points": points}]}


def of_template(world: World, template: Template) -> list[Message]:
    """What was sent with a template."""
    return [
        m
        for m in sent(world, template.waba_id)
        if m.type == "template"
        and (m.payload.get("name"), m.payload.get("language", {}).get("code"))
        == (template.name, template.language)
    ]


def templates(world: World, waba_id: str, given: Json) -> list[Json]:
    """``template_analytics``: a row with the data points of each template."""
    if str(given.get("granularity", "DAILY")) != "DAILY":
        raise bad_parameter("Param granularity must be DAILY.")
    asked = window(given.get("start"), given.get("end"), "DAILY")
    ids = _ids(given.get("template_ids"))
    if len(ids) > MAX_TEMPLATES:
        raise bad_parameter(f"Param template_ids must have at most {MAX_TEMPLATES}.")
    points = []
    for template_id in ids:
        messages = of_template(world, _template(world, waba_id, template_id))
        for begin, end in asked.steps():
            counts = _counts(messages, begin, end, ("sent", "delivered", "read"))
            span = {"start": int(begin), "end": int(end)}
            points.append({"template_id": template_id, **span, **counts})
    row = {"granularity": "DAILY", "product_type": "cloud_api", "data_points": points}
    return [row]


def compare(world: World, template: Template, given: Json, now: float) -> list[Json]:
    """``GET /{template}/compare``: sends of templates within a window."""
    texts = (str(given.get("start") or ""), str(given.get("end") or ""))
    if not all(t.isdigit() for t in texts):
        raise bad_parameter("start and end are required.")
    start, end = map(float, texts)
    if round((end - start) / DAY) not in COMPARED or abs(end - now) > DAY:
        raise bad_parameter("The window must be 7, 30, 60 or 90 days until now.")
    ids = [template.id, *_ids(given.get("template_ids"))]
    sends = {}
    for template_id in dict.fromkeys(ids):
        messages = of_template(world, _template(world, template.waba_id, template_id))
        sends[template_id] = sum(reached(m, "sent", start, end) for m in messages)
    numbers = [{"key": key, "value": value} for key, value in sends.items()]
    return [
        {
            "metric": "BLOCK_RATE",
            "type": "RELATIVE",
            "order_by_relative_metric": list(sends),
        },
        {
            "metric": "MESSAGE_SENDS",
            "type": "NUMBER_VALUES",
            "number_values": numbers,
        },
        {
            "metric": "TOP_BLOCK_REASON",
            "type": "STRING_VALUES",
            "string_values": [{"key": key, "value": "NO_REASON"} for key in sends],
        },
    ]


def _ids(given: object) -> list[str]:
    """Ids as an array, or separated by commas with or without brackets."""
    if isinstance(given, list):
        found = [str(each) for each in given]
    else:
        text = str(given or "").strip("[] ")
        found = [part.strip(" \"'") for part in text.split(",") if part.strip()]
    if not found:
        raise bad_parameter("The parameter template_ids is required.")
    return found


def _template(world: World, waba_id: str, template_id: str) -> Template:
    found = world.templates.get(template_id)
    if found is None or found.waba_id != waba_id:
        raise bad_parameter(f"template_ids: '{template_id}' is not of this account.")
    return found
