"""Where Meta's files lie.  They are not part of this repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "WA_META_DATA"
OPENAPI = "meta_cloud_api_openapi_v23.yaml"
POSTMAN = "meta_cloud_api_postman.json"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Files:
    """Meta's two files."""

    openapi: Path
    postman: Path


class NoData(Exception):
    """Neither place holds the files; the text says what to do."""


def find(env: Mapping[str, str]) -> Files:
    """The files in the folder that the variable names, else beside the repository."""
    named = env.get(VARIABLE)
    folder = Path(named) if named else BESIDE
    missing = [n for n in (OPENAPI, POSTMAN) if not (folder / n).is_file()]
    if not missing:
        return Files(folder / OPENAPI, folder / POSTMAN)
    where = f"{VARIABLE}={named}" if named else "../shared/data beside the repository"
    raise NoData(
        f"{' and '.join(missing)} not found in {where}; set {VARIABLE} to a folder "
        "with Meta's OpenAPI (facebook/openapi) and Postman files"
    )
