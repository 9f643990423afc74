"""Reads docker-compose.yml, the Dockerfiles and .dockerignore."""

from __future__ import annotations

import fnmatch
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
CADDYFILE = ROOT / "docker/front/Caddyfile"

Service = dict[str, Any]


def read() -> dict[str, Any]:
    """The file with its anchors resolved."""
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def services() -> dict[str, Service]:
    """Every service, those of a profile too."""
    return read()["services"]


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile, its continued lines joined."""

    word: str
    text: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)


@dataclass(frozen=True)
class Image:
    """A Dockerfile of this repository."""

    path: Path

    @property
    def instructions(self) -> list[Instruction]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        joined = re.sub(r"\\\n\s*", " ", text)
        pairs = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
        return [Instruction(word.upper(), rest) for word, rest in pairs]

    def every(self, word: str) -> list[Instruction]:
        return [one for one in self.instructions if one.word == word]

    @property
    def base(self) -> str:
        return self.every("FROM")[0].text

    @property
    def copied(self) -> dict[str, str]:
        """What is copied into the image: target path -> source in the repository."""
        found: dict[str, str] = {}
        workdir = "/"
        for one in self.instructions:
            if one.word == "WORKDIR":
                workdir = one.text
            if one.word != "COPY":
                continue
            *sources, target = one.words
            absolute = target if target.startswith("/") else f"{workdir}/{target}"
            for source in sources:
                folder = absolute.rstrip("./") + "/" + Path(source).name
                is_folder = target.endswith("/") or len(sources) > 1
                found[folder if is_folder else absolute] = source
        return found

    @property
    def pip_installs(self) -> list[list[str]]:
        """The words after `pip install` of each such command."""
        found = []
        for one in self.every("RUN"):
            for command in re.split(r"&&|;", one.text):
                words = shlex.split(command)
                if words[:2] in (["pip", "install"], ["pip3", "install"]):
                    found.append(words[2:])
        return found


def images() -> dict[str, Image]:
    """Dockerfiles by the service that is built from them."""
    return {
        name: Image(ROOT / service["build"]["context"] / service["build"]["dockerfile"])
        for name, service in services().items()
        if "build" in service
    }


def base_image(service: str) -> str:
    """Name of the public image a service stands on."""
    built = images().get(service)
    return built.base if built else services()[service]["image"]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path of the repository out of the builds."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        kept = pattern.startswith("!")
        if _matches(path, pattern.removeprefix("!")):
            ignored = not kept
    return ignored


def _matches(path: str, pattern: str) -> bool:
    parts = path.split("/")
    heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    if pattern.startswith("**/"):
        return any(fnmatch.fnmatch(part, pattern[3:]) for part in parts)
    return any(fnmatch.fnmatch(head, pattern) for head in heads)
