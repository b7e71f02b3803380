"""A Deforum settings file, ready to be read: its entries, and the animation that they are read against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.frames import Size
from glance.limits import shown
from glance.project.deforum_schedule import from_deforum, still_signals
from glance.project.parseq import ParseqFrames
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule


@dataclass(frozen=True)
class Entries:
    """The entries of one file under today's names, and what is to be said about them.

    Attributes:
        settings: Name -> value.
        notes: Sentences for the person who imports; reading adds to them.
    """

    settings: Mapping[str, Any]
    notes: list[str]

    def text(self, name: str) -> str:
        """Return an entry as text; empty where it is missing or `None`."""
        value = self.settings.get(name)
        return "" if value is None or str(value).strip() == "None" else str(value).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """Return whether an entry is on."""
        value = self.settings.get(name, default)
        return value.strip().lower() == "true" if isinstance(value, str) else bool(value)

    def whole(self, name: str, default: int, least: int = 1) -> int:
        """Return an entry as a whole number of at least `least`; `default`, with a note, where it is none."""
        value = self.settings.get(name, default)
        try:
            number = int(float(value))
        except (TypeError, ValueError, OverflowError):
            self.notes.append(f"`{name}` = {shown(value)} is no number; {default} was taken instead")
            return default
        return max(least, number)


@dataclass(frozen=True)
class Animation:
    """What the entries of one file are read against.

    Attributes:
        entries: The entries.
        mode: Deforum's animation mode, `2D`, `3D` or another.
        n_frames: Number of frames there.
        seed: `s` in formulas.
        size: (width, height) in pixels.
        parseq: The Parseq manifest inside the file, if there is one.
    """

    entries: Entries
    mode: str
    n_frames: int
    seed: int
    size: Size
    parseq: ParseqFrames | None

    @property
    def overridden(self) -> bool:
        """Whether Parseq decides frame rate, length and cadence."""
        return self.parseq is not None and self.entries.flag("parseq_non_schedule_overrides", True)

    def values(self, name: str, default: str = "") -> NDArray[np.float64]:
        """Return the values that Deforum gives an entry's schedule, (n_frames,); none, with a note, if unreadable."""
        text = self.entries.text(name) or default
        return self.values_of(text, name) if text else np.zeros(0)

    def values_of(self, text: str, name: str) -> NDArray[np.float64]:
        """Return the values that Deforum gives a schedule; none, with a note under `name`, if it cannot be read."""
        try:
            there = from_deforum(text, name, self.n_frames, self.seed).text
            return evaluate(parse_schedule(there, name), still_signals(self.n_frames, self.seed))
        except ScheduleError as error:
            self.entries.notes.append(f"`{name}` cannot be read and was left out: {error}")
            return np.zeros(0)
