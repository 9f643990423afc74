"""The engine knows no transport, no wall clock, no chance of its own."""

import ast
import socket
import time
from pathlib import Path

import pytest

import wa_simulator
from wa_simulator.engine.engine import Engine

ROOT = Path(wa_simulator.__file__).parent
FORBIDDEN = {
    "asyncio", "fastapi", "http", "httpx", "os", "random", "requests", "secrets",
    "select", "selectors", "socket", "ssl", "starlette", "subprocess", "threading",
    "time", "urllib.request", "uuid", "uvicorn",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def test_the_guard_of_this_folder_works() -> None:
    with pytest.raises(AssertionError, match="outside world"):
        time.time()
    with pytest.raises(AssertionError, match="outside world"):
        socket.socket()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "engine").glob("*.py")), ids=lambda path: path.name
)
def test_engine_imports_nothing_of_the_outside(path: Path) -> None:
    names = imports(path)
    assert not names & FORBIDDEN
    assert not {n for n in names if n.startswith("..")}, "only its own package"
    assert "datetime.now" not in path.read_text()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "faults").glob("*.py")), ids=lambda path: path.name
)
def test_faults_know_no_transport(path: Path) -> None:
    assert not imports(path) & (FORBIDDEN - {"random"})


def test_a_whole_conversation_needs_no_outside(engine: Engine) -> None:
    inbound = engine.write("+57 301 234 5678", {"type": "text", "body": "hola"})
    accepted = engine.accept(
        "100000000000001",
        {
            "messaging_product": "whatsapp",
            "to": "573012345678",
            "type": "text",
            "text": {"body": "buenas"},
            "context": {"message_id": inbound.wamid},
        },
    )
    assert engine.tick() == 0, "no status before the answer is out"
    engine.answered(accepted.message)
    assert engine.tick() == 2
    kinds = [(item.kind, item.status) for item in engine.drain()]
    assert kinds == [("message", None), ("status", "sent"), ("status", "delivered")]
