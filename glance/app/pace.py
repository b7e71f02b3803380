"""How long a picture takes on this machine: measured whenever something is drawn, for what is drawn next.

    FOLDER/cache/pace.json     {"HOST WIDTHxHEIGHT": seconds}

What is counted is all that a drawn picture costs, its in-betweens and its file included.
"""

from __future__ import annotations

import json
import math
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from glance.app.host import Host
from glance.frames import Size
from glance.limits import finite
from glance.render.events import Event, FrameDone
from glance.system.files import write_json

#: Measurements that are kept, the newest ones.
_KEPT = 40


class PaceMeter:
    """Measures one stretch of drawing. The first picture does not count: it may have loaded a model.

    Args:
        host: What draws.
        size: (width, height) of what is drawn.
    """

    def __init__(self, host: Host, size: Size) -> None:
        self._host = host
        self._size = size
        self._begun_s = math.nan
        self._ended_s = math.nan
        self._n_drawn = -1

    def hear(self, event: Event) -> None:
        """Count an event that says that a picture was drawn."""
        if isinstance(event, FrameDone) and event.diffused:
            self.tick()

    def tick(self) -> None:
        """Count a picture."""
        self._n_drawn += 1
        self._ended_s = time.monotonic()
        if not self._n_drawn:
            self._begun_s = self._ended_s

    def keep(self) -> None:
        """Remember what was measured, once it is worth something."""
        if self._n_drawn < 1:
            return
        pace = (self._ended_s - self._begun_s) / self._n_drawn
        path = _path(self._host.folder)
        known = _read(path)
        name = _name(self._host, self._size)
        known.pop(name, None)
        with suppress(OSError):  # an estimate is worth no error
            path.parent.mkdir(parents=True, exist_ok=True)
            write_json(path, dict([*known.items(), (name, round(pace, 4))][-_KEPT:]))


def pace_s(host: Host, size: Size) -> float | None:
    """Return the seconds that a picture of that size takes here; None where none was measured yet.

    Of another size, what is measured goes with its pixels.
    """
    known = _read(_path(host.folder))
    exact = known.get(_name(host, size))
    if exact is not None:
        return exact
    pixels = size[0] * size[1]
    found = [
        (abs(math.log(pixels / other)), seconds * pixels / other)
        for name, seconds in known.items()
        for other in [_pixels(name, host.name)]
        if other
    ]
    return min(found)[1] if found else None


def _path(folder: Path) -> Path:
    return folder / "cache" / "pace.json"


def _name(host: Host, size: Size) -> str:
    return f"{host.name} {size[0]}x{size[1]}"


def _pixels(name: str, host: str) -> int:
    if not name.startswith(f"{host} "):
        return 0
    width, _, height = name[len(host) + 1 :].partition("x")
    return int(width) * int(height) if width.isdecimal() and height.isdecimal() else 0


def _read(path: Path) -> dict[str, float]:
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    items = value.items() if isinstance(value, dict) else ()
    found = ((str(name), finite(seconds)) for name, seconds in items)
    return {name: seconds for name, seconds in found if seconds is not None and seconds > 0}
