"""What a lab remembers about itself: `<lab>/state.json`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from lab import modes
from lab.processes import Process

FILE = "state.json"
VERSION = 1


@dataclass
class State:
    """Written after every step, so that an interrupted start can be undone."""

    home: str
    series: str = ""
    ready: bool = False
    workers: int = 0
    modes: str = modes.BACKGROUND
    key: str = ""
    queue_job: bool = False
    #: Whether PostgreSQL keeps what it has committed, whatever happens.
    durable: bool = False
    #: The first node; what people and tests talk to.
    odoo: dict[str, Any] = field(default_factory=dict)
    #: URL of each node, by the name of its process.
    nodes: dict[str, str] = field(default_factory=dict)
    simulator: dict[str, Any] = field(default_factory=dict)
    postgres: dict[str, Any] = field(default_factory=dict)
    mail: dict[str, Any] = field(default_factory=dict)
    gateway: dict[str, Any] = field(default_factory=dict)
    logins: dict[str, Any] = field(default_factory=dict)
    processes: dict[str, dict[str, Any]] = field(default_factory=dict)
    version: int = VERSION

    @property
    def path(self) -> Path:
        return Path(self.home) / FILE

    def save(self) -> None:
        """Replace the file in one step; it holds passwords, so only ours to read."""
        draft = self.path.with_suffix(".tmp")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(asdict(self), stream, indent=2, ensure_ascii=False)
        draft.replace(self.path)

    @classmethod
    def load(cls, home: Path) -> Self | None:
        """The state found in a lab's folder; None without one that can be read."""
        try:
            data = json.loads((home / FILE).read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        if data.get("version") != VERSION:
            return None
        return cls(**data)

    def add(self, process: Process) -> None:
        self.processes[process.name] = {"pid": process.pid, "created": process.created}
        self.save()

    def process(self, name: str) -> Process | None:
        data = self.processes.get(name)
        return Process(name, data["pid"], data["created"]) if data else None

    def all_processes(self) -> list[Process]:
        return [p for name in self.processes if (p := self.process(name))]

    @property
    def healthy(self) -> bool:
        """Started to its end, and every process of it lives."""
        return self.ready and all(p.alive for p in self.all_processes())
