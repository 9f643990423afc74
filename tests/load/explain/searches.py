"""The hot searches of the bridge, by the code that makes them. Runs inside Odoo."""

# mypy: ignore-errors
from datetime import timedelta

from odoo import fields

from odoo.addons.crm_whatsapp_gateway.processing import inbound as processing
from odoo.addons.crm_whatsapp_gateway.tools.webhook import parse_body

INBOX = [
    ("channel_type", "=", "gateway"),
    ("gateway_id.gateway_type", "=", "whatsapp"),
    ("whatsapp_history_of_id", "=", False),
]
NEWEST = "whatsapp_last_at desc, id desc"
PAGE = 80
ROLES = {"asesor": "asesor_a", "supervisor": "supervisor", "director": "director"}


def read(wamid):
    """The event that a message was read."""
    value = {"statuses": [{"id": wamid, "status": "read"}]}
    change = {"field": "messages", "value": value}
    return parse_body({"entry": [{"changes": [change]}]})[0]


def cases(env, gateway):
    """(title, whether it is on a hot path, what to call) of each."""
    root = env(su=True)
    yield from inbound(root, gateway)
    yield from outbound(root, gateway)
    yield from people(root, gateway)
    yield from by_time(root)
    for name, login in ROLES.items():
        user = env["res.users"].search([("login", "=", login)])
        own = env(user=user.id, su=False)
        yield from inbox(own, name, gateway)
        yield from other_screens(own, name)


def inbound(env, gateway):
    journal = env["whatsapp.webhook.event"]
    queue = processing.InboundQueue(env)
    known = env["discuss.channel"].search(
        [("gateway_id", "=", gateway.id)], limit=40, order="id desc"
    )
    tokens = known.mapped("gateway_channel_token")
    service = gateway._whatsapp_env()
    yield (
        "journal: conversations that are due",
        True,
        lambda: queue._find_batch(env),
    )
    yield (
        "journal: events of forty conversations",
        True,
        lambda: processing.due_events(
            env,
            [processing.Conversation(gateway.id, token) for token in tokens],
            "pending",
            30,
        ),
    )
    yield "journal: next due time", True, journal._trigger_next
    yield (
        "conversation by number",
        True,
        lambda: service._whatsapp_find_channel(gateway, tokens[0]),
    )
    yield (
        "conversation by business-scoped id",
        True,
        lambda: service._whatsapp_channel_of_user(gateway, "CO.123456"),
    )
    yield (
        "author by number",
        True,
        lambda: service._whatsapp_known_author(gateway, "573999999999"),
    )
    yield (
        "lead of a conversation by number",
        True,
        lambda: env["crm.lead"]._whatsapp_leads_of(known[0]),
    )
    yield (
        "contact by number",
        True,
        lambda: env["whatsapp.number"]._partner_of("573100000077", gateway.company_id),
    )
    yield "window: next alarm", True, known[0]._whatsapp_trigger_at_window_end
    yield (
        "files: next one that is due",
        True,
        env["whatsapp.media"]._claim,
    )
    yield (
        "pool: open leads per adviser",
        True,
        lambda: env["whatsapp.assignment.turn"]._open_leads(
            env["res.users"].search([("login", "like", "asesor")]).ids
        ),
    )


def outbound(env, gateway):
    queue, now = env["whatsapp.message.queue"], fields.Datetime.now()
    sent = queue.search([("state", "=", "success")], limit=1, order="id desc")
    theirs = env["mail.message"].search(
        [("whatsapp_wamid", "!=", False)], limit=1, order="id desc"
    )
    yield "queue: claim", True, lambda: queue._claim(now, 16)
    yield "queue: what time does to rows", True, lambda: queue._apply_timeouts(now)
    yield "status: its row", True, lambda: queue._find_row(gateway, read(sent.wamid))
    yield (
        "status of an unknown message",
        True,
        lambda: queue._apply_status(gateway, read("wamid.NOBODY")),
    )
    yield (
        "message by wamid, theirs",
        True,
        lambda: queue._find_message(gateway, theirs.whatsapp_wamid),
    )
    yield (
        "message by wamid, unknown",
        True,
        lambda: queue._find_message(gateway, "wamid.NOBODY"),
    )
    yield "queue: rows of a message", True, lambda: sent.message_id._whatsapp_rows()
    yield (
        "queue: has anything else failed there",
        True,
        lambda: sent._others_failed(sent.channel_id),
    )
    yield (
        "lead's message: its copy in the conversation",
        True,
        lambda: sent.message_id.gateway_message_id.gateway_message_ids.ids,
    )


def people(env, gateway):
    channel = env["discuss.channel"].search(
        [("gateway_id", "=", gateway.id)], limit=1, order="id desc"
    )
    message = env["mail.message"].search(
        [("model", "=", "discuss.channel"), ("res_id", "=", channel.id)], limit=1
    )
    yield "deleting one message", True, message.unlink
    yield (
        "gateway: health, an administrator's page",
        False,
        lambda: gateway._compute_whatsapp_health(),
    )
    wizard = env["whatsapp.erase.person"].create({"channel_id": channel.id})
    env.cr.commit()
    yield "erasing a person", False, wizard.action_erase


def by_time(env):
    channel, now = env["discuss.channel"], fields.Datetime.now()
    yield (
        "windows: close those that have ended",
        True,
        lambda: channel._whatsapp_expire_windows(now - timedelta(hours=23)),
    )
    yield "windows: the next that ends", True, channel._cron_whatsapp_windows
    lead = env["crm.lead"]
    yield (
        "sweep: leads nobody has",
        True,
        lambda: lead.search(lead._whatsapp_sweep_domain(), order="id").ids,
    )
    yield "clean up: journal", False, env["whatsapp.webhook.event"]._gc_payloads
    yield "clean up: refusals", False, env["whatsapp.webhook.refusal"]._gc_old


def inbox(env, role, gateway):
    # Who counts reads what is counted: lists are hot, their counters are not.
    channel = env["discuss.channel"]
    filters = {
        "all": [],
        "mine": [("lead_id.user_id", "=", env.uid)],
        "without lead": [("lead_id", "=", False)],
        "unread": [("whatsapp_unread", ">", 0)],
        "opted out": [("whatsapp_opted_out_at", "!=", False)],
        "waiting for us": [("whatsapp_state", "=", "us")],
        "window closed": [("whatsapp_state", "=", "expired")],
        "not delivered": [("whatsapp_state", "=", "failed")],
        "not closed": [("whatsapp_state", "!=", "closed")],
    }
    for name, domain in filters.items():
        yield (
            f"inbox, {role}: {name}",
            True,
            lambda domain=domain: (
                channel.search(INBOX + domain, limit=PAGE, order=NEWEST).ids
            ),
        )
        yield (
            f"inbox, {role}: count of {name}",
            False,
            lambda domain=domain: channel.search_count(INBOX + domain, limit=10001),
        )
    yield (
        f"inbox, {role}: kanban, counters by state",
        False,
        lambda: channel._read_group(INBOX, ["whatsapp_state"], ["__count"]),
    )
    yield (
        f"inbox, {role}: name contains",
        False,
        lambda: (
            channel.search(
                [*INBOX, ("name", "ilike", "Cliente 777")], limit=PAGE, order=NEWEST
            ).ids
        ),
    )
    yield (
        f"inbox, {role}: number contains",
        False,
        lambda: (
            channel.search(
                [*INBOX, ("gateway_channel_token", "ilike", "7777")],
                limit=PAGE,
                order=NEWEST,
            ).ids
        ),
    )
    yield (
        f"inbox, {role}: rows of the list",
        True,
        lambda: channel.search(INBOX, limit=PAGE, order=NEWEST).read(
            [
                "name",
                "whatsapp_preview",
                "whatsapp_state",
                "lead_id",
                "whatsapp_adviser_id",
            ]
        ),
    )


def other_screens(env, role):
    lead = env["crm.lead"]
    last = lead.search([("gateway_channel_id", "!=", False)], limit=1, order="id desc")
    yield (
        f"lead, {role}: smart button",
        True,
        lambda: last.read(["whatsapp_message_count", "whatsapp_state"]),
    )
    yield (
        f"leads, {role}: waiting for us",
        True,
        lambda: (
            lead.search(
                [("gateway_channel_id.whatsapp_state", "=", "us")], limit=PAGE
            ).ids
        ),
    )
    yield (
        f"leads, {role}: with WhatsApp",
        True,
        lambda: lead.search([("gateway_channel_id", "!=", False)], limit=PAGE).ids,
    )
    queue = env["whatsapp.message.queue"]
    for state in ("pending", "failed"):
        yield (
            f"queue, {role}: {state}",
            True,
            lambda state=state: queue.search([("state", "=", state)], limit=PAGE).ids,
        )
    month = fields.Datetime.now() - timedelta(days=30)
    report = env["whatsapp.report"]
    yield (
        f"report, {role}: answers of the last month by adviser",
        False,
        lambda: report._read_group(
            [("date", ">=", month)], ["adviser_id"], ["response_minutes:avg"]
        ),
    )
    if role == "director":
        yield (
            f"log, {role}: newest decisions",
            True,
            lambda: env["whatsapp.assignment.log"].search([], limit=PAGE).ids,
        )
