"""Makes webhook bodies as Meta sends them, and as nobody should: from a seed."""

import copy
import itertools

ODD_STRINGS = (
    "",
    " ",
    "x",
    "x" * 300,
    "\x00",
    "\ud800",
    "\u3164\u200e",
    "\u2800",
    "+57 300 123 4567",
    "573001234567",
    "CO.10927000000000025",
    "CO." + "1" * 300,
    "5" * 300,
    "wamid.ODD",
    "-1",
    "253402300800",
    "99999999999999999999",
    "nan",
    "\u0663\u0664",
    "<b>%(x)s {0}</b>",
    '{"a": [true, {"b": null}], "flow_token": "t"}',
    "[" * 3000,
)
ODD_VALUES = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    10**30,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": None},
    {"id": {"id": []}},
)
ODD_KEYS = (
    "",
    "self",
    "id",
    "type",
    "from",
    "errors",
    "messages",
    "contacts",
    "unknown",
)

NODES = {
    "text": {"body": "Hola"},
    "image": {"id": "900", "mime_type": "image/jpeg", "caption": "foto"},
    "document": {"url": "https://x.invalid/1", "filename": "a.pdf"},
    "audio": {"id": "901", "voice": True},
    "location": {"latitude": 4.6, "longitude": -74, "name": "Sede"},
    "contacts": [
        {
            "name": {"formatted_name": "Eva", "last_name": "Gil"},
            "phones": [{"phone": "+57 311 222 3344"}],
            "addresses": [{"city": "Cali"}],
            "org": {"company": "X"},
        }
    ],
    "reaction": {"message_id": "wamid.0", "emoji": "\u2764"},
    "button": {"text": "Cancelar", "payload": "cita-99-no"},
    "interactive": {
        "type": "nfm_reply",
        "nfm_reply": {"body": "Enviado", "response_json": '{"a": ["b"], "c": true}'},
    },
    "order": {
        "product_items": [
            {"product_retailer_id": "A", "quantity": 2, "item_price": 10.5}
        ]
    },
    "edit": {
        "original_message_id": "wamid.0",
        "message": {"type": "text", "text": {"body": "Nuevo"}},
    },
    "revoke": {"original_message_id": "wamid.0"},
    "system": {
        "type": "user_changed_user_id",
        "body": "x",
        "user_id": "CO.2",
        "previous_user_id": "CO.1",
    },
    "request_welcome": {},
    "unsupported": {"type": "poll"},
    "of_tomorrow": {"x": 1},
}
REFERRAL = {"headline": "Curso", "source_id": "1202", "ctwa_clid": "clid"}
ERRORS = [{"code": 131051, "title": "Unsupported", "error_data": {"details": "x"}}]
CHANGES = {
    "account_update": {"event": "ACCOUNT_VIOLATION", "ban_info": {"date": "x"}},
    "message_template_status_update": {
        "event": "PAUSED",
        "message_template_id": 123,
        "other_info": {"title": "FIRST_PAUSE"},
    },
    "user_preferences": {
        "user_preferences": [
            {
                "wa_id": "573001234567",
                "category": "marketing_messages",
                "value": "stop",
                "timestamp": 1760000000,
            }
        ]
    },
    "user_id_update": {
        "user_id_update": [{"user_id": {"previous": "CO.1", "current": "CO.2"}}]
    },
    "history": {"history": [{"threads": []}]},
}


class RandomBodies:
    """An endless sequence of webhook bodies.

    :param chance: ``random.Random``
    """

    def __init__(self, chance):
        self._chance = chance
        self._numbers = itertools.count(1)

    def __iter__(self):
        return self

    def __next__(self):
        body = {
            "object": "whatsapp_business_account",
            "entry": [self._entry() for _number in range(self._few())],
        }
        for _number in range(self._chance.choice((0, 1, 1, 2, 5))):
            self._spoil(body)
        # The envelope itself is a list of entries, or there are no events at all.
        if not isinstance(body.get("entry"), list):
            body["entry"] = [body.get("entry")]
        return body

    def _few(self):
        return self._chance.choice((1, 1, 1, 2, 3))

    def _entry(self):
        return {"id": "2", "changes": [self._change() for _n in range(self._few())]}

    def _change(self):
        kind = self._chance.random()
        if kind < 0.2:
            field = self._chance.choice(list(CHANGES))
            return {"field": field, "value": copy.deepcopy(CHANGES[field])}
        value = {"metadata": {"phone_number_id": "106"}}
        if kind < 0.3:
            value["message_echoes"] = [self._message() for _n in range(self._few())]
            return {"field": "smb_message_echoes", "value": value}
        value["contacts"] = [
            {
                "wa_id": self._chance.choice(("573001234567", "+57 300 123 4567")),
                "user_id": "CO.10927000000000025",
                "profile": {"name": "Ana", "username": "ana.prueba"},
            }
        ]
        if kind < 0.8:
            value["messages"] = [self._message() for _n in range(self._few())]
        if kind > 0.7:
            value["statuses"] = [self._status() for _n in range(self._few())]
        if self._chance.random() < 0.2:
            value["errors"] = copy.deepcopy(ERRORS)
        return {"field": "messages", "value": value}

    def _message(self):
        kind = self._chance.choice(list(NODES))
        message = {
            "id": f"wamid.{next(self._numbers)}",
            "from": "573001234567",
            "to": "573001234567",
            "timestamp": "1760000000",
            "type": kind,
            kind: copy.deepcopy(NODES[kind]),
        }
        if self._chance.random() < 0.2:
            message["context"] = {"id": "wamid.0", "referred_product": {"x": "y"}}
        if self._chance.random() < 0.2:
            message["referral"] = dict(REFERRAL)
        if self._chance.random() < 0.2:
            message["from_user_id"] = "CO.10927000000000025"
            del message["from"]
        return message

    def _status(self):
        return {
            "id": f"wamid.{next(self._numbers)}",
            "status": self._chance.choice(("sent", "delivered", "read", "failed")),
            "timestamp": "1760000000",
            "recipient_id": "573001234567",
            "errors": copy.deepcopy(ERRORS),
        }

    def _spoil(self, body):
        """Change one place somewhere below ``entry``."""
        place = self._chance.choice(list(_places(body["entry"])) or [body["entry"]])
        if isinstance(place, list):
            self._spoil_list(place)
        else:
            self._spoil_object(place)

    def _spoil_list(self, place):
        if place and self._chance.random() < 0.7:
            index = self._chance.randrange(len(place))
            place[index] = self._odd()
        else:
            place.append(self._odd())

    def _spoil_object(self, place):
        known = list(place) or list(ODD_KEYS)
        kind = self._chance.random()
        if kind < 0.3 and place:
            del place[self._chance.choice(known)]
        elif kind < 0.8:
            place[self._chance.choice(known)] = self._odd()
        else:
            place[self._chance.choice(ODD_KEYS)] = self._odd()

    def _odd(self):
        return copy.deepcopy(self._chance.choice(ODD_STRINGS + ODD_VALUES))


def _places(part):
    """Every list and object below ``part``, itself included."""
    if isinstance(part, dict | list):
        yield part
        for one in part.values() if isinstance(part, dict) else part:
            yield from _places(one)
