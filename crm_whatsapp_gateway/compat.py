"""Differences between Odoo 18.0 and 19.0, in one place.

Nothing else in this addon asks for the series, and nothing else names the
``mobile`` field, which 19.0 has removed from leads and partners.
"""

from odoo import api
from odoo.release import version_info

SERIES: int = version_info[0]
#: How much of a request's body is read at once.
READ_BYTES = 64 * 1024


def group_users_field() -> str:
    """Name of the users of ``res.groups``."""
    return "user_ids" if SERIES >= 19 else "users"


def user_groups_field() -> str:
    """Name of the groups that were given to ``res.users`` themselves.

    18.0 stores those that they imply in the same field.
    """
    return "group_ids" if SERIES >= 19 else "groups_id"


def lead_number_field(lead_model) -> str:
    """Field of a lead that holds a WhatsApp number.

    ``mobile`` where the series (or another module) has it, else ``phone``.
    """
    return "mobile" if "mobile" in lead_model._fields else "phone"


def number_fields(model) -> list[str]:
    """Fields of a lead or partner that may hold a telephone number."""
    return [name for name in ("mobile", "phone") if name in model._fields]


def stage_team_domain(team) -> list:
    """Stages that a CRM team may use."""
    if not team:
        return []
    field = "team_ids" if SERIES >= 19 else "team_id"
    return ["|", (field, "=", False), (field, "in", team.ids)]


def read_limited_body(httprequest, limit: int) -> bytes | None:
    """Return a request's body, None as soon as it is longer than ``limit``.

    A chunked body names no length, and ``get_data`` would read all of it: Werkzeug
    knows limits of such a body since 2.3, 18.0 may run on 2.2. Odoo hides the stream.
    """
    stream = httprequest._HTTPRequest__wrapped.stream
    body = bytearray()
    while len(body) <= limit:
        part = stream.read(min(READ_BYTES, limit + 1 - len(body)))
        if not part:
            return bytes(body)
        body += part
    return None


def returns_message(method):
    """Decorate an override of ``message_post`` so that RPC answers the id."""
    if SERIES >= 19:
        return method
    return api.returns("mail.message", lambda value: value.id)(method)


def users_of_group_domain(group) -> list:
    """Domain of the users of a group, those by implication included."""
    # 18.0 stores the implied groups in the same field.
    field = "all_group_ids" if SERIES >= 19 else "groups_id"
    return [(field, "in", group.ids)]


def send_notifications(message, target) -> None:
    """Send a message's notifications (the ticks) to the browsers of ``target``.

    :param target: ``discuss.channel`` or ``res.users``
    """
    notifications = message.notification_ids._filtered_for_web_client()
    if SERIES >= 19:
        Store(bus_channel=target).add(
            message, [Store.Many("notification_ids", value=lambda _m: notifications)]
        ).bus_send()
    else:
        listener = target.partner_id if target._name == "res.users" else target
        listener._bus_send_store(message, {"notifications": Store.many(notifications)})


def send_content(message, target) -> None:
    """Send a message's text and files to the browsers of ``target``.

    :param target: ``discuss.channel`` or ``res.users``
    """
    if SERIES >= 19:
        content = [Store.Many("attachment_ids", sort="id"), "body"]
        Store(bus_channel=target).add(message, content).bus_send()
    else:
        listener = target.partner_id if target._name == "res.users" else target
        files = Store.many(message.attachment_ids.sorted("id"))
        listener._bus_send_store(
            message, {"attachment_ids": files, "body": message.body}
        )


class NotificationStoreBase:
    """Fields that the browser gets of a ``mail.notification`` besides others'."""

    # A base of an Odoo model must not give its instances a dictionary.
    __slots__ = ()

    _whatsapp_store_fields: tuple[str, ...] = ()


if SERIES >= 19:
    from odoo.addons.mail.tools.discuss import Store, add_guest_to_context

    class NotificationStore(NotificationStoreBase):
        __slots__ = ()

        def _to_store_defaults(self, target):
            names = list(self._whatsapp_store_fields)
            return super()._to_store_defaults(target) + names

else:
    from odoo.addons.mail.models.discuss.mail_guest import add_guest_to_context
    from odoo.addons.mail.tools.discuss import Store

    class NotificationStore(NotificationStoreBase):
        __slots__ = ()

        def _to_store(self, store, /):
            result = super()._to_store(store)
            for record in self:
                values = {name: record[name] for name in self._whatsapp_store_fields}
                store.add(record, values)
            return result


__all__ = [
    "SERIES",
    "NotificationStore",
    "Store",
    "add_guest_to_context",
    "group_users_field",
    "lead_number_field",
    "number_fields",
    "read_limited_body",
    "returns_message",
    "send_content",
    "send_notifications",
    "stage_team_domain",
    "user_groups_field",
    "users_of_group_domain",
]
