"""Numbers of the outbound half, and the modes, each with its source, in one place.

What an administrator may change is a system parameter ``crm_whatsapp_gateway.…``;
the value here is what holds while the parameter is not set.
"""

PARAMETER_PREFIX = "crm_whatsapp_gateway."

# Modes; while the parameter is not set, the worker and the queue do the work.
INBOUND_MODE = PARAMETER_PREFIX + "inbound_mode"
BY_WORKER = "worker"
IN_REQUEST = "request"
OUTBOUND_MODE = PARAMETER_PREFIX + "outbound_mode"
BY_QUEUE = "queue"
AT_ONCE = "immediate"
# What becomes of a lead while no adviser is at work.
OUTSIDE_HOURS = PARAMETER_PREFIX + "outside_hours"
WAIT = "wait"
ANYWAY = "anyway"
# How long a webhook's request, or a user's, is kept for work; the rest is left to
# the worker. Meta asks for an answer within seconds.
REQUEST_SECONDS = 10
IMMEDIATE_SECONDS = 10

# How long a lost answer may be cleared up by a status webhook before a person is
# asked, and how long later messages of the conversation wait for it.
UNCERTAIN_GRACE = 600
# A message that was withheld this long (outage, rate limit, token) is given up.
MAX_AGE = 86400
# One run of the cron; other jobs share its thread.
RUN_SECONDS = 30
# Calls to Meta that one run makes at the same time, each for another conversation.
CALLS_AT_ONCE, MOST_CALLS = 16, 64
# Conversations that must fail one after the other before the gateway is taken to
# be down: a single bad message must not stop everybody else.
BREAKER_THRESHOLD = 2
# Hold after a rate limit that named no time (Meta counts per minute or hour).
RATE_WAIT = 60
# A rejected token is tried again this often; a new token is tried at once.
AUTHENTICATION_WAIT = 900

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 10
# Longest an answer may take to drip in, and its largest size in bytes.
BODY_SECONDS = 20
BODY_BYTES = 1_000_000

# Customer service window, Meta: "Send messages, customer service windows".
WINDOW_SECONDS = 86400
# Meta: "Media", uploaded files live 30 days. One day is kept as a margin.
MEDIA_SECONDS = 29 * 86400
# Meta: "Text messages".
TEXT_LENGTH = 4096
# Messages that one text may become; a longer one is a document.
MOST_PARTS = 10
# Meta: "Image, video, document messages": longest caption, and what takes one.
CAPTION_LENGTH = 1024
CAPTIONED = frozenset(("image", "video", "document"))
# Meta: "Reaction messages": oldest message that one may belong to.
REACTION_DAYS = 30
# Context key: the reaction came from WhatsApp, or goes there already.
REACTION_KNOWN = "whatsapp_reaction_known"
# Meta: "Media", largest file by kind, bytes.
MEDIA_BYTES: dict[str, int] = {
    "audio": 16_000_000,
    "image": 5_000_000,
    "video": 16_000_000,
    "sticker": 500_000,
    "document": 100_000_000,
}

GRAPH_URL = "https://graph.facebook.com"

# Values of messages that nobody answers by e-mail: Odoo would search an address for
# each of them.
NO_MAIL: dict[str, bool] = {"reply_to": False, "record_alias_domain_id": False}
