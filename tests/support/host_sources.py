"""What the five hosts' own sources say (`tests/host/read_host.py`), for the stand-ins that are made of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "host" / "sources"
#: The hosts as a person calls them -> the file that tells of each.
HOSTS = {
    "A1111": "a1111",
    "Forge": "forge",
    "reForge": "reforge",
    "Forge Classic": "classic",
    "Forge Neo": "neo",
}


@cache
def host_source(host: str) -> dict[str, Any]:
    """Return what is known of a host's source."""
    return dict(json.loads((_FOLDER / f"{HOSTS[host]}.json").read_text(encoding="utf-8")))
