"""The business behind the accounts, and conversions of its advertisements."""

from ..engine.engine import Engine
from .call_result import CallResult, Operation
from .fields import select
from .health import BUSINESS_ID
from .ops_accounts import account_columns
from .paging import page
from .request import GraphCall

BUSINESS, WABA, DATASET = "business", "waba", "dataset"
LISTED = (
    "id", "name", "currency", "timezone_id", "message_template_namespace",
)  # fmt: skip


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The business's columns."""
    columns = {
        "id": BUSINESS_ID,
        "name": "Simulated business",
        "timezone_id": 0,
        "verification_status": "verified",
    }
    return CallResult(select(call, columns, ("name", "timezone_id")))


def owned(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Accounts of the business itself."""
    return _accounts(engine, call, clients=False)


def shared(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Accounts of clients: the switch ``client_accounts``."""
    return _accounts(engine, call, clients=True)


def _accounts(engine: Engine, call: GraphCall, *, clients: bool) -> CallResult:
    theirs = engine.settings.client_accounts
    rows = [
        (waba, select(call, account_columns(engine, call, waba), LISTED))
        for waba in engine.world.wabas
        if (waba in theirs) is clients
    ]
    return CallResult(page(call, rows))


def dataset(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The data set of an account; nothing when none was made."""
    found = engine.conversions.dataset(node)
    return CallResult({"id": found} if found else {})


def make_dataset(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Make the data set of an account, or find it."""
    return CallResult({"id": engine.conversions.make_dataset(node)})


def report(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Events of a data set."""
    count = engine.conversions.report(node, call.given)
    trace = engine.ids.trace()
    return CallResult({"events_received": count, "messages": [], "fbtrace_id": trace})


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("GET", BUSINESS, ""): describe,
    ("GET", BUSINESS, "owned_whatsapp_business_accounts"): owned,
    ("GET", BUSINESS, "client_whatsapp_business_accounts"): shared,
    ("GET", WABA, "dataset"): dataset,
    ("POST", WABA, "dataset"): make_dataset,
    ("POST", DATASET, "events"): report,
}
