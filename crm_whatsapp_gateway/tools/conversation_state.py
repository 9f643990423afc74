"""States of a conversation and the moves between them, as data."""

US = "us"
CUSTOMER = "customer"
EXPIRED = "expired"
FAILED = "failed"
CLOSED = "closed"
STATES = [
    (US, "Waiting for us"),
    (CUSTOMER, "Waiting for the customer"),
    (EXPIRED, "Window closed"),
    (FAILED, "Not delivered"),
    (CLOSED, "Closed"),
]

# What each event makes of a state; a state that is not named stays as it is.
# RESTING stands for the state that follows from what is stored about the turns.
RESTING = "resting"
ANY = None
INBOUND, INBOUND_LATE = "inbound", "inbound, its window over"
OUTBOUND, FAILURE = "outbound", "failure"
RECOVERY, SIGN_OF_LIFE = "recovery", "sign of life"
CLOSING, REOPENING = "closing", "reopening"
MOVES = {
    INBOUND: {ANY: US},
    INBOUND_LATE: {ANY: EXPIRED},
    OUTBOUND: {ANY: CUSTOMER},
    FAILURE: {ANY: FAILED},
    RECOVERY: {FAILED: RESTING},
    # A reaction opens the window again and asks for no answer.
    SIGN_OF_LIFE: {EXPIRED: RESTING},
    CLOSING: {ANY: CLOSED},
    REOPENING: {CLOSED: RESTING},
}
