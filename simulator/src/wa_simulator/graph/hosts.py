"""Meta's hosts as data: what is answered, everything else is refused."""

GRAPH = "graph"
LOOKASIDE = "lookaside"
PAGES = "pages"

META_HOSTS: dict[str, str] = {
    "graph.facebook.com": GRAPH,
    "api.facebook.com": GRAPH,
    "lookaside.fbsbx.com": LOOKASIDE,
    # One page: some clients read there which Graph version is the newest.
    "developers.facebook.com": PAGES,
}


def bare_host(authority: str) -> str:
    """``Host:443`` or ``[::1]:80`` without port, lower case."""
    text = authority.strip().lower()
    if text.startswith("["):
        return text.partition("]")[0].lstrip("[")
    return text.rpartition(":")[0] if text.count(":") == 1 else text
