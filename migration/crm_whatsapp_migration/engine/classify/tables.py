"""The temporary tables of a classification.

``gateway`` is everywhere the id of a ``mail_gateway``; while that one is still to be
made, minus the id of the ``whatsapp_gateway`` it will be made of. ``key`` is a
person: E.164 digits, national variants folded. ``state`` is moved, existing, skipped
or rejected, or ``open`` while a question is not answered; ``reason`` is a code of
``reasons.py``, ``''`` for moved.
"""

# What a legacy gateway becomes; one row per gateway that exists or is named by a
# message. source: whatsapp_gateway, mail_gateway (generation 2) or missing.
# action: create, map, join (shares the gateway of another legacy one: gateway is
# that one's), same (its number has a gateway already), keep (generation 2), done
# (by an earlier run), skip, missing, open.
GATEWAY = """
    source text NOT NULL,
    id integer NOT NULL,
    gateway integer,
    action text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (source, id)
"""

# Each distinct whatsapp_message.gateway_id, with what is known of it (origins.py).
# usual: source of a row of which nothing else is known, null when unsure. older,
# newer, since: the answer about rows that nothing decides; open without one.
GATEWAY_ID = """
    id integer PRIMARY KEY,
    in_old boolean NOT NULL,
    in_new boolean NOT NULL,
    old_created timestamp,
    new_created timestamp,
    custom boolean NOT NULL,
    usual text,
    older text NOT NULL,
    newer text NOT NULL,
    since timestamp NOT NULL
"""

# Each whatsapp_message: the table that its gateway id means (as source above, or
# open), whether only an answer decides that, and the message of Discuss it names.
ORIGIN = """
    id integer PRIMARY KEY,
    gateway_id integer,
    source text NOT NULL,
    asked boolean NOT NULL,
    message_id integer,
    created timestamp
"""

# Each distinct raw text of whatsapp_message.phone, and of a stray's token.
# two: it holds two numbers, whatever was decided about it.
PHONE = """
    raw text PRIMARY KEY,
    wa_id text NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    two boolean NOT NULL
"""

# Each whatsapp_template.
TEMPLATE = """
    id integer PRIMARY KEY,
    state text NOT NULL,
    reason text NOT NULL,
    gateway integer,
    category text NOT NULL,
    language text NOT NULL,
    target_id integer
"""

# A mail_message that already is what a whatsapp_message says.
TWIN = """
    id integer PRIMARY KEY,
    message_id integer NOT NULL,
    reason text NOT NULL
"""

# Each whatsapp_message. at: when it happened; a conversation reads by (at, id).
# done: an earlier run or batch has moved it; state and reason are the ledger's.
MESSAGE = """
    id integer PRIMARY KEY,
    state text NOT NULL,
    reason text NOT NULL,
    gateway integer,
    key text,
    at timestamp NOT NULL,
    incoming boolean NOT NULL,
    twin_id integer,
    done boolean NOT NULL
"""

# Conversations of OCA that are there already.
CHANNEL = """
    id integer PRIMARY KEY,
    gateway integer NOT NULL,
    key text NOT NULL,
    token text NOT NULL
"""

# Conversations of generation 2 beside OCA's.
STRAY = """
    id integer PRIMARY KEY,
    state text NOT NULL,
    reason text NOT NULL,
    gateway integer NOT NULL,
    key text,
    wa_id text,
    done boolean NOT NULL
"""

# Their messages. twin_id: the same message in another conversation of the person;
# the lower id stays, so a moved row with a twin_id drives that one out.
STRAY_MESSAGE = """
    id integer PRIMARY KEY,
    channel_id integer NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    twin_id integer,
    done boolean NOT NULL
"""

# Each person with rows to move or strays to fold that are not done.
# wa_id: the token of the conversation: of the one there is, else the form in which
# the customer wrote last, else the one last written to.
# live: the conversation holds messages later than the first row to move, which
# therefore goes to a history conversation (RULINGS 41).
# lead_id, partner_id: of the latest row that has one which still exists.
PERSON = """
    gateway integer NOT NULL,
    key text NOT NULL,
    wa_id text NOT NULL,
    messages integer NOT NULL,
    first_at timestamp,
    last_at timestamp,
    channel_id integer,
    live boolean NOT NULL DEFAULT false,
    lead_id integer,
    partner_id integer,
    PRIMARY KEY (gateway, key)
"""

TABLES = {
    "wamig_gateway": GATEWAY,
    "wamig_gateway_id": GATEWAY_ID,
    "wamig_origin": ORIGIN,
    "wamig_template": TEMPLATE,
    "wamig_phone": PHONE,
    "wamig_twin": TWIN,
    "wamig_message": MESSAGE,
    "wamig_channel": CHANNEL,
    "wamig_stray": STRAY,
    "wamig_stray_message": STRAY_MESSAGE,
    "wamig_person": PERSON,
}

# Where a gateway that is still to be made may stand; a stray's is always there.
WITH_GATEWAY = (
    "wamig_gateway",
    "wamig_template",
    "wamig_message",
    "wamig_person",
)
# Made while the tables are empty: a plan's transaction is read-only when it fills them.
INDEXES = (
    # A run asks, batch by batch, for the messages of some of the strays.
    "wamig_stray_message (channel_id)",
)
