"""Meta's hosts as data: what is answered, everything else is refused."""

GRAPH = "graph"
LOOKASIDE = "lookaside"

META_HOSTS: dict[str, str] = {
    "graph.facebook.com": GRAPH,
    "api.facebook.com": GRAPH,
    "lookaside.fbsbx.com": LOOKASIDE,
}


def bare_host(authority: str) -> str:
    """``Host:443`` or ``[::1]:80`` without port, lower case."""
    text = authority.strip().lower()
    if text.startswith("["):
        return text.partition("]")[0].lstrip("[")
    return text.rpartition(":")[0] if text.count(":") == 1 else text
